//! The slope of leaky ReLU in its figure and in the experiment: each follows the other.

use super::frame::once_in;
use super::store::Store;
use lab::{Experiment, Field};
use leptos::prelude::*;
use nn::Activation;
use std::time::Duration;

const FIGURE: &str = "leaky";
const SLOPE: &str = "slope";
/// How long the figure's slope rests before the experiment takes it: a change restarts training.
const REST: Duration = Duration::from_millis(500);

pub fn link(store: Store) {
    let (Some(figure), Some(field)) = (chart::find(FIGURE), Field::find(SLOPE)) else { return };
    let of = move |experiment: &Experiment| experiment.value(field).map(|slope| slope.to_string());
    let trained = Memo::new(move |_| store.results.with(|results| of(&results.experiment)));
    let drawn = Memo::new(move |_| store.options_of(figure).get(SLOPE).map(str::to_owned));
    let train = once_in(REST, move || {
        let (Some(drawn), trained) = (drawn.get_untracked(), trained.get_untracked()) else { return };
        if trained.is_some_and(|trained| trained != drawn)
            && let Ok(changed) = store.experiment().with(field, &drawn)
        {
            _ = store.set_experiment(changed);
        }
    });
    Effect::new(move |was_here: Option<()>| {
        drawn.track();
        if was_here.is_some() {
            train();
        }
    });
    Effect::new(move |was_here: Option<()>| {
        let trained = trained.get();
        // The figure’s own default is not written into its options.
        let is_default =
            |slope: &String| untrack(|| drawn.get()).is_none() && *slope == Activation::TEXT_SLOPE.to_string();
        if let (Some(()), Some(slope)) = (was_here, trained.filter(|slope| !is_default(slope))) {
            let mut options = store.options_of_untracked(figure);
            options.set(SLOPE, slope);
            store.set_options(figure, options);
        }
    });
}
