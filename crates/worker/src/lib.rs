//! A trainer inside its Web Worker; the module `trainers` of the page starts it and talks to it. It drives a [`Session`]: it trains for some
//! milliseconds, handles messages, and trains again. A JS array of files is the data ([`stream::bytes`]); a byte array is a command. One
//! worker, chosen by its name, [warms up](lab::run::warm_up) the JIT compiler until the data arrive.

#![cfg(target_arch = "wasm32")]

pub mod stream;

use js_sys::{Array, Uint8Array};
use lab::RunId;
use lab::data::dataset::MNIST_FILES;
use lab::data::{DatasetError, Split};
use lab::run::protocol::{self, Command, Event};
use lab::run::warm_up::{TRAINER_NAME, warm_up};
use lab::run::{Progress, Session, Training};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// How long a slice of training lasts, between two of which messages are handled.
const SLICE_MS: f64 = 12.0;

/// The scope of the worker that this program runs in; None in a page.
pub fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Serves the page for as long as the worker lives.
pub fn start(page: DedicatedWorkerGlobalScope) {
    let Ok(channel) = MessageChannel::new() else { return };
    let worker = Rc::new_cyclic(|worker: &Weak<Worker>| {
        let worker = worker.clone();
        let on_slice = Closure::new(move || worker.upgrade().iter().for_each(|worker| worker.train()));
        Worker { page: page.clone(), next_slice: channel.port2(), on_slice, state: RefCell::default() }
    });
    let on_message = {
        let worker = worker.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| worker.receive(message.data()))
    };
    page.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // A message to the worker itself starts the next slice: browsers delay timers by 4 ms.
    channel.port1().set_onmessage(Some(worker.on_slice.as_ref().unchecked_ref()));
    // The worker's own listener lives as long as the worker.
    on_message.forget();
    worker.post(&[Event::Hello]);
    if page.name() == TRAINER_NAME {
        worker.state.borrow_mut().warm_up = warm_up();
        worker.request_slice();
    }
}

struct Worker {
    page: DedicatedWorkerGlobalScope,
    next_slice: MessagePort,
    on_slice: Closure<dyn Fn()>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    session: Option<Session>,
    /// Counts the data sets that have arrived.
    n_loads: u32,
    /// The warm-up run, until the data arrive.
    warm_up: Option<(Training, Split)>,
    /// Milliseconds spent on each run.
    computed_ms: Vec<(RunId, f64)>,
    /// A slice has been requested and has not begun.
    is_slice_pending: bool,
}

impl State {
    fn has_work(&self) -> bool {
        self.session.as_ref().map_or(self.warm_up.is_some(), Session::is_running)
    }

    /// Trains the warm-up for a slice.
    fn warm_up(&mut self, now: impl Fn() -> f64) {
        let Some((training, split)) = &mut self.warm_up else { return };
        let start = now();
        while now() - start < SLICE_MS {
            match training.advance(split) {
                Ok(Progress::Working) => {}
                // A real run encodes its samples, so the warm-up does too.
                Ok(Progress::Measured(measured)) => drop(protocol::encode(&measured)),
                Ok(Progress::Finished(_)) | Err(_) => return self.warm_up = None,
            }
        }
    }

