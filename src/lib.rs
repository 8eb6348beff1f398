//! The live page. The article is static HTML that the press has set; this layer finds the places that the press left for it
//! (`data-figure`, `data-panel`, `data-finding`) and brings them to life. It draws nothing itself and trains
//! nothing itself: drawings are `chart`'s, training happens in workers.
//!
//! - [`store`]: what the page knows, and every gesture that changes it
//! - [`fleet`], [`trainer`]: three trainers, and one of them; its other end is the crate `worker`
//! - [`digits`]: fetching the data
//! - [`panel`], [`recipe`], [`figure`], [`plate`], [`findings`]: the living parts
//! - [`control`]: widgets that know no store; [`dom`], [`frame`], [`view`]: the browser

#![cfg(target_arch = "wasm32")]

mod control;
mod digits;
mod dom;
mod figure;
mod findings;
mod fleet;
mod frame;
mod panel;
mod plate;
mod recipe;
mod store;
mod trainer;
mod view;

use leptos::mount::mount_to;
use leptos::prelude::*;
use store::Store;
use wasm_bindgen::prelude::wasm_bindgen;

/// Brings the page to life.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    let Some(body) = document().body() else { return };
    mount_to(body, Page).forget();
}

/// Marks the section that is being read in the list of contents.
fn mark_contents() {
    for link in dom::all(".contents .toc a") {
        let section =
            link.get_attribute("href").and_then(|href| document().get_element_by_id(href.trim_start_matches('#')));
        if let Some(section) = section {
            view::when_read(&section, move |is_read| {
                _ = if is_read {
                    link.set_attribute("aria-current", "true")
                } else {
                    link.remove_attribute("aria-current")
                };
            });
        }
    }
}

/// Owns the store; its parts are mounted into the places of the static page.
#[component]
fn Page() -> impl IntoView {
    let store = Store::open();
    for place in dom::all("[data-panel='experiment']") {
        panel::bring_to_life(store, &place);
    }
    for place in dom::all("[data-figure]") {
        figure::bring_to_life(store, &place);
    }
    findings::follow(store);
    mark_contents();
}
