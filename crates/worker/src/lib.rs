//! The page as a trainer sees it: the other end of `web::trainer`, in a Web Worker. It drives a
//! [`Session`](lab::Session): trains for some milliseconds, then lets messages in, then goes on. A JS array of byte
//! arrays is the digits; a single byte array is a command. A run begins with a sprint, which the default run ends within. A
//! longer one then rests between slices where there are not cores enough for all trainers and the page: three trainers at full
//! speed on two cores would triple the length of the page's every task. Until there are digits, one of them
//! [rehearses](lab::rehearsal).

#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Uint8Array};
use lab::data::{Digits, DigitsError, Split};
use lab::protocol::{self, Command, Event, VERSION};
use lab::rehearsal::rehearsal;
use lab::{Scenario, Session};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// How long a slice of training lasts before messages are let in.
const SLICE_MILLISECONDS: f64 = 12.0;

/// How much a run computes before it rests for the first time.
const SPRINT_MILLISECONDS: f64 = 500.0;

/// How long a trainer rests after each slice, so that all of them together leave one core to the page.
fn rest_milliseconds(page: &DedicatedWorkerGlobalScope) -> f64 {
    let cores_to_train_on = (page.navigator().hardware_concurrency() - 1.0).max(1.0);
    let share = (cores_to_train_on / Scenario::ALL.len() as f64).min(1.0);
    SLICE_MILLISECONDS * (1.0 / share - 1.0)
}

/// Serves the page for as long as the worker lives.
#[wasm_bindgen(start)]
pub fn start() {
    let Ok(page) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let Ok(channel) = MessageChannel::new() else {
        return post(&page, &[Event::Failed { sentence: "this browser's workers have no MessageChannel".into() }]);
    };
    let worker = Rc::new_cyclic(|worker: &Weak<Worker>| {
        let worker = worker.clone();
        let on_slice = Closure::new(move || worker.upgrade().iter().for_each(|worker| worker.train()));
        Worker {
            page: page.clone(),
            rest: rest_milliseconds(&page),
            next_slice: channel.port2(),
            on_slice,
            desk: RefCell::default(),
        }
    });
    let on_message = {
        let worker = worker.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| worker.receive(&message.data()))
    };
    page.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Unlike a timer, a message to oneself is not held back for 4 ms.
    channel.port1().set_onmessage(Some(worker.on_slice.as_ref().unchecked_ref()));
    on_message.forget();
    worker.post(&[Event::Hello { version: VERSION }]);
    // One is enough: the workers of a page share their compiled code.
    if page.name() == Scenario::ALL[0].key() {
        worker.desk.borrow_mut().rehearsal = rehearsal();
        worker.go_on();
    }
}

struct Worker {
    page: DedicatedWorkerGlobalScope,
    /// Milliseconds after each slice.
    rest: f64,
    next_slice: MessagePort,
    on_slice: Closure<dyn Fn()>,
    desk: RefCell<Desk>,
}

/// What is on the trainer's desk.
#[derive(Default)]
struct Desk {
    session: Option<Session>,
    /// What is done while there is nothing to do.
    rehearsal: Option<Session>,
    /// Computing time of the current run, and the same with the rests between its slices.
    computing: f64,
    elapsed: f64,
    /// When the last slice of a run that is still running ended.
    last_end: Option<f64>,
    /// A slice has been asked for and has not begun.
    is_slice_coming: bool,
}

impl Desk {
    fn is_running(&self) -> bool {
        self.session.as_ref().is_some_and(Session::is_running)
    }

    /// Rehearses for a slice, events and all.
    fn rehearse(&mut self, now: impl Fn() -> f64) {
        let Some(session) = &mut self.rehearsal else { return };
        let start = now();
        while session.is_running() && now() - start < SLICE_MILLISECONDS {
            drop(session.step().map(|event| protocol::encode(&event)));
        }
        self.rehearsal.take_if(|session| !session.is_running());
    }
}

