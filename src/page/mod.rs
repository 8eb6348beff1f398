//! The live page: finds the elements that the press marked in the static article (`data-figure`, `data-panel`, `data-finding`) and
//! makes them live.
//!
//! - [`store`]: the state of the page, and every action of the reader
//! - [`address`]: the link to what the reader sees
//! - [`trainers`]: the Web Workers of the pool's trainers; [`digits`]: fetching the data
//! - [`panel`], [`form`], [`variants`], [`figure`], [`plate`], [`findings`]: the live parts
//! - [`bar`], [`embed`]: the page with one figure that others embed
//! - [`messages`]: typed errors and states as sentences
//! - [`control`]: widgets that do not know the store; [`dom`], [`frame`], [`pulse`], [`mod@view`]: the browser

mod address;
mod bar;
mod control;
mod digits;
mod dom;
mod embed;
mod figure;
mod findings;
mod form;
mod frame;
mod messages;
mod panel;
mod plate;
mod pulse;
mod store;
mod trainers;
mod variants;
mod view;

use leptos::mount::mount_to;
use leptos::prelude::*;
use store::Store;

/// Makes the page live.
pub fn start() {
    console_error_panic_hook::set_once();
    let Some(body) = document().body() else { return };
    // The page's root lives as long as the page.
    mount_to(body, Page).forget();
}

/// Owns the store, and mounts the live parts into the static page.
#[component]
fn Page() -> impl IntoView {
    let store = Store::open();
    for place in dom::all("[data-panel='experiment']") {
        panel::make_live(store, &place);
    }
    for place in dom::all("[data-bar]") {
        bar::make_live(store, &place);
    }
    for place in dom::all("[data-figure]") {
        figure::make_live(store, &place);
    }
    findings::follow(store);
    if embed::is_embed() {
        embed::follow(store);
    }
    mark_contents();
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
