//! Updates the measured numbers in the prose, and the tags that say whose run they are of. A number is recorded until the reader's
//! own runs have ended, because sentences are about whole runs, and stays so where the reader's networks have no such number. With
//! several seeds it is their median with the lowest and the highest, and a small drawing of them all. Numbers in sections off the
//! screen are updated at the end of the run.

use super::dom::{self, Build, make};
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
        let label =
            move || {
                store.results.with(|results| {
                    if is_quoted(results) { your_run(store, &results.experiment) } else { recorded.clone() }
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

/// Whether prose and tables quote the reader's own runs: whether these have ended.
pub fn is_quoted(results: &Results) -> bool {
    !results.is_empty() && results.is_over()
}

/// The tag of the results that figures show.
pub fn whose_run(store: Store) -> String {
    store.results.with(|results| {
        if results.is_empty() {
            let is_other = !is_embed() && !results.experiment.is_tutorial();
            if is_other { "recorded run of the tutorial’s network" } else { "recorded run" }.into()
        } else {
            your_run(store, &results.experiment)
        }
    })
}

/// The tag of results of the reader's own run: what it is, and how it differs from the tutorial's.
pub fn your_run(store: Store, experiment: &Experiment) -> String {
    let is_embed = is_embed();
    let first = experiment.seed();
    let so_far = if is_embed || store.results.with(Results::is_over) { "" } else { " so far" };
    let run = match (experiment.n_seeds(), is_embed) {
        (1, true) => format!("trained here, seed {first}"),
        (1, false) => format!("your run{so_far}, seed {first}"),
        (n, _) => {
            let whose = if is_embed { "trained here" } else { "your runs" };
            format!("{whose}{so_far}, seeds {first} to {}", first.wrapping_add(n - 1))
        }
    };
    // The page around a frame has chosen the network.
    let changes = if is_embed { String::new() } else { experiment.changes() };
    let data = if !is_embed && store.own.with(Option::is_some) { "your data" } else { "" };
    [run.as_str(), changes.as_str(), data].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The lowest, the median and the highest number of the reader's own runs, and whether there are several seeds; None as long as the
/// recorded number stands.
pub fn own_value(store: Store, pulse: Pulse, finding: Finding) -> Memo<Option<(f64, f64, f64, bool)>> {
    Memo::new(move |_| {
        pulse.get();
        store.results.with_untracked(|results| {
            let spread = is_quoted(results).then(|| chart::spread(finding.values(results))).flatten();
            spread.map(|(low, median, high)| (low, median, high, results.experiment.n_seeds() > 1))
        })
    })
}

/// The numbers of all seeds as marks on a logarithmic axis, small enough to stand in a sentence, and a taller mark for what the tutorial
/// reports.
fn strip(values: &[f64], reported: Option<f64>) -> HtmlElement {
    let strip = make("span", "strip");
    let marks = values.iter().map(|&value| (value, "")).chain(reported.map(|value| (value, "reported")));
    let marks: Vec<_> = marks.map(|(value, class)| (value.ln(), class)).filter(|(x, _)| x.is_finite()).collect();
    let low = marks.iter().map(|(x, _)| *x).fold(f64::INFINITY, f64::min);
    let high = marks.iter().map(|(x, _)| *x).fold(low, f64::max);
    for (x, class) in marks {
        let mark = make("i", class);
        let share = if high > low { (x - low) / (high - low) } else { 0.5 };
        _ = mark.style().set_property("left", &format!("{}%", 100.0 * share));
        _ = strip.append_child(&mark);
    }
    let tutorial = reported.map(|value| format!("; the tutorial reports {value}")).unwrap_or_default();
    let text = format!("{} seeds, logarithmic{tutorial}", values.len());
    strip.set_title(&text);
    strip.with("role", "img").with("aria-label", &text)
}

fn keep(store: Store, pulse: Pulse, finding: Finding, place: HtmlElement) {
    let recorded = place.text_content().unwrap_or_default();
    let recorded_value = place.get_attribute("value").unwrap_or_default();
    let value = own_value(store, pulse, finding.clone());
    Effect::new(move || {
        let value = value.get();
        let is_several = matches!(value, Some((.., true)));
        _ = place.class_list().toggle_with_force("own", value.is_some());
        let text = |value| finding.text(value);
        let (text, value) = match value {
            Some((low, median, high, true)) => {
                (format!("{} [{} to {}]", text(median), text(low), text(high)), median.to_string())
            }
            Some((_, median, ..)) => (text(median), median.to_string()),
            None => (recorded.clone(), recorded_value.clone()),
        };
        place.set_text_content(Some(&text));
        _ = place.set_attribute("value", &value);
        if is_several {
            store.results.with_untracked(|results| {
                let values: Vec<_> = finding.values(results).collect();
                let reported = finding.reported().filter(|_| results.experiment.is_tutorial());
                _ = place.append_child(&strip(&values, reported));
            });
        }
    });
}
