//! Observes the visibility and the size of elements, media queries and events. Every observer ends with the current reactive owner.

use super::dom::{OnDrop, keep};
use js_sys::Array;
use leptos::prelude::window;
use leptos::web_sys::{
    Element, Event, EventTarget, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
    ResizeObserver,
};
use std::cell::Cell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// The margins of the strip of the window that counts as being read. It is just below the place to which a link scrolls its target.
const READ: &str = "-20% 0px -79% 0px";

/// The share of an element, or of the screen, that counts as most of it.
const MOST: f64 = 0.6;

/// Calls `act` whenever an element enters or leaves the screen.
pub fn when_visible(element: &Element, act: impl Fn(bool) + 'static) {
    when_within("0px", element, act);
}

/// Calls `act` whenever an element enters or leaves the strip that is being read. One section is there at a time.
pub fn when_read(element: &Element, act: impl Fn(bool) + 'static) {
    when_within(READ, element, act);
}

/// Calls `act` whenever an element enters or leaves the window with these margins added.
fn when_within(margins: &str, element: &Element, act: impl Fn(bool) + 'static) {
    observe(element, margins, false, move |entry| act(entry.is_intersecting()));
}

/// Calls `act` whenever an element enters or leaves the window with these margins added, and, if `is_fine`, after every twentieth of it.
fn observe(element: &Element, margins: &str, is_fine: bool, act: impl Fn(IntersectionObserverEntry) + 'static) {
    let on_change = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
        let last = entries.iter().last().and_then(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok());
        if let Some(entry) = last {
            act(entry);
        }
    });
    let options = IntersectionObserverInit::new();
    options.set_root_margin(margins);
    if is_fine {
        let thresholds: Array = (0..=20).map(|i| JsValue::from(f64::from(i) / 20.0)).collect();
        options.set_threshold(&thresholds);
    }
    if let Ok(observer) = IntersectionObserver::new_with_options(on_change.as_ref().unchecked_ref(), &options) {
        observer.observe(element);
        keep((OnDrop(move || observer.disconnect()), on_change));
    }
}

/// Calls `act` once, when most of an element is on the screen, or it fills most of the screen.
pub fn when_mostly_visible(element: &Element, act: impl Fn() + 'static) {
    let is_waiting = Cell::new(true);
    observe(element, "0px", true, move |entry| {
        let seen = entry.intersection_rect().height();
        let screen = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(f64::INFINITY);
        let most = MOST * entry.bounding_client_rect().height().min(screen);
        if entry.is_intersecting() && seen >= most && is_waiting.replace(false) {
            act();
        }
    });
}

/// Calls `act` whenever the size of an element changes, and once at first.
pub fn when_resized(element: &Element, act: impl Fn() + 'static) {
    let on_resize = Closure::<dyn Fn()>::new(act);
    if let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
        observer.observe(element);
        keep((OnDrop(move || observer.disconnect()), on_resize));
    }
}

/// Calls `act` whenever a media query starts or stops matching.
pub fn when_media_changes(query: &str, act: impl Fn() + 'static) {
    if let Some(list) = window().match_media(query).ok().flatten() {
        listen(&list, "change", move |_: Event| act());
    }
}

/// Calls `act` for every event of a kind.
pub fn listen<E: JsCast + 'static>(target: &EventTarget, kind: &'static str, act: impl Fn(E) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| act(event.unchecked_into()));
    let callback = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
    if target.add_event_listener_with_callback(kind, &callback).is_ok() {
        let target = target.clone();
        keep((OnDrop(move || _ = target.remove_event_listener_with_callback(kind, &callback)), listener));
    }
}
