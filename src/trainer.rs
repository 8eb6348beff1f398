//! One trainer as the page sees it: a Web Worker that takes commands and sends events. The other end is the crate `worker`.

use js_sys::{Array, Reflect, Uint8Array};
use lab::protocol::{self, Command, Event};
use leptos::prelude::{queue_microtask, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions};

const SCRIPT: &str = "worker_loader.js";

/// What reaches the page from a trainer.
pub enum Report {
    Events(Vec<Event>),
    /// The trainer is gone, or says what nobody understands; why, for the reader.
    Lost(String),
}

pub struct Trainer {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Trainer {
    /// Takes the trainer of this name that is on its way already, or starts one. It says hello once it listens; what is sent
    /// before then is lost.
    ///
    /// # Errors
    /// The browser has no worker to give.
    pub fn start(name: &str, report: impl Fn(Report) + Clone + 'static) -> Result<Self, String> {
        let (worker, said) = match take_from_ahead(name) {
            Some(early) => early,
            None => (start(name).map_err(|error| format!("{error:?}"))?, Array::new()),
        };
        let on_message = {
            let report = report.clone();
            Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| match read(&message.data()) {
                Ok(events) => report(Report::Events(events)),
                Err(sentence) => report(Report::Lost(sentence)),
            })
        };
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            // A worker whose script does not load reports a plain event, without a message.
            let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
            report(Report::Lost(message.unwrap_or_else(|| format!("{SCRIPT} could not be loaded"))));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        queue_microtask({
            let worker = worker.clone();
            move || said.iter().for_each(|event| _ = worker.dispatch_event(event.unchecked_ref()))
        });
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    pub fn send(&self, command: &Command) {
        if let Ok(bytes) = protocol::encode(command) {
            self.post(&Uint8Array::from(bytes.as_slice()));
        }
    }

    /// Hands over a copy of the digits' four files.
    pub fn send_digits(&self, files: &Array) {
        self.post(files);
    }

    /// Posting fails only for values that cannot be cloned, and byte arrays can.
    fn post(&self, message: &JsValue) {
        _ = self.worker.post_message(message);
    }
}

fn start(name: &str) -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_name(name);
    Worker::new_with_options(SCRIPT, &options)
}

/// The trainer that `static/ahead.js` has started before this program was there, if it did and nobody has it yet, and its
/// events so far.
fn take_from_ahead(name: &str) -> Option<(Worker, Array)> {
    let Some(ahead) = window().get("ahead") else {
        // That script is late, and is to start nothing any more.
        _ = Reflect::set(&window(), &"ahead".into(), &js_sys::Object::new());
        return None;
    };
    let early = Reflect::get(&ahead, &name.into()).ok().filter(|early| !early.is_undefined())?;
    _ = Reflect::delete_property(&ahead, &name.into());
    let part = |name: &str| Reflect::get(&early, &name.into()).ok();
    Some((part("trainer")?.dyn_into().ok()?, part("said")?.dyn_into().ok()?))
}

impl Drop for Trainer {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The events of a message, or why there are none, for the reader.
fn read(data: &JsValue) -> Result<Vec<Event>, String> {
    let bytes = Uint8Array::new(data).to_vec();
    protocol::decode(&bytes).map_err(|error| format!("a message of {} bytes makes no sense ({error})", bytes.len()))
}
