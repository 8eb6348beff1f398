//! The address of the page, which is always a link to what the reader sees. A change of the experiment adds an entry to the browser's
//! history, so that Back returns to the one before; a change of the view replaces the entry. An embedded page never adds one: Back
//! belongs to the page around it.

use super::embed::is_embed;
use chart::Link;
use chart::link::Error;
use leptos::prelude::{location, window};
use wasm_bindgen::JsValue;

/// Parameters of the embed page, which are no part of a [`Link`].
pub const OF_EMBED: [&str; 4] = ["figure", "hide", "theme", "start"];

/// What the address says, and what in it is invalid.
pub fn read() -> (Link, Vec<Error>) {
    Link::from_query(&location().search().unwrap_or_default(), &OF_EMBED)
}

/// Adds an entry to the history.
pub fn push(link: &Link) {
    if is_embed() {
        return replace(link);
    }
    write(link, |history, url| history.push_state_with_url(&JsValue::NULL, "", Some(url)));
}

/// Replaces the current entry of the history.
pub fn replace(link: &Link) {
    write(link, |history, url| history.replace_state_with_url(&JsValue::NULL, "", Some(url)));
}

/// Writes the address. A browser may refuse, for example after very many changes in a short time; the page works without.
fn write(link: &Link, set: impl FnOnce(&web_sys::History, &str) -> Result<(), JsValue>) {
    let search = location().search().unwrap_or_default();
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let own = search.trim_start_matches('?').split('&').filter(|pair| OF_EMBED.contains(&name(pair).as_str()));
    let query = own.chain([link.to_query().as_str()]).collect::<Vec<_>>().join("&");
    let url = format!("?{query}{}", location().hash().unwrap_or_default());
    if let Ok(history) = window().history() {
        _ = set(&history, &url);
    }
}
