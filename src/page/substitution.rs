//! Formulas with numbers in place of their letters: those of the reader's run at the step that figures show. Until something has trained,
//! those of the recorded run before training.

use super::dom::{self, make};
use super::findings::whose_run;
use super::store::Store;
use lab::experiment::substitution::{Formula, Substitution, moment, shown_step};
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

pub fn make_live(store: Store) {
    for place in dom::all("[data-numbers]") {
        let formula = place.get_attribute("data-numbers").and_then(|key| Formula::find(&key));
        let slots = (dom::slot(&place, "lines"), dom::slot(&place, "moment"));
        if let (Some(formula), (Some(lines), Some(tag))) = (formula, slots) {
            keep(store, formula, &lines, tag);
        }
    }
}

fn keep(store: Store, formula: Formula, place: &HtmlElement, tag: HtmlElement) {
    // Off the screen while the disclosure is closed.
    let pulse = store.pulse(place);
    let nodes = place.child_nodes();
    let nodes: Vec<_> = (0..nodes.length()).filter_map(|i| nodes.item(i)).collect();
    let recorded = (nodes, tag.text_content().unwrap_or_default());
    let place = place.clone();
    Effect::new(move || {
        pulse.get();
        let chosen = store.view.get().step;
        store.results.with_untracked(|results| {
            place.set_text_content(None);
            if results.is_empty() {
                recorded.0.iter().for_each(|node| _ = place.append_child(node));
                return tag.set_text_content(Some(&recorded.1));
            }
            let step = shown_step(results, chosen);
            let first = if results.experiment.n_seeds() > 1 { ", the first of them" } else { "" };
            tag.set_text_content(Some(&[&moment(step), ", ", &untrack(|| whose_run(store)), first].concat()));
            for Substitution { variant, lines } in formula.substitutions(results, step) {
                let group = make("div", &format!("series-{variant}"));
                let label = results.experiment.label(variant);
                dom::add(&group, "span", Some(&label)).into_iter().for_each(|label| label.set_class_name("series"));
                lines.iter().for_each(|line| _ = dom::add(&group, "p", Some(line)));
                _ = place.append_child(&group);
            }
        });
    });
}
