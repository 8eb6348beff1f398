//! The files of the whole experiment. The press has written a button for each format.

use super::files::{Report, State, save};
use super::store::Store;
use super::view::listen;
use super::dom;
use files::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{Element, Event, HtmlElement};

pub fn make_live(store: Store, place: &HtmlElement) {
    let state = RwSignal::new(State::Idle);
    if let Some(slot) = dom::slot(place, "report") {
        dom::replace(&slot, move || view! { <Report client=store.client state /> });
    }
    for button in dom::all_in(place, "[data-format]") {
        // Without data there is nothing to train on.
        Effect::new(move || _ = button.toggle_attribute_with_force("disabled", !store.has_data()));
    }
    listen(place, "click", move |event: Event| {
        let button = event_target::<Element>(&event).closest("[data-format]").ok().flatten();
        if let Some(format) = button.and_then(|button| button.get_attribute("data-format")) {
            let (query, data) = (untrack(|| store.link().experiment.to_query()), store.data_name());
            let request = Request::Export { format, query, data };
            spawn_local(async move { save(store.client, request, &store.data_files(), state).await });
        }
    });
}
