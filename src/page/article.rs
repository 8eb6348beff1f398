//! The live parts of the article besides its figures.

use super::store::Store;
use super::{
    caption, dom, embed, findings, panel, presets, question, ratios, runbar, slope, substitution, view, words,
};
use leptos::prelude::document;
use leptos::web_sys::HtmlElement;

pub fn make_live(store: Store) {
    for place in dom::all("[data-panel='experiment']") {
        panel::make_live(store, &place);
    }
    findings::follow(store);
    dom::all("[data-table='ratios']").iter().for_each(|table| ratios::make_live(store, table));
    // The panel can be embedded too.
    if embed::is_embed() {
        embed::make_live(store);
    } else {
        runbar::make_live(store);
        let measured = |place: &HtmlElement| dom::slot(place, "tag").is_some();
        dom::all("[data-figure]")
            .iter()
            .filter(|place| measured(place))
            .for_each(|place| caption::make_live(store, place));
    }
    presets::make_live(store);
    slope::link(store);
    question::make_live(store);
    words::make_live(store);
    substitution::make_live(store);
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
