//! The captions of the article describe the tutorial's experiment. Of any other, a figure's caption is its summary and what it shows.

use super::dom::{self, Build, make};
use super::store::Store;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

pub fn make_live(store: Store, place: &HtmlElement) {
    let figure = place.get_attribute("data-figure").and_then(|key| chart::find(&key));
    let (Some(figure), Some(of_article)) = (figure, dom::slot(place, "caption")) else { return };
    let is_other = Memo::new(move |_| {
        store.results.with(|results| {
            let is_shown = !results.is_empty() && results.experiment.n_seeds() >= figure.min_seeds();
            is_shown && !results.experiment.is_tutorial()
        })
    });
    let pulse = store.pulse(place);
    let changes = Memo::new(move |_| {
        pulse.get();
        (untrack(|| store.milestones()), store.view.get(), store.options_of(figure))
    });
    let own = make("span", "").holding_always(move || {
        if !is_other.get() {
            return Vec::new();
        }
        let summary = changes
            .with(|(_, view, options)| store.results.with_untracked(|results| figure.summary(results, view, options)));
        vec![make("b", "").saying(&summary), make("span", "").saying(&format!(" {}", chart::caption(figure)))]
    });
    _ = of_article.after_with_node_1(&own);
    _ = of_article.following(move |caption| caption.set_hidden(is_other.get()));
}
