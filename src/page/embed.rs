//! The embed page: one figure in a frame of another page. The script `embed-page.js` passes the host's commands on as events and sends
//! the states of this file to the host. Nothing trains while the frame is off the screen.

use super::store::Store;
use super::view::{listen, when_visible};
use super::{address, bar, dom, messages};
use crate::pool::Status;
use chart::Link;
use js_sys::{Array, Object, Reflect};
use lab::Results;
use lab::experiment::history::End;
use leptos::prelude::*;
use leptos::web_sys::{CustomEvent, CustomEventInit};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

const COMMAND: &str = "vanishing-gradients:command";
const STATE: &str = "vanishing-gradients:state";

/// Whether this page is the embed page.
pub fn is_embed() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-embed"))
}

/// Makes the bar live, follows the host's commands, reports to the host, and trains on the screen only.
pub fn make_live(store: Store) {
    let bars = dom::all("[data-bar]");
    bars.iter().for_each(|place| bar::make_live(store, place));
    // A figure without a bar has a line for what the reader must know.
    for place in dom::all("[data-notices]") {
        dom::keep_text(
            place,
            Memo::new(move |_| store.notices.with(|notices| notices.sentences().collect::<Vec<_>>().join(" "))),
        );
    }

    let training = Rc::new(Training {
        store,
        is_visible: Cell::new(false),
        is_waiting: Cell::new(!bars.is_empty() && !dom::prefers_reduced_motion()),
    });
    // Not the bar, which may be hidden or above the screen.
    if let Some(main) = dom::all("main").first() {
        let training = training.clone();
        when_visible(main, move |is_visible| training.show(is_visible));
    }
    listen(&window(), COMMAND, move |event: CustomEvent| {
        let field = |name: &str| Reflect::get(&event.detail(), &name.into()).ok().and_then(|field| field.as_string());
        match field("name").as_deref() {
            Some("run") => training.run(),
            Some("pause") => training.pause(),
            Some("set") => set(store, &field("query").unwrap_or_default()),
            _ => {}
        }
    });
    report(store);
}

/// Training on the screen only.
struct Training {
    store: Store,
    /// Whether the figure is on the screen. It counts as off the screen until the browser says otherwise.
    is_visible: Cell<bool>,
    /// Whether training begins, or goes on, when the figure comes on the screen.
    is_waiting: Cell<bool>,
}

impl Training {
    fn show(&self, is_visible: bool) {
        self.is_visible.set(is_visible);
        if is_visible {
            if self.is_waiting.take() {
                self.store.resume();
            }
        } else if self.store.is_running() {
            self.store.pause();
            self.is_waiting.set(true);
        }
    }

    fn run(&self) {
        if self.is_visible.get() { self.store.resume() } else { self.is_waiting.set(true) }
    }

    fn pause(&self) {
        self.is_waiting.set(false);
        self.store.pause();
    }
}

/// Shows the experiment and the view of a query that the host has sent.
fn set(store: Store, query: &str) {
    let (link, errors) = Link::from_query(query, &address::OF_EMBED);
    let experiment = link.experiment.clone();
    let error = store.follow(link).err().map(|error| messages::too_costly(&error, "The last one"));
    address::replace(&untrack(|| store.link()));
    let mut notices = messages::link_errors(&errors, &experiment);
    error.into_iter().for_each(|error| notices.push(error));
    store.notices.set(notices);
}

/// Sends the state to the host: `ready` once, then `progress`, and `done` or `error` when all runs have ended.
fn report(store: Store) {
    let mut was_over = None;
    Effect::new(move || {
        let query = store.link().to_query();
        let statuses = store.statuses.get();
        store.results.with(|results| {
            let is_over = results.is_over();
            let kind = match was_over.replace(is_over) {
                None => "ready",
                Some(false) if is_over && results.has_failed() => "error",
                Some(false) if is_over => "done",
                Some(_) => "progress",
            };
            send(&state(store, kind, &query, &statuses, results));
        });
    });
}

fn send(state: &Object) {
    let options = CustomEventInit::new();
    options.set_detail(state);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(STATE, &options) {
        _ = window().dispatch_event(&event);
    }
}

fn state(store: Store, kind: &str, query: &str, statuses: &[Option<Status>], results: &Results) -> Object {
    let status = if results.is_over() {
        "done"
    } else if statuses.contains(&Some(Status::Running)) {
        "running"
    } else {
        "paused"
    };
    let run = |run: &lab::History| {
        let outcome = run.outcome();
        let message = run.end.as_ref().filter(|end| !matches!(end, End::Finished(_)));
        object(&[
            ("label", results.experiment.label(run.variant).into()),
            ("seed", run.settings.recipe().seed.into()),
            ("steps", run.steps.into()),
            ("of", run.settings.recipe().steps.into()),
            ("fingerprint", text(outcome.map(|outcome| format!("{:016x}", outcome.fingerprint)))),
            ("trainAccuracy", number(outcome.map(|outcome| outcome.train_accuracy))),
            ("testAccuracy", number(outcome.map(|outcome| outcome.held_out_accuracy))),
            ("message", text(message.map(|_| messages::status(run, None)))),
        ])
    };
    let runs: Array = results.runs.iter().map(run).collect();
    object(&[
        ("kind", kind.into()),
        ("status", status.into()),
        ("query", query.into()),
        ("fingerprint", text(store.fingerprint().map(|fingerprint| fingerprint.to_string()))),
        ("runs", runs.into()),
    ])
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    fields.iter().for_each(|(name, value)| _ = Reflect::set(&object, &(*name).into(), value));
    object
}

fn text(text: Option<String>) -> JsValue {
    text.map_or(JsValue::NULL, JsValue::from)
}

fn number(number: Option<f32>) -> JsValue {
    number.map_or(JsValue::NULL, JsValue::from)
}
