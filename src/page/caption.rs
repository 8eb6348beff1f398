//! The captions of the article describe the tutorial's experiment, each figure as it is before the reader uses its controls. Of any
//! other experiment, and where a control changes the summary, a figure's caption is its summary and what it shows.

use super::dom::{self, Build};
use super::store::Store;
use chart::Options;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

pub fn make_live(store: Store, place: &HtmlElement) {
    let figure = place.get_attribute("data-figure").and_then(|key| chart::find(&key));
    let slots = ["caption", "own-caption", "own-summary"].map(|name| dom::slot(place, name));
    let (Some(figure), [Some(of_article), Some(own), Some(own_summary)]) = (figure, slots) else { return };
    let pulse = store.pulse(place);
    let changes = Memo::new(move |_| {
        pulse.get();
        (untrack(|| store.milestones()), store.view.get(), store.options_of(figure))
    });
    let summary = Memo::new(move |_| {
        changes.with(|(_, view, options)| {
            store.results.with_untracked(|results| {
                let is_measured = figure.is_measured();
                if is_measured && (results.is_empty() || results.experiment.n_seeds() < figure.min_seeds()) {
                    return None;
                }
                let summary = figure.summary(results, view, options);
                let of_article = || figure.summary(results, view, &Options::default());
                let is_other = is_measured && !results.experiment.is_tutorial();
                (is_other || summary != of_article()).then_some(summary)
            })
        })
    });
    dom::keep_text(own_summary, Memo::new(move |_| summary.get().unwrap_or_default()));
    _ = own.following(move |own| own.set_hidden(summary.with(Option::is_none)));
    _ = of_article.following(move |caption| caption.set_hidden(summary.with(Option::is_some)));
}
