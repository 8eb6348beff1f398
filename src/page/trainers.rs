//! The Web Workers of the pool's trainers: spawns them, sends them messages, and reports their events. Workers run the page's own
//! program, so page and trainers are always from one build.

use super::dom;
use super::worker::Worker;
use crate::pool::TrainerId;
use js_sys::{Array, Uint8Array};
use lab::run::protocol::{self, Command, Event};
use lab::run::warm_up::TRAINER_NAME;
use leptos::prelude::{document, queue_microtask};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

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
    running: Vec<(TrainerId, Worker)>,
    report: Rc<dyn Fn(TrainerId, Report)>,
}

impl Trainers {
    pub fn new(report: impl Fn(TrainerId, Report) + 'static) -> Self {
        Self(Rc::new(RefCell::new(Inner { running: Vec::new(), report: Rc::new(report) })))
    }

    pub fn spawn(&self, id: TrainerId) {
        self.0.borrow_mut().start(id);
    }

    pub fn terminate(&self, id: TrainerId) {
        let mut inner = self.0.borrow_mut();
        inner.running.retain(|(running, _)| *running != id);
    }

    pub fn send(&self, id: TrainerId, command: &Command) {
        if let Ok(bytes) = protocol::encode(command) {
            self.post(id, &Uint8Array::from(bytes.as_slice()));
        }
    }

    /// Sends the data's four files. Byte arrays are copied, blobs are not.
    pub fn load(&self, id: TrainerId, files: &Array) {
        self.post(id, files);
    }

    fn post(&self, id: TrainerId, message: &JsValue) {
        if let Some((_, worker)) = self.0.borrow().running.iter().find(|(running, _)| *running == id) {
            worker.post(message);
        }
    }
}

impl Inner {
    fn start(&mut self, id: TrainerId) {
        let script = document().query_selector(SCRIPT).ok().flatten().and_then(|link| link.get_attribute("href"));
        let name = if id == TrainerId(0) { TRAINER_NAME } else { "trainer" };
        let (on_message, on_error) = (self.report.clone(), self.report.clone());
        let worker = Worker::start(
            &script.unwrap_or_default(),
            name,
            &wasm_bindgen::module(),
            move |data| on_message(id, read(&data)),
            move |reason| on_error(id, Report::Lost(reason)),
        );
        match worker {
            Ok(worker) => self.running.push((id, worker)),
            Err(error) => self.report_lost(id, dom::error_message(&error)),
        }
    }

    /// Reports in a microtask, because the callback may borrow the trainers.
    fn report_lost(&self, id: TrainerId, reason: String) {
        let report = self.report.clone();
        queue_microtask(move || report(id, Report::Lost(reason)));
    }
}

/// Decodes a message.
fn read(data: &JsValue) -> Report {
    let Some(bytes) = data.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec) else {
        return Report::Lost("its message is no array of bytes".into());
    };
    match protocol::decode(&bytes) {
        Ok(events) => Report::Events(events),
        Err(error) => Report::Lost(format!("its message of {} bytes cannot be read ({error})", bytes.len())),
    }
}
