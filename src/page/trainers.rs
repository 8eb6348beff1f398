//! The Web Workers of the pool's trainers: spawns them, sends them messages, and reports their events. Workers run the page's own
//! program: each starts from a blob of the page's script and gets the compiled WebAssembly from the page. So page and trainers are
//! always from one build, and the page's content security policy applies to its trainers too.

use super::dom;
use crate::pool::TrainerId;
use js_sys::{Array, Reflect, Uint8Array};
use lab::run::protocol::{self, Command, Event};
use lab::run::warm_up::TRAINER_NAME;
use leptos::prelude::{document, queue_microtask, window};
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Response, Url, Worker, WorkerOptions, WorkerType};

/// Waits for the compiled module and passes it to wasm-bindgen's script, whose name for its initializer replaces `INIT`. A rejected
/// promise is thrown again as an error, because workers report only errors to the page.
const BOOTSTRAP: &str = "
onmessage = ({ data }) => {
  onmessage = null;
  INIT({ module_or_path: data }).catch((error) => setTimeout(() => { throw error; }));
};
";
/// The same for a page of opaque origin, such as one in a sandbox: Chromium starts no module worker from its blobs, but a classic worker
/// may import one.
const BOOTSTRAP_WITHOUT_ORIGIN: &str = "
onmessage = ({ data }) => {
  onmessage = null;
  import('MODULE').then((module) => module.default({ module_or_path: data })).catch((error) => setTimeout(() => { throw error; }));
};
";
const OPAQUE: &str = "null";
/// The page's script, preloaded by the article's page and named by the embed page.
const SCRIPT: &str = "link[rel=modulepreload], link[rel=x-script]";

/// A message from a trainer, or its failure.
pub enum Report {
    Events(Vec<Event>),
    /// The trainer has failed; the reason is for the reader.
    Lost(String),
}

/// All trainers of the page. Clones share them.
#[derive(Clone)]
pub struct Trainers(Rc<RefCell<Inner>>);

struct Inner {
    /// The URL of the workers' script, once it is fetched.
    script: Option<String>,
    is_fetching: bool,
    /// Trainers that start when the script is fetched.
    waiting: Vec<TrainerId>,
    running: Vec<Running>,
    report: Rc<dyn Fn(TrainerId, Report)>,
}

/// A worker and its listeners, which must live as long as the worker.
struct Running {
    id: TrainerId,
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Trainers {
    pub fn new(report: impl Fn(TrainerId, Report) + 'static) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            script: None,
            is_fetching: false,
            waiting: Vec::new(),
            running: Vec::new(),
            report: Rc::new(report),
        })))
    }

    /// Starts a trainer once the script is fetched.
    pub fn spawn(&self, id: TrainerId) {
        let mut inner = self.0.borrow_mut();
        if let Some(script) = inner.script.clone() {
            inner.start(id, &script);
            return;
        }
        inner.waiting.push(id);
        if !std::mem::replace(&mut inner.is_fetching, true) {
            let trainers = self.clone();
            spawn_local(async move { trainers.start_waiting(fetch_script().await) });
        }
    }

    pub fn terminate(&self, id: TrainerId) {
        let mut inner = self.0.borrow_mut();
        inner.waiting.retain(|&waiting| waiting != id);
        for running in inner.running.extract_if(.., |running| running.id == id) {
            running.worker.set_onmessage(None);
            running.worker.set_onerror(None);
            running.worker.terminate();
        }
    }

    pub fn send(&self, id: TrainerId, command: &Command) {
        if let Ok(bytes) = protocol::encode(command) {
            self.post(id, &Uint8Array::from(bytes.as_slice()));
        }
    }

    /// Sends a copy of the data's four files.
    pub fn load(&self, id: TrainerId, files: &Array) {
        self.post(id, files);
    }

    /// Posts a message. This fails only for values that cannot be cloned; byte arrays and arrays of them can.
    fn post(&self, id: TrainerId, message: &JsValue) {
        if let Some(running) = self.0.borrow().running.iter().find(|running| running.id == id) {
            _ = running.worker.post_message(message);
        }
    }

    fn start_waiting(&self, script: Result<String, String>) {
        let mut inner = self.0.borrow_mut();
        inner.is_fetching = false;
        let waiting = std::mem::take(&mut inner.waiting);
        match script {
            Ok(script) => {
                waiting.into_iter().for_each(|id| inner.start(id, &script));
                inner.script = Some(script);
            }
            Err(reason) => waiting.into_iter().for_each(|id| inner.report_lost(id, reason.clone())),
        }
    }
}

