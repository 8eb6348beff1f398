//! The files of the whole experiment. The press has written a button for each format.

use super::dom;
use super::files::{Report, save};
use super::store::Store;
use super::view::listen;
use files::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{Element, Event, HtmlElement};

pub fn make_live(store: Store, place: &HtmlElement) {
    let Some(report) = Report::inside(place, store.client) else { return };
    let buttons = dom::all_in(place, "[data-format]");
    // Without data there is nothing to train on.
    Effect::new(move || {
        for button in &buttons {
            _ = button.toggle_attribute_with_force("disabled", !store.has_data());
        }
    });
    listen(place, "click", move |event: Event| {
        let button = event_target::<Element>(&event).closest("[data-format]").ok().flatten();
        if let Some(format) = button.and_then(|button| button.get_attribute("data-format")) {
            let (query, data, report) = (store.experiment().to_query(), store.data_name(), report.clone());
            let request = Request::Export { format, query, data };
            spawn_local(async move { save(store.client, request, &store.data_files(), &report).await });
        }
    });
}