    /// Trains for a slice. Returns its events.
    fn train(&mut self, now: impl Fn() -> f64) -> Vec<Event> {
        let Self { session: Some(session), computed_ms, .. } = self else { return Vec::new() };
        let start = now();
        let mut end = start;
        let mut events = Vec::new();
        let mut advanced = Vec::new();
        while let Some(run) = session.next_run().filter(|_| end - start < SLICE_MS) {
            let unit = session.advance();
            let before = std::mem::replace(&mut end, now());
            let place = computed_ms.iter().position(|(other, _)| *other == run).unwrap_or(computed_ms.len());
            if place == computed_ms.len() {
                computed_ms.push((run, 0.0));
            }
            computed_ms[place].1 += end - before;
            for event in unit.into_iter().flatten() {
                if let Event::Finished { outcome, .. } = &event {
                    let (steps, computed_ms) = (outcome.steps, computed_ms[place].1);
                    events.push(Event::Progressed { run, steps, computed_ms });
                }
                events.push(event);
            }
            if !advanced.contains(&run) {
                advanced.push(run);
            }
        }
        // Runs that have ended are forgotten.
        computed_ms.retain(|(run, _)| session.steps().any(|(other, _)| other == *run));
        for (run, steps) in session.steps().filter(|(run, _)| advanced.contains(run)) {
            let spent = computed_ms.iter().find(|(other, _)| *other == run);
            events.extend(spent.map(|&(run, computed_ms)| Event::Progressed { run, steps, computed_ms }));
        }
        events
    }
}

impl Worker {
    fn receive(self: &Rc<Self>, data: JsValue) {
        match data.dyn_into::<Array>() {
            Ok(files) => self.load(files),
            Err(command) => self.post(self.handle(&Uint8Array::new(&command).to_vec()).as_slice()),
        }
        self.request_slice();
    }

    /// Reads the data, and answers once. Data that came later have precedence.
    fn load(self: &Rc<Self>, files: Array) {
        let mut state = self.state.borrow_mut();
        state.n_loads += 1;
        let load = state.n_loads;
        // The warm-up would delay it.
        state.warm_up = None;
        drop(state);
        let worker = self.clone();
        spawn_local(async move {
            let event = match split(&files).await {
                Ok(split) => {
                    let (train, held_out) = (split.train.len() as u32, split.held_out.len() as u32);
                    let mut state = worker.state.borrow_mut();
                    if state.n_loads == load {
                        state.session = Some(Session::new(split));
                    }
                    Event::Loaded { train, held_out }
                }
                Err(error) => Event::Refused { error },
            };
            worker.post(&[event]);
        });
    }

    fn handle(&self, bytes: &[u8]) -> Option<Event> {
        let Ok(command) = protocol::decode::<Command>(bytes) else {
            return Some(Event::NotUnderstood { bytes: bytes.len() as u32 });
        };
        let mut state = self.state.borrow_mut();
        if let Command::Start { run, .. } | Command::Cancel { run } = command {
            state.computed_ms.retain(|(other, _)| *other != run);
        }
        state.session.as_mut()?.handle(command)
    }

    /// Trains for a slice.
    fn train(&self) {
        let mut state = self.state.borrow_mut();
        state.is_slice_pending = false;
        let events = match state.session {
            Some(_) => state.train(|| self.now()),
            None => {
                state.warm_up(|| self.now());
                Vec::new()
            }
        };
        drop(state);
        self.post(&events);
        self.request_slice();
    }

    /// Requests the next slice if there is work.
    fn request_slice(&self) {
        let mut state = self.state.borrow_mut();
        if state.has_work() && !state.is_slice_pending {
            state.is_slice_pending = self.next_slice.post_message(&JsValue::NULL).is_ok();
        }
    }

    fn now(&self) -> f64 {
        self.page.performance().map_or(0.0, |clock| clock.now())
    }

    /// Sends events, if there are any. Events that cannot be sent are lost; the page then replaces the silent trainer.
    fn post(&self, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        if let Ok(bytes) = protocol::encode(&events) {
            // Transferred, not copied.
            let bytes = Uint8Array::from(bytes.as_slice());
            _ = self.page.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
        }
    }
}

/// Inflates and reads the four files.
async fn split(files: &Array) -> Result<Split, DatasetError> {
    let mut idx = [const { Vec::new() }; 4];
    for ((bytes, file), name) in idx.iter_mut().zip(files.iter()).zip(MNIST_FILES) {
        *bytes = stream::bytes(&file).await.map_err(|_| DatasetError::Gzip { name: name.into() })?;
    }
    Split::from_idx(idx.each_ref().map(Vec::as_slice))
}
