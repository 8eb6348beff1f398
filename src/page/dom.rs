//! Finds elements of the static page and mounts views into them. Mounted views and kept values live as long as the current reactive
//! owner.

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::{JsCast, JsValue};

/// Every HTML element that matches a selector, in document order.
pub fn all(selector: &str) -> Vec<HtmlElement> {
    document().query_selector_all(selector).map(elements).unwrap_or_default()
}

/// Every HTML element inside `place` that matches a selector, in document order.
pub fn all_in(place: &Element, selector: &str) -> Vec<HtmlElement> {
    place.query_selector_all(selector).map(elements).unwrap_or_default()
}

/// The slot of this name that the press wrote inside an element.
pub fn slot(figure: &Element, name: &str) -> Option<HtmlElement> {
    figure.query_selector(&format!("[data-slot='{name}']")).ok()?.and_then(|slot| slot.dyn_into().ok())
}

/// The way from the page to the folder of the site, which the press wrote; empty for a page in that folder.
pub fn root() -> String {
    document().document_element().and_then(|root| root.get_attribute("data-root")).unwrap_or_default()
}

/// Replaces the content of an element by a view.
pub fn replace<V: IntoView + 'static>(place: &HtmlElement, view: impl FnOnce() -> V + 'static) {
    place.set_inner_html("");
    keep(mount_to(place.clone(), view));
}

/// Keeps the text of an element up to date.
pub fn keep_text(place: HtmlElement, text: Memo<String>) {
    Effect::new(move || text.with(|text| place.set_text_content(Some(text))));
}

/// Adds an element with a text to another. None if the browser refuses, which it has no reason to.
pub fn add(to: &Element, name: &str, text: Option<&str>) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    element.set_text_content(text);
    to.append_child(&element).ok()?;
    Some(element)
}

/// Keeps a value until the current reactive owner is disposed of, and drops it then.
pub fn keep<T: 'static>(value: T) {
    StoredValue::new_local(value);
}

/// Calls its function when it is dropped.
pub struct OnDrop<F: FnMut()>(pub F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Whether a media query matches now.
pub fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Whether the reader prefers that nothing moves or starts by itself.
pub fn prefers_reduced_motion() -> bool {
    matches_media("(prefers-reduced-motion: reduce)")
}

/// The message of a thrown value, for the reader.
pub fn error_message(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_else(|| "the browser gave no reason".into())
}

fn elements(list: leptos::web_sys::NodeList) -> Vec<HtmlElement> {
    (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect()
}
