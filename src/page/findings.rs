//! Updates the measured numbers in the prose and in tables. They are recorded until the reader's own run has measured them, and stay so
//! if the reader trains a network that the prose does not describe. Numbers in sections off the screen are updated at the end of the
//! run.

use super::dom;
use super::embed::is_embed;
use super::pulse::Pulse;
use super::store::Store;
use lab::{Experiment, Finding, Results};
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

/// Keeps every `data-finding` of the page up to date with the reader's own run, and every `data-run-tag` with the name of that run.
pub fn follow(store: Store) {
    for tag in dom::all("[data-run-tag]") {
        let recorded = tag.text_content().unwrap_or_default();
        let label = move || {
            store.results.with(|results| {
                if is_described(store, results) { your_run(store, &results.experiment) } else { recorded.clone() }
            })
        };
        dom::keep_text(tag, Memo::new(move |_| label()));
    }
    for section in dom::all("section") {
        let pulse = store.pulse(&section);
        for place in dom::all_in(&section, "[data-finding]") {
            let key = place.get_attribute("data-finding");
            if let Some(finding) = key.and_then(|key| Finding::parse(&key).ok()) {
                keep(store, pulse, finding, place);
            }
        }
    }
}

/// The tag of the results that figures show.
pub fn whose_run(store: Store) -> String {
    store.results.with(
        |results| {
            if results.is_empty() { "recorded run".into() } else { your_run(store, &results.experiment) }
        },
    )
}

/// The tag of results of the reader's own run.
pub fn your_run(store: Store, experiment: &Experiment) -> String {
    // The page around a frame has chosen the network and its caption.
    let is_embed = is_embed();
    let network = if is_embed {
        ""
    } else if store.own.with(Option::is_some) {
        ", your data; the caption describes the digits"
    } else if experiment.is_tutorial() {
        ""
    } else {
        ", your network; the caption describes the tutorial’s"
    };
    let first = experiment.seed();
    match experiment.n_seeds() {
        1 if is_embed => format!("trained here, seed {first}"),
        1 => format!("your run, seed {first}{network}"),
        n => {
            let whose = if is_embed { "trained here" } else { "your runs" };
            format!("{whose}, seeds {first} to {}{network}", first.wrapping_add(n - 1))
        }
    }
}

/// Whether there are results, and the article describes them: they are of the tutorial's network and of the digits.
fn is_described(store: Store, results: &Results) -> bool {
    !results.is_empty() && results.experiment.is_tutorial() && store.own.with(Option::is_none)
}

/// The number of the reader's own run; None as long as the recorded one stands.
pub fn own_value(store: Store, pulse: Pulse, finding: Finding) -> Memo<Option<f64>> {
    Memo::new(move |_| {
        pulse.get();
        store.results.with_untracked(|results| is_described(store, results).then(|| finding.value(results)).flatten())
    })
}

fn keep(store: Store, pulse: Pulse, finding: Finding, place: HtmlElement) {
    let recorded = place.text_content().unwrap_or_default();
    let recorded_value = place.get_attribute("value").unwrap_or_default();
    let value = own_value(store, pulse, finding.clone());
    Effect::new(move || {
        let value = value.get();
        _ = place.class_list().toggle_with_force("own", value.is_some());
        let (text, value) = match value {
            Some(value) => (finding.text(value), value.to_string()),
            None => (recorded.clone(), recorded_value.clone()),
        };
        place.set_text_content(Some(&text));
        _ = place.set_attribute("value", &value);
    });
}
