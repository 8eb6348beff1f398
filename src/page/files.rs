//! The client of the program of files, which is fetched when it is first needed. There is one job at a time, in a worker of its own;
//! another job cancels it.

use super::view::listen;
use super::worker::{Worker, blob_url};
use super::{dom, fetch, messages};
use files::{Reply, Request, decode, encode};
use js_sys::{Array, Function, Promise, Uint8Array, WebAssembly};
use leptos::prelude::*;
use leptos::web_sys::Element;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlElement, HtmlTextAreaElement, Url};

/// Names the program's files.
const PROGRAM: &str = "meta[name=files]";
/// How long a browser may take to begin a download.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy)]
pub struct Client {
    /// The worker's script and its compiled module, once they are fetched.
    program: StoredValue<Option<(String, JsValue)>, LocalStorage>,
    job: StoredValue<Option<Job>, LocalStorage>,
    /// Counts the jobs.
    n_jobs: StoredValue<u32>,
}

struct Job {
    worker: Option<Worker>,
    report: Report,
    /// Ends the job with an answer.
    end: Option<Function>,
}

impl Client {
    pub fn new() -> Self {
        Self { program: StoredValue::new_local(None), job: StoredValue::new_local(None), n_jobs: StoredValue::new(0) }
    }

    /// Does a job, and returns its reply and what came with it: an array whose first element is the reply itself. None if it failed
    /// or was canceled; then the report says so, beginning with `failed`.
    pub async fn run(self, request: Request, files: &Array, report: &Report, failed: &str) -> Option<(Reply, Array)> {
        self.cancel();
        let id = self.n_jobs.get_value() + 1;
        self.n_jobs.set_value(id);
        self.job.set_value(Some(Job { worker: None, report: report.clone(), end: None }));
        report.work("Starting …");
        let answer = self.answer(id, &request, files, report).await;
        if self.n_jobs.get_value() != id {
            return None;
        }
        self.job.set_value(None);
        if answer.is_err() {
            dom::report_lost();
        }
        match answer {
            Ok((Reply::Failed { sentence }, _)) | Err(sentence) => {
                report.say(&format!("{failed}: {sentence}."));
                None
            }
            Ok(answer) => Some(answer),
        }
    }

    /// Ends the job, if there is one.
    pub fn cancel(self) {
        let Some(Job { report, end, .. }) = self.job.try_update_value(Option::take).flatten() else { return };
        self.n_jobs.update_value(|n| *n += 1);
        report.say("Canceled.");
        if let Some(end) = end {
            _ = end.call0(&JsValue::NULL);
        }
    }

    async fn answer(
        self,
        id: u32,
        request: &Request,
        files: &Array,
        report: &Report,
    ) -> Result<(Reply, Array), String> {
        let (script, module) = self.program().await?;
        let request = encode(request).map_err(|error| error.to_string())?;
        let message = Array::of1(&Uint8Array::from(request.as_slice())).concat(files);
        if self.n_jobs.get_value() != id {
            return Err(String::new());
        }
        let promise = Promise::new(&mut |end, _| {
            let (on_message, on_error, message, speaker) = (end.clone(), end.clone(), message.clone(), report.clone());
            let worker = Worker::start(
                &script,
                "files",
                &module,
                move |answer| self.receive(answer, &message, &speaker, &on_message),
                move |reason| _ = on_error.call1(&JsValue::NULL, &reason.into()),
            );
            match worker {
                Ok(worker) => {
                    self.job.set_value(Some(Job { worker: Some(worker), report: report.clone(), end: Some(end) }))
                }
                Err(error) => _ = end.call1(&JsValue::NULL, &dom::error_message(&error).into()),
            }
        });
        let answer = JsFuture::from(promise).await.unwrap_or_default();
        match (read(&answer), answer.dyn_into::<Array>()) {
            (Some(reply), Ok(parts)) => Ok((reply, parts)),
            (_, Err(reason)) => Err(dom::error_message(&reason)),
            (None, Ok(_)) => Err("the answer cannot be read".into()),
        }
    }

