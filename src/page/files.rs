//! The client of the program of files, which is fetched when it is first needed. There is one job at a time, in a worker of its own;
//! another job cancels it.

use super::worker::{Worker, blob_url, fetch, fetch_script};
use super::{dom, messages};
use files::{Reply, Request, decode, encode};
use js_sys::{Array, Function, Promise, Uint8Array, WebAssembly};
use leptos::prelude::*;
use leptos::web_sys::Element;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, Url};

/// Names the program's files.
const PROGRAM: &str = "meta[name=files]";
/// How long a browser may take to begin a download.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a job says to the reader, in the place where it was started.
#[derive(Clone, PartialEq)]
pub enum State {
    Idle,
    Working(String),
    Said(String),
    /// A text to copy by hand.
    Text(String),
}

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
    state: RwSignal<State>,
    /// Ends the job with an answer.
    end: Option<Function>,
}

impl Client {
    pub fn new() -> Self {
        Self {
            program: StoredValue::new_local(None),
            job: StoredValue::new_local(None),
            n_jobs: StoredValue::new(0),
        }
    }

    /// Does a job, and returns its reply and what came with it: an array whose first element is the reply itself. None if it failed
    /// or was canceled; then `state` says so, beginning with `failed`.
    pub async fn run(
        self,
        request: Request,
        files: &Array,
        state: RwSignal<State>,
        failed: &str,
    ) -> Option<(Reply, Array)> {
        self.cancel();
        let id = self.n_jobs.get_value() + 1;
        self.n_jobs.set_value(id);
        self.job.set_value(Some(Job { worker: None, state, end: None }));
        state.set(State::Working("Starting …".into()));
        let answer = self.answer(id, &request, files, state).await;
        if self.n_jobs.get_value() != id {
            return None;
        }
        self.job.set_value(None);
        match answer {
            Ok((Reply::Failed { sentence }, _)) | Err(sentence) => {
                state.set(State::Said(format!("{failed}: {sentence}.")));
                None
            }
            Ok(answer) => Some(answer),
        }
    }

    /// Ends the job, if there is one.
    pub fn cancel(self) {
        let Some(Job { state, end, .. }) = self.job.try_update_value(Option::take).flatten() else { return };
        self.n_jobs.update_value(|n| *n += 1);
        state.set(State::Said("Canceled.".into()));
        if let Some(end) = end {
            _ = end.call0(&JsValue::NULL);
        }
    }

    async fn answer(
        self,
        id: u32,
        request: &Request,
        files: &Array,
        state: RwSignal<State>,
    ) -> Result<(Reply, Array), String> {
        let (script, module) = self.program().await?;
        let request = encode(request).map_err(|error| error.to_string())?;
        let message = Array::of1(&Uint8Array::from(request.as_slice())).concat(files);
        if self.n_jobs.get_value() != id {
            return Err(String::new());
        }
        let promise = Promise::new(&mut |end, _| {
            let (on_message, on_error, message) = (end.clone(), end.clone(), message.clone());
            let worker = Worker::start(
                &script,
                "files",
                &module,
                move |answer| self.receive(answer, &message, state, &on_message),
                move |reason| _ = on_error.call1(&JsValue::NULL, &reason.into()),
            );
            match worker {
                Ok(worker) => self.job.set_value(Some(Job { worker: Some(worker), state, end: Some(end) })),
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
    fn receive(self, answer: JsValue, message: &Array, state: RwSignal<State>, end: &Function) {
        match read(&answer) {
            Some(Reply::Ready) => {
                self.job.with_value(|job| {
                    if let Some(worker) = job.as_ref().and_then(|job| job.worker.as_ref()) {
                        worker.post(message);
                    }
                });
            }
            Some(Reply::Progress { steps, of }) => state.set(State::Working(messages::again(steps, of))),
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
        let script = fetch_script(&script).await?;
        let module = async {
            let bytes = JsFuture::from(fetch(&wasm).await?.array_buffer()?).await?;
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
pub async fn save(client: Client, request: Request, files: &Array, state: RwSignal<State>) {
    let answer = client.run(request, files, state, messages::NO_FILE).await;
    if let Some((Reply::File { name, media_type, .. }, parts)) = answer {
        state.set(State::Said(match download(&name, &media_type, &parts.get(1)) {
            Ok(()) => format!("Saved {name}."),
            Err(error) => format!("{}: {}.", messages::NO_FILE, dom::error_message(&error)),
        }));
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

/// What a job says, with a button that cancels it.
#[component]
pub fn Report(client: Client, state: RwSignal<State>) -> impl IntoView {
    let text = move || match state.get() {
        State::Idle => String::new(),
        State::Working(text) | State::Said(text) => text,
        State::Text(_) => "Your browser does not let this page copy. Copy this text:".into(),
    };
    let is_working = Memo::new(move |_| matches!(state.get(), State::Working(_)));
    let cancel = move || {
        is_working.get().then(|| view! { <button type="button" on:click=move |_| client.cancel()>"Cancel"</button> })
    };
    let field = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            _ = field.focus();
            field.select();
        }
    });
    let by_hand = move || match state.get() {
        State::Text(text) => Some(view! {
            <textarea readonly rows="3" aria-label="Text to copy" node_ref=field prop:value=text></textarea>
        }),
        State::Idle | State::Working(_) | State::Said(_) => None,
    };
    view! { <div class="report"><p role="status">{text}</p>{cancel}{by_hand}</div> }
}
