//! The Web Workers of the pool's trainers: spawns them, sends them messages, and reports their events. The script and the WebAssembly of
//! the program are fetched once, the WebAssembly is compiled once, and every worker starts from a blob of that script. So page and
//! trainers are always from one build, and the page's content security policy applies to its trainers too.

use super::dom;
use crate::pool::TrainerId;
use js_sys::{Array, Reflect, Uint8Array, WebAssembly};
use lab::run::protocol::{self, Command, Event};
use lab::run::warm_up::TRAINER_NAME;
use leptos::prelude::{queue_microtask, window};
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Response, Url, Worker, WorkerOptions};

/// Waits for the compiled module and passes it to wasm-bindgen's script. A rejected promise is thrown again as an error, because workers
/// report only errors to the page.
const BOOTSTRAP: &str = "
onmessage = ({ data }) => {
  onmessage = null;
  wasm_bindgen({ module_or_path: data }).catch((error) => setTimeout(() => { throw error; }));
};
";

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
    program: Option<Program>,
    is_fetching: bool,
    /// Trainers that start when the program is fetched.
    waiting: Vec<TrainerId>,
    running: BTreeMap<TrainerId, Running>,
    report: Rc<dyn Fn(TrainerId, Report)>,
}

/// What a worker starts from.
#[derive(Clone)]
struct Program {
    /// The URL of the script's blob.
    script: String,
    module: JsValue,
}

/// A worker and its listeners, which must live as long as the worker.
struct Running {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Trainers {
    pub fn new(report: impl Fn(TrainerId, Report) + 'static) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            program: None,
            is_fetching: false,
            waiting: Vec::new(),
            running: BTreeMap::new(),
            report: Rc::new(report),
        })))
    }

    /// Starts a trainer once the program is fetched.
    pub fn spawn(&self, id: TrainerId) {
        let mut inner = self.0.borrow_mut();
        if let Some(program) = inner.program.clone() {
            inner.start(id, &program);
            return;
        }
        inner.waiting.push(id);
        if !std::mem::replace(&mut inner.is_fetching, true) {
            let trainers = self.clone();
            spawn_local(async move { trainers.start_waiting(fetch_program().await) });
        }
    }

    pub fn terminate(&self, id: TrainerId) {
        let mut inner = self.0.borrow_mut();
        inner.waiting.retain(|&waiting| waiting != id);
        if let Some(running) = inner.running.remove(&id) {
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
        if let Some(running) = self.0.borrow().running.get(&id) {
            _ = running.worker.post_message(message);
        }
    }

    fn start_waiting(&self, program: Result<Program, String>) {
        let mut inner = self.0.borrow_mut();
        inner.is_fetching = false;
        let waiting = std::mem::take(&mut inner.waiting);
        match program {
            Ok(program) => {
                waiting.into_iter().for_each(|id| inner.start(id, &program));
                inner.program = Some(program);
            }
            Err(reason) => waiting.into_iter().for_each(|id| inner.report_lost(id, reason.clone())),
        }
    }
}

impl Inner {
    fn start(&mut self, id: TrainerId, program: &Program) {
        match Running::new(id, program, self.report.clone()) {
            Ok(running) => _ = self.running.insert(id, running),
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
    fn new(id: TrainerId, program: &Program, report: Rc<dyn Fn(TrainerId, Report)>) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_name(if id == TrainerId(0) { TRAINER_NAME } else { "trainer" });
        let worker = Worker::new_with_options(&program.script, &options)?;
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
        worker.post_message(&program.module)?;
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
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

/// Fetches the script and the WebAssembly that the page's head names, and compiles the WebAssembly.
async fn fetch_program() -> Result<Program, String> {
    let [script, wasm] =
        ["script", "wasm"].map(|part| dom::all(&format!("link[data-trainer={part}]")).first().cloned());
    let address = |link: Option<leptos::web_sys::HtmlElement>| link.and_then(|link| link.get_attribute("href"));
    let (script, wasm) = (address(script).unwrap_or_default(), address(wasm).unwrap_or_default());
    let answers = [&script, &wasm].map(|url| window().fetch_with_str(url));
    let [text, bytes] = answers.map(JsFuture::from);
    let text = ok(text.await, &script)?.text().map_err(|error| dom::error_message(&error))?;
    let text = JsFuture::from(text).await.map_err(|error| format!("{script}: {}", dom::error_message(&error)))?;
    let bytes = ok(bytes.await, &wasm)?.array_buffer().map_err(|error| dom::error_message(&error))?;
    let bytes = JsFuture::from(bytes).await.map_err(|error| format!("{wasm}: {}", dom::error_message(&error)))?;
    let module = JsFuture::from(WebAssembly::compile(&bytes)).await;
    let module = module.map_err(|error| format!("{wasm}: {}", dom::error_message(&error)))?;
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of2(&text, &BOOTSTRAP.into()), &kind);
    let script = blob.and_then(|blob| Url::create_object_url_with_blob(&blob));
    Ok(Program { script: script.map_err(|error| dom::error_message(&error))?, module })
}

fn ok(answer: Result<JsValue, JsValue>, url: &str) -> Result<Response, String> {
    let failed = |reason: String| format!("{url} could not be loaded: {reason}");
    let response: Response = answer.map_err(|error| failed(dom::error_message(&error)))?.unchecked_into();
    if response.ok() {
        Ok(response)
    } else {
        Err(failed(format!("the server answered {} {}", response.status(), response.status_text())))
    }
}
