//! The captions of the article describe the tutorial's experiment in the view of the recorded drawing. Of any other experiment, and
//! wherever the summary of the view is another, a figure's caption is its summary and what it shows.

use super::dom::{self, Build, make};
use super::store::Store;
use chart::Options;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

pub fn make_live(store: Store, place: &HtmlElement) {
    let figure = place.get_attribute("data-figure").and_then(|key| chart::find(&key));
    let (Some(figure), Some(of_article)) = (figure, dom::slot(place, "caption")) else { return };
    let pulse = store.pulse(place);
    let changes = Memo::new(move |_| {
        pulse.get();
        (untrack(|| store.milestones()), store.view.get(), store.options_of(figure))
    });
    let summary = Memo::new(move |_| {
        changes.with(|(_, view, options)| {
            store.results.with_untracked(|results| {
                if results.is_empty() || results.experiment.n_seeds() < figure.min_seeds() {
                    return None;
                }
                let summary = figure.summary(results, view, options);
                let of_article = || figure.summary(results, &figure.recorded_view(), &Options::default());
                (!results.experiment.is_tutorial() || summary != of_article()).then_some(summary)
            })
        })
    });
    let own = make("span", "").holding_always(move || {
        let own = |summary: String| {
            [make("b", "").saying(&summary), make("span", "").saying(&format!(" {}", chart::caption(figure)))]
        };
        summary.get().into_iter().flat_map(own).collect()
    });
    _ = of_article.after_with_node_1(&own);
    _ = of_article.following(move |caption| caption.set_hidden(summary.with(Option::is_some)));
}
