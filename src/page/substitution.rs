//! Formulas with numbers in place of their letters: those of the reader's run at the step that figures show. Until something has trained,
//! those of the recorded run before training.

use super::dom::{self, Build, make};
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
    let step = Memo::new(move |_| {
        pulse.get();
        let chosen = store.view.get().step;
        store.results.with_untracked(|results| (!results.is_empty()).then(|| shown_step(results, chosen)))
    });
    let recorded = (place.inner_html(), tag.text_content().unwrap_or_default());
    let place = place.clone();
    Effect::new(move || {
        pulse.get();
        let Some(step) = step.get() else {
            place.set_inner_html(&recorded.0);
            return tag.set_text_content(Some(&recorded.1));
        };
        let (text, lines) = store.results.with_untracked(|results| {
            let first = if results.experiment.n_seeds() > 1 { ", the first of them" } else { "" };
            let text = format!("{}, {}{first}", moment(step), untrack(|| whose_run(store)));
            let line = |Substitution { variant, lines }: Substitution| {
                let label = make("span", "series").saying(&results.experiment.label(variant));
                let lines = lines.iter().map(|line| make("p", "").saying(line));
                make("div", &format!("series-{variant}")).holding([label]).holding(lines)
            };
            (text, formula.substitutions(results, step).into_iter().map(line).collect::<Vec<_>>())
        });
        place.set_text_content(None);
        tag.set_text_content(Some(&text));
        _ = place.clone().holding(lines);
    });
}