impl Inner {
    fn start(&mut self, id: TrainerId, script: &str) {
        match Running::new(id, script, self.report.clone()) {
            Ok(running) => self.running.push(running),
            Err(error) => self.report_lost(id, dom::error_message(&error)),
        }
    }

    /// Reports in a microtask, because the callback may borrow the trainers.
    fn report_lost(&self, id: TrainerId, reason: String) {
        let report = self.report.clone();
        queue_microtask(move || report(id, Report::Lost(reason)));
    }
}

impl Running {
    fn new(id: TrainerId, script: &str, report: Rc<dyn Fn(TrainerId, Report)>) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_name(if id == TrainerId(0) { TRAINER_NAME } else { "trainer" });
        options.set_type(if has_origin() { WorkerType::Module } else { WorkerType::Classic });
        let worker = Worker::new_with_options(script, &options)?;
        let on_message = {
            let report = report.clone();
            Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| report(id, read(&message.data())))
        };
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            // A script that cannot be loaded reports a plain event without a message.
            let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
            report(id, Report::Lost(message.unwrap_or_else(|| "its script could not be started".into())));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(&wasm_bindgen::module())?;
        Ok(Self { id, worker, _on_message: on_message, _on_error: on_error })
    }
}

/// Decodes a message.
fn read(data: &JsValue) -> Report {
    let bytes = Uint8Array::new(data).to_vec();
    match protocol::decode(&bytes) {
        Ok(events) => Report::Events(events),
        Err(error) => Report::Lost(format!("its message of {} bytes cannot be read ({error})", bytes.len())),
    }
}

/// Fetches the page's script and makes the workers' script of it. Returns its URL.
async fn fetch_script() -> Result<String, String> {
    let url = document().query_selector(SCRIPT).ok().flatten().and_then(|link| link.get_attribute("href"));
    let url = url.unwrap_or_default();
    let failed = |reason: String| format!("{url} could not be loaded: {reason}");
    let answer = JsFuture::from(window().fetch_with_str(&url)).await;
    let response: Response = answer.map_err(|error| failed(dom::error_message(&error)))?.unchecked_into();
    if !response.ok() {
        return Err(failed(format!("the server answered {} {}", response.status(), response.status_text())));
    }
    let text = match response.text() {
        Ok(text) => JsFuture::from(text).await,
        Err(error) => Err(error),
    };
    let text = text.map_err(|error| failed(dom::error_message(&error)))?.as_string().unwrap_or_default();
    let initializer = default_export(&text).ok_or_else(|| failed("it has no default export".into()))?;
    let script = if has_origin() {
        blob_url(&[&text, &BOOTSTRAP.replace("INIT", initializer)])
    } else {
        blob_url(&[&text]).and_then(|module| blob_url(&[&BOOTSTRAP_WITHOUT_ORIGIN.replace("MODULE", &module)]))
    };
    script.map_err(|error| dom::error_message(&error))
}

fn has_origin() -> bool {
    window().origin() != OPAQUE
}

/// A URL of a script of several parts, as long as the page is open.
fn blob_url(parts: &[&str]) -> Result<String, JsValue> {
    let parts: Array = parts.iter().map(|part| JsValue::from_str(part)).collect();
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&parts, &kind)?)
}

/// The name of what a module exports as its default, in `export { a, name as default };`.
fn default_export(module: &str) -> Option<&str> {
    let (before, _) = module.split_once(" as default")?;
    before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$').next().filter(|name| !name.is_empty())
}
