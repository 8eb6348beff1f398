//! The table of ratios, which follows the reader's own networks once they have trained. Its caption is about the tutorial's.

use super::dom;
use super::findings::is_quoted;
use super::store::Store;
use chart::ratios::{Group, groups};
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};

pub fn make_live(store: Store) {
    dom::all("[data-table='ratios']").iter().for_each(|table| follow(store, table));
}

fn follow(store: Store, place: &HtmlElement) {
    let (pulse, place) = (store.pulse(place), place.clone());
    let milestones = Memo::new(move |_| {
        pulse.get();
        untrack(|| store.milestones())
    });
    Effect::new(move || {
        milestones.with(|_| ());
        store.results.with_untracked(|results| {
            let is_of_article = !is_quoted(results) || results.experiment.is_tutorial();
            dom::slot(&place, "caption").into_iter().for_each(|caption| caption.set_hidden(!is_of_article));
            if let (true, Ok(Some(table))) = (is_quoted(results), place.query_selector("table")) {
                dom::all_in(&table, "tbody").iter().for_each(|old| old.remove());
                groups(results).iter().for_each(|group| _ = fill(&table, group));
            }
        });
    });
}

fn fill(table: &Element, Group { title, rows }: &Group) -> Option<()> {
    let body = dom::add(table, "tbody", None)?;
    let heading = dom::add(&dom::add(&body, "tr", None)?, "th", Some(title))?;
    _ = heading.set_attribute("colspan", "5");
    _ = heading.set_attribute("scope", "rowgroup");
    for row in rows {
        let line = dom::add(&body, "tr", None)?;
        let name = dom::add(&line, "th", None)?;
        _ = name.set_attribute("scope", "row");
        dom::add(&name, "span", Some(&row.label))?.set_class_name(&format!("series series-{}", row.variant));
        for cell in row.ratios.iter().map(String::as_str).chain([row.tutorial]) {
            dom::add(&line, "td", Some(cell));
        }
    }
    Some(())
}
