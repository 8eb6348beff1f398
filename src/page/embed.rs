//! The embed page: one figure in a frame of another page. The script `embed-page.js` passes the host's commands on as events and sends
//! the states of this file to the host. Training pauses while the frame is off the screen.

use super::store::Store;
use super::view::{listen, when_visible};
use super::{address, bar, dom, messages};
use crate::pool::Status;
use chart::Link;
use js_sys::{Array, Object, Reflect};
use lab::Results;
use lab::experiment::history::End;
use leptos::prelude::*;
use leptos::web_sys::{CustomEvent, CustomEventInit, HtmlElement};
use std::cell::Cell;
use wasm_bindgen::JsValue;

const COMMAND: &str = "vanishing-gradients:command";
const STATE: &str = "vanishing-gradients:state";

/// Whether this page is the embed page.
pub fn is_embed() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-embed"))
}

/// Makes the bar live, follows the host's commands, reports to the host, and pauses off the screen.
pub fn make_live(store: Store) {
    for place in dom::all("[data-bar]") {
        bar::make_live(store, &place);
    }

    listen(&window(), COMMAND, move |event: CustomEvent| {
        let field = |name: &str| Reflect::get(&event.detail(), &name.into()).ok().and_then(|field| field.as_string());
        match field("name").as_deref() {
            Some("run") => store.resume(),
            Some("pause") => store.pause(),
            Some("set") => set(store, &field("query").unwrap_or_default()),
            _ => {}
        }
    });
    report(store);
    if let Some(main) = dom::all("main").first() {
        pause_off_screen(store, main);
    }
}

/// Shows the experiment and the view of a query that the host has sent.
fn set(store: Store, query: &str) {
    let (link, errors) = Link::from_query(query, &address::OF_EMBED);
    let error = store.follow(link).err().map(|error| messages::too_costly(&error, "The last one"));
    address::replace(&untrack(|| store.link()));
    store.notices.set(errors.iter().map(messages::link_error).chain(error).collect());
}

fn pause_off_screen(store: Store, main: &HtmlElement) {
    let has_paused = Cell::new(false);
    when_visible(main, move |is_visible| {
        if !is_visible && store.is_running() {
            store.pause();
            has_paused.set(true);
        } else if is_visible && has_paused.replace(false) {
            store.resume();
        }
    });
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
