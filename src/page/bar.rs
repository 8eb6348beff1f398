//! The line above an embedded figure: the main button, what the runs do, and what the reader must know.

use super::state::{MainButton, Notices};
use super::store::Store;
use super::{dom, messages};
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

pub fn make_live(store: Store, place: &HtmlElement) {
    dom::replace(place, move || view! { <Bar store /> });
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
