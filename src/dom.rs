//! Finding places in the static page and putting views there.

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::JsCast;

/// Every HTML element that matches a selector, in document order.
pub fn all(selector: &str) -> Vec<HtmlElement> {
    document().query_selector_all(selector).map(elements).unwrap_or_default()
}

pub fn all_in(place: &Element, selector: &str) -> Vec<HtmlElement> {
    place.query_selector_all(selector).map(elements).unwrap_or_default()
}

/// The place that the press left under `name` in a figure.
pub fn slot(figure: &Element, name: &str) -> Option<HtmlElement> {
    figure.query_selector(&format!("[data-slot='{name}']")).ok()?.and_then(|slot| slot.dyn_into().ok())
}

/// Replaces what the press wrote in a place by a view.
pub fn replace<V: IntoView + 'static>(place: &HtmlElement, view: impl FnOnce() -> V + 'static) {
    place.set_inner_html("");
    append(place, view);
}

/// Adds a view at the end of a place.
pub fn append<V: IntoView + 'static>(place: &HtmlElement, view: impl FnOnce() -> V + 'static) {
    mount_to(place.clone(), view).forget();
}

/// Whether a media query matches now.
pub fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Milliseconds since the page opened.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

fn elements(list: leptos::web_sys::NodeList) -> Vec<HtmlElement> {
    (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect()
}
