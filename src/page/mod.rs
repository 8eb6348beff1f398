//! The live page: finds the elements that the press marked in the static page (`data-figure`, `data-panel`, `data-finding`) and makes
//! them live.
//!
//! - [`store`]: the state of the page, and every action of the reader
//! - [`address`]: the link to what the reader sees
//! - [`trainers`]: the Web Workers of the pool's trainers; [`digits`], [`fetch`]: fetching the data; [`mod@worker`]: starting a worker
//! - [`mod@files`]: the program that makes and reads files; [`menu`]: a figure's links and files
//! - [`article`]: the live parts of the article: [`panel`], [`form`], [`variants`], [`saves`], [`own`],
//!   [`runbar`], [`presets`], [`question`], [`slope`], [`findings`], [`caption`],
//!   [`ratios`], [`words`], [`substitution`]
//! - [`embed`]: the live parts of the embed page: [`bar`], and the messages of its host
//! - [`figure`], [`plate`]: the live parts of a figure
//! - [`messages`]: typed errors and states as sentences
//! - [`control`]: widgets that do not know the store; [`dom`], [`frame`], [`pulse`], [`mod@view`]: the browser

mod address;
pub mod article;
mod bar;
mod caption;
mod control;
mod digits;
mod dom;
pub mod embed;
mod fetch;
mod figure;
mod files;
mod findings;
mod form;
mod frame;
mod menu;
mod messages;
mod own;
mod panel;
mod plate;
mod presets;
mod pulse;
mod question;
mod ratios;
mod runbar;
mod saves;
mod slope;
mod state;
pub mod store;
mod substitution;
mod trainers;
mod variants;
mod view;
mod words;
mod worker;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use std::time::Duration;
use store::Store;

/// Opens the store, makes the figures of the page live, then its other `parts`, and fetches the digits. Each of these has a task of its
/// own, so that the browser can answer in between.
pub fn start(parts: &'static [fn(Store)]) {
    console_error_panic_hook::set_once();
    let Some(body) = document().body() else { return };
    let page = move || {
        let store = Store::open();
        // The commands of its host wait for an embedded figure.
        let (at_once, later): (_, &[fn(Store)]) = if embed::is_embed() { (parts, &[]) } else { (&[], parts) };
        at_once.iter().for_each(|part| part(store));
        let figure = |place: HtmlElement| Box::new(move || figure::make_live(store, &place)) as Task;
        let part = |part: &'static fn(Store)| Box::new(move || part(store)) as Task;
        let figures = dom::all("[data-figure]").into_iter().map(figure);
        let fetch = Box::new(move || store.fetch_digits()) as Task;
        let tasks: Vec<Task> = figures.chain(later.iter().map(part)).chain([fetch]).collect();
        if let Some(owner) = Owner::current() {
            run_in_turn(owner, tasks.into_iter());
        }
    };
    // The page's root lives as long as the page. Its only view is empty: the press has made the elements.
    mount_to(body, page).forget();
}

type Task = Box<dyn FnOnce()>;

fn run_in_turn(owner: Owner, mut tasks: std::vec::IntoIter<Task>) {
    if let Some(task) = tasks.next() {
        owner.with(task);
        set_timeout(move || run_in_turn(owner, tasks), Duration::ZERO);
    }
}
