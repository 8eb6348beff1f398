//! Finds elements of the static page, and builds new ones. What is kept lives as long as the current reactive owner.
//!
//! Elements are built by hand and not by views of Leptos, which would add 40 KB to each WebAssembly: the program of an embedded figure
//! has 260 KB in all, compressed.

use super::view::listen;
use leptos::prelude::*;
use leptos::web_sys::{Element, Event, HtmlElement, HtmlInputElement};
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};

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

/// A new element. `name` is one that HTML has; `class` may be empty.
pub fn make(name: &str, class: &str) -> HtmlElement {
    let element = document().create_element(name).unwrap_throw();
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element.unchecked_into()
}

/// A new input of this type.
pub fn input(kind: &str) -> HtmlElement {
    make("input", "").with("type", kind)
}

/// An input or a list, as the input that has all their properties.
pub fn as_input(element: &HtmlElement) -> &HtmlInputElement {
    element.unchecked_ref()
}

/// Builds an element step by step.
pub trait Build {
    /// Sets an attribute.
    fn with(self, name: &str, value: &str) -> Self;
    /// Sets the text.
    fn saying(self, text: &str) -> Self;
    /// Appends elements.
    fn holding(self, children: impl IntoIterator<Item = HtmlElement>) -> Self;
    /// Calls `act` for every event of a kind.
    fn on(self, kind: &'static str, act: impl Fn(Event) + 'static) -> Self;
    /// Calls `change` now and whenever a signal that it reads changes.
    fn following(self, change: impl Fn(&HtmlElement) + 'static) -> Self;
    /// Keeps the text up to date.
    fn saying_always(self, text: impl Fn() -> String + 'static) -> Self;
    /// Keeps the content up to date. The focus stays on the control of the same name.
    fn holding_always(self, children: impl Fn() -> Vec<HtmlElement> + 'static) -> Self;
}

impl Build for HtmlElement {
    fn with(self, name: &str, value: &str) -> Self {
        _ = self.set_attribute(name, value);
        self
    }

    fn saying(self, text: &str) -> Self {
        self.set_text_content(Some(text));
        self
    }

    fn holding(self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().for_each(|child| _ = self.append_child(&child));
        self
    }

    fn on(self, kind: &'static str, act: impl Fn(Event) + 'static) -> Self {
        listen(&self, kind, act);
        self
    }

    fn following(self, change: impl Fn(&Self) + 'static) -> Self {
        follow(self.clone(), Box::new(change));
        self
    }

    fn saying_always(self, text: impl Fn() -> String + 'static) -> Self {
        self.following(move |element| {
            let text = text();
            // An announcement is not repeated.
            if element.text_content().as_deref() != Some(&*text) {
                element.set_text_content(Some(&text));
            }
        })
    }

    fn holding_always(self, children: impl Fn() -> Vec<Self> + 'static) -> Self {
        self.following(move |element| {
            let children = children();
            let focus = name_of_focus(element);
            element.set_text_content(None);
            children.iter().for_each(|child| _ = element.append_child(child));
            if let Some(control) = focus.and_then(|name| element.query_selector(&name).ok().flatten()) {
                _ = control.unchecked_into::<Self>().focus();
            }
        })
    }
}

fn follow(element: HtmlElement, change: Box<dyn Fn(&HtmlElement)>) {
    Effect::new(move || change(&element));
}

/// A selector of the control inside an element that has the focus: by its name, or by its label for screen readers.
fn name_of_focus(element: &HtmlElement) -> Option<String> {
    let focus = document().active_element().filter(|focus| element.contains(Some(focus)))?;
    let by = |attribute: &str| focus.get_attribute(attribute).map(|value| format!("[{attribute}={value:?}]"));
    let checked = if focus.get_attribute("type").as_deref() == Some("radio") { ":checked" } else { "" };
    by("name").or_else(|| by("aria-label")).map(|name| name + checked)
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

/// A file of the program could not be used. The script outside wasm tells the reader if the reason is a new version of the page.
pub fn report_lost() {
    if let Ok(event) = Event::new("vanishing-gradients:lost") {
        _ = window().dispatch_event(&event);
    }
}

/// The message of a thrown value, for the reader.
pub fn error_message(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_else(|| "the browser gave no reason".into())
}

fn elements(list: leptos::web_sys::NodeList) -> Vec<HtmlElement> {
    (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect()
}
