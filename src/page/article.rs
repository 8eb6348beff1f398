//! The live parts of the article besides its figures.

use super::store::Store;
use super::{
    caption, dom, embed, findings, panel, presets, question, ratios, runbar, slope, substitution, view, words,
};
use leptos::prelude::document;

/// Bytes of the heap for runs. The article's experiment needs 1.1 MB for its first run, and the same memory serves later runs. The rest is
/// for gaps between allocations (fragmentation), whose total varies.
const HEADROOM: usize = 1 << 21;

/// In the order in which they become live.
pub const PARTS: &[fn(Store)] = &[
    reserve_memory,
    panels,
    findings::follow,
    ratios::make_live,
    bar_or_host,
    captions,
    presets::make_live,
    slope::link,
    question::make_live,
    words::make_live,
    substitution::make_live,
    mark_contents,
];

/// Lets the heap grow once, not bit by bit while the page is used. Not in embeds of figures: there may be many in one page.
fn reserve_memory(_: Store) {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(HEADROOM)));
}

fn panels(store: Store) {
    dom::all("[data-panel='experiment']").iter().for_each(|place| panel::make_live(store, place));
}

/// The panel can be embedded too.
fn bar_or_host(store: Store) {
    if embed::is_embed() { embed::make_live(store) } else { runbar::make_live(store) }
}

fn captions(store: Store) {
    dom::all("[data-figure]").iter().for_each(|place| caption::make_live(store, place));
}

/// Marks the section that is being read in the list of contents.
fn mark_contents(_: Store) {
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
