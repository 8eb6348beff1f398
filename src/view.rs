//! What is on the screen: whether an element is in view, how large it is, and whether the page is dark.

use js_sys::Array;
use leptos::prelude::window;
use leptos::web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, ResizeObserver,
};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// What of the window is read: a stripe in its upper part, lower than where a link's target comes to stand.
const READ: &str = "-20% 0px -79% 0px";

/// Calls `act` whenever an element comes into view or leaves it. Watches for as long as the page lives.
pub fn when_visible(element: &Element, act: impl Fn(bool) + 'static) {
    when_within("0px", element, act);
}

/// Calls `act` whenever an element comes where one reads or leaves it: of sections, one is there at a time.
pub fn when_read(element: &Element, act: impl Fn(bool) + 'static) {
    when_within(READ, element, act);
}

/// The same for a window with these margins added.
fn when_within(margins: &str, element: &Element, act: impl Fn(bool) + 'static) {
    let seen = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
        let last = entries.iter().last().and_then(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok());
        if let Some(entry) = last {
            act(entry.is_intersecting());
        }
    });
    let window = IntersectionObserverInit::new();
    window.set_root_margin(margins);
    if let Ok(observer) = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &window) {
        observer.observe(element);
        seen.forget();
    }
}

/// Calls `act` once, when an element first comes into view.
pub fn when_first_seen(element: &Element, act: impl Fn() + 'static) {
    let is_waiting = std::cell::Cell::new(true);
    when_visible(element, move |is_visible| {
        if is_visible && is_waiting.replace(false) {
            act();
        }
    });
}

/// Calls `act` whenever the size of an element changes, and once at first.
pub fn when_resized(element: &Element, act: impl Fn() + 'static) {
    let resized = Closure::<dyn Fn()>::new(act);
    if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
        observer.observe(element);
        resized.forget();
    }
}

/// Calls `act` whenever a media query begins or ceases to match.
pub fn when_media_changes(query: &str, act: impl Fn() + 'static) {
    if let Some(list) = window().match_media(query).ok().flatten() {
        let changed = Closure::<dyn Fn()>::new(act);
        _ = list.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
        changed.forget();
    }
}
