//! Links of the prose that start an experiment, for example “batch normalization”, or choose an option of a figure. Without the live page
//! they open it so; here they keep the reader’s seed and place.

use super::messages;
use super::store::Store;
use super::view::listen;
use super::{address, dom};
use chart::Link;
use leptos::prelude::*;
use leptos::web_sys::MouseEvent;

pub fn make_live(store: Store) {
    for link in dom::all("a.preset") {
        let query = link.get_attribute("href").unwrap_or_default();
        listen(&link, "click", move |event: MouseEvent| {
            // A new tab or window is the browser's.
            if event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
                return;
            }
            event.prevent_default();
            let link = Link::from_query(&query, &[]).0;
            let chosen = link.options.iter().filter_map(|(key, options)| Some((chart::find(key)?, options.clone())));
            let n_chosen = chosen.map(|(figure, options)| store.set_options(figure, options)).count();
            if n_chosen > 0 && link.experiment.is_tutorial() {
                // As for another experiment, Back returns.
                return address::push(&untrack(|| store.link()));
            }
            let experiment = link.experiment.with_seed(store.experiment().seed());
            match store.set_experiment(experiment) {
                Ok(()) => store.run(),
                Err(error) => store.notices.update(|notices| notices.push(messages::cost_error(&error))),
            }
        });
    }
}
