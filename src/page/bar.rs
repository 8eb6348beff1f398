//! The line above an embedded figure: the main button, what the runs do, and what the reader must know.

use super::dom::{Build, make};
use super::messages;
use super::state::{main_button, notices};
use super::store::Store;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

pub fn make_live(store: Store, place: &HtmlElement) {
    let state = Memo::new(move |_| store.results.with(messages::progress));
    place.set_text_content(None);
    let status = make("span", "status").saying_always(move || state.get());
    _ = place.clone().holding([main_button(store), status, notices(store)]);
}
