//! The line above an embedded figure: the main button, what the runs do, and what the reader must know.

use super::state::{MainButton, Notices};
use super::store::Store;
use super::view::when_first_visible;
use super::{dom, messages};
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

pub fn make_live(store: Store, place: &HtmlElement) {
    dom::replace(place, move || view! { <Bar store /> });
    if !dom::prefers_reduced_motion() {
        // Not this line, which may be hidden or above the screen.
        let figure = place.parent_element().unwrap_or_else(|| place.clone().into());
        when_first_visible(&figure, move || store.resume());
    }
}

#[component]
fn Bar(store: Store) -> impl IntoView {
    let state = Memo::new(move |_| store.results.with(messages::progress));
    view! {
        <MainButton store />
        <span class="status">{state}</span>
        <Notices store />
    }
}