impl Worker {
    fn receive(&self, data: &JsValue) {
        let event = match data.dyn_ref::<Array>() {
            Some(files) => Some(self.load(files)),
            None => self.obey(&Uint8Array::new(data).to_vec()),
        };
        self.post(event.as_slice());
        self.go_on();
    }

    fn load(&self, files: &Array) -> Event {
        match split(files) {
            Ok(split) => {
                let (train, held_out) = (split.train.len() as u32, split.held_out.len() as u32);
                self.desk.borrow_mut().session = Some(Session::new(split));
                Event::Loaded { train, held_out }
            }
            Err(error) => Event::Refused { sentence: format!("what came cannot be read: {error}") },
        }
    }

    fn obey(&self, bytes: &[u8]) -> Option<Event> {
        let Ok(command) = protocol::decode::<Command>(bytes) else {
            let sentence = format!("The trainer got a message of {} bytes that it does not understand.", bytes.len());
            return Some(Event::Failed { sentence });
        };
        let mut desk = self.desk.borrow_mut();
        if let Command::Start { .. } = command {
            (desk.computing, desk.elapsed) = (0.0, 0.0);
            desk.rehearsal = None;
        }
        desk.session.as_mut()?.handle(command)
    }

    /// Trains for a slice.
    fn train(&self) {
        let mut desk = self.desk.borrow_mut();
        desk.is_slice_coming = false;
        if !desk.is_running() {
            desk.rehearse(|| self.now());
            drop(desk);
            return self.go_on();
        }
        let Desk { session: Some(session), computing, elapsed, last_end, .. } = &mut *desk else { return };
        let start = self.now();
        let mut end = start;
        let mut events = Vec::new();
        while session.is_running() && end - start < SLICE_MILLISECONDS {
            events.extend(session.step());
            end = self.now();
        }
        *computing += end - start;
        *elapsed += end - last_end.unwrap_or(start);
        *last_end = session.is_running().then_some(end);
        let progressed = |(run, steps)| Event::Progressed { run, steps, computing: *computing, elapsed: *elapsed };
        events.extend(session.progress().map(progressed));
        self.post(&events);
        drop(desk);
        self.go_on();
    }

    /// Asks for the next slice if there is something to train.
    fn go_on(&self) {
        let mut desk = self.desk.borrow_mut();
        let is_running = desk.is_running();
        if !is_running {
            desk.last_end = None;
        }
        if (is_running || desk.rehearsal.is_some()) && !desk.is_slice_coming {
            desk.is_slice_coming = self.ask_for_slice(desk.computing > SPRINT_MILLISECONDS).is_ok();
        }
    }

    fn ask_for_slice(&self, is_tired: bool) -> Result<(), JsValue> {
        if is_tired && self.rest > 0.0 {
            let on_slice = self.on_slice.as_ref().unchecked_ref();
            self.page.set_timeout_with_callback_and_timeout_and_arguments_0(on_slice, self.rest as i32).map(drop)
        } else {
            self.next_slice.post_message(&JsValue::NULL)
        }
    }

    fn now(&self) -> f64 {
        self.page.performance().map_or(0.0, |clock| clock.now())
    }

    fn post(&self, events: &[Event]) {
        post(&self.page, events);
    }
}

/// Sends events, if there are any. What cannot be sent is lost; the page notices a trainer that has fallen silent.
fn post(page: &DedicatedWorkerGlobalScope, events: &[Event]) {
    if events.is_empty() {
        return;
    }
    if let Ok(bytes) = protocol::encode(&events) {
        _ = page.post_message(&Uint8Array::from(bytes.as_slice()));
    }
}

fn split(files: &Array) -> Result<Split, DigitsError> {
    let file = |i: u32| Uint8Array::new(&files.get(i)).to_vec();
    Ok(Split { train: Digits::from_idx(&file(0), &file(1))?, held_out: Digits::from_idx(&file(2), &file(3))? })
}