    /// Handles a message of the worker.
    fn receive(self, answer: JsValue, message: &Array, report: &Report, end: &Function) {
        match read(&answer) {
            Some(Reply::Ready) => {
                self.job.with_value(|job| {
                    if let Some(worker) = job.as_ref().and_then(|job| job.worker.as_ref()) {
                        worker.post(message);
                    }
                });
            }
            Some(Reply::Progress { steps, of }) => report.work(&messages::again(steps, of)),
            Some(Reply::Imported(_) | Reply::File { .. } | Reply::Failed { .. }) | None => {
                _ = end.call1(&JsValue::NULL, &answer);
            }
        }
    }

    async fn program(self) -> Result<(String, JsValue), String> {
        if let Some(program) = self.program.get_value() {
            return Ok(program);
        }
        let meta = document().query_selector(PROGRAM).ok().flatten();
        let url = |name: &str| meta.as_ref().and_then(|meta: &Element| meta.get_attribute(name)).unwrap_or_default();
        let (script, wasm) = (url("data-script"), url("data-wasm"));
        let module = async {
            let bytes = JsFuture::from(fetch::get(&wasm).await?.array_buffer()?).await?;
            JsFuture::from(WebAssembly::compile(&bytes)).await
        };
        let failed = |error| format!("{wasm} could not be loaded: {}", dom::error_message(&error));
        let program = (script, module.await.map_err(failed)?);
        self.program.set_value(Some(program.clone()));
        Ok(program)
    }
}

fn read(answer: &JsValue) -> Option<Reply> {
    let parts = answer.dyn_ref::<Array>()?;
    decode(&Uint8Array::new(&parts.get(0)).to_vec()).ok()
}

/// Does a job that ends in a file, and saves the file.
pub async fn save(client: Client, request: Request, files: &Array, report: &Report) {
    let answer = client.run(request, files, report, messages::NO_FILE).await;
    if let Some((Reply::File { name, media_type, .. }, parts)) = answer {
        match download(&name, &media_type, &parts.get(1)) {
            Ok(()) => report.say(&format!("Saved {name}.")),
            Err(error) => report.say(&messages::no_file(&dom::error_message(&error))),
        }
    }
}

fn download(name: &str, media_type: &str, bytes: &JsValue) -> Result<(), JsValue> {
    let url = blob_url(&Array::of1(bytes), media_type)?;
    let link = document().create_element("a")?;
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    link.unchecked_into::<HtmlElement>().click();
    set_timeout(move || _ = Url::revoke_object_url(&url), PATIENCE);
    Ok(())
}

/// The place where jobs speak to the reader. The press has written its elements: views would be larger.
#[derive(Clone)]
pub struct Report {
    text: HtmlElement,
    cancel: HtmlElement,
    field: HtmlTextAreaElement,
}

impl Report {
    /// The report inside an element, with its button that cancels the job.
    pub fn inside(place: &Element, client: Client) -> Option<Self> {
        let find = |selector: &str| place.query_selector(selector).ok().flatten();
        let text = find(".report p")?.unchecked_into();
        let cancel: HtmlElement = find(".report button")?.unchecked_into();
        let field = find(".report textarea")?.unchecked_into();
        listen(&cancel, "click", move |_: Event| client.cancel());
        Some(Self { text, cancel, field })
    }

    /// Says how a job has ended.
    pub fn say(&self, text: &str) {
        self.text.set_text_content(Some(text));
        self.cancel.set_hidden(true);
        self.field.set_hidden(true);
    }

    /// Says how far a job is.
    fn work(&self, text: &str) {
        self.say(text);
        self.cancel.set_hidden(false);
    }

    /// Shows a text to copy by hand.
    pub fn show(&self, text: &str) {
        self.say("Your browser does not let this page copy. Copy this text:");
        self.field.set_value(text);
        self.field.set_hidden(false);
        self.field.select();
        _ = self.field.focus();
    }
}
