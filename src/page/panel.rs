//! The experiment: its controls, the progress of its runs, and their log. The experiment starts by itself when most of the panel first
//! comes into view, unless the reader prefers reduced motion.

use super::control::{Range, number_input, segmented};
use super::dom::{Build, make};
use super::state::{Verb, main_button, notices, verb};
use super::store::Store;
use super::variants::variants;
use super::view::when_mostly_visible;
use super::{dom, form, messages, own, saves};
use chart::Speed;
use lab::Experiment;
use lab::experiment::rows::Bar;
use lab::experiment::{History, bars, rows};
use lab::recipe::field::FIELDS;
use lab::recipe::{Field, Value};
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use std::cell::Cell;
use std::rc::Rc;

pub fn make_live(store: Store, panel: &HtmlElement) {
    if let Some(slot) = dom::slot(panel, "controls") {
        slot.set_text_content(None);
        _ = slot.holding(controls(store));
    }
    if let Some(form) = dom::slot(panel, "recipe") {
        form::make_live(store, &form, dom::slot(panel, "refusal"));
    }
    if let Some(slot) = dom::slot(panel, "runs") {
        _ = slot.holding([variants(store)]);
    }
    if let Some(place) = dom::slot(panel, "saves") {
        saves::make_live(store, &place);
    }
    if let Some(place) = dom::slot(panel, "images") {
        own::make_live(store, panel, &place);
    }
    if let Some(slot) = dom::slot(panel, "progress") {
        let labels = Memo::new(move |_| store.results.with(|results| results.experiment.labels()));
        let cards = move || labels.get().into_iter().enumerate();
        slot.holding_always(move || cards().map(|(variant, label)| card(store, variant, &label)).collect());
    }
    if let Some(slot) = dom::slot(panel, "log") {
        keep_log(store, slot);
    }
    if !dom::prefers_reduced_motion() {
        when_mostly_visible(panel, move || store.run_alone());
    }
}

fn controls(store: Store) -> Vec<HtmlElement> {
    let verb = verb(store);
    let experiment = Memo::new(move |_| store.results.with(|results| results.experiment.clone()));
    let button = |label: &str| make("button", "").saying(label);
    let step = button("Step").on("click", move |_| store.step());
    let step = step.following(move |step| _ = step.toggle_attribute_with_force("disabled", verb.get() != Verb::Run));
    let reset = button("Reset").on("click", move |_| store.reset());
    let value = Signal::derive(move || experiment.with(|experiment| experiment.seed().into()));
    let range = Range { min: 0.0, max: u32::MAX.into(), step: 1.0 };
    let set_seed = move |seed: f64| _ = store.set_experiment(store.experiment().with_seed(seed as u32));
    let [seed, refusal] = number_input("Seed", range, value, Callback::new(set_seed));
    let new_seed = button("New seed").on("click", move |_| store.set_new_seed());
    let presets =
        FIELDS.iter().filter(|field| !field.presets.is_empty()).map(|field| presets(store, experiment, field));
    let controls = [main_button(store), step, reset, seed, refusal, new_seed, speed(store)];
    controls.into_iter().chain(presets).chain([notices(store)]).collect()
}

/// The choice of the speed of training.
fn speed(store: Store) -> HtmlElement {
    let options = Speed::ALL.map(|speed| speed.label().to_owned());
    let place = Signal::derive(move || Speed::ALL.iter().position(|speed| *speed == store.speed.get()));
    segmented("Speed", "speed", &options, place, Callback::new(move |i: usize| store.set_speed(Speed::ALL[i])))
}

/// Buttons for the presets of a field, hidden while the field does not apply.
fn presets(store: Store, experiment: Memo<Experiment>, field: &'static Field) -> HtmlElement {
    let value = Memo::new(move |_| experiment.with(|experiment| experiment.value(field)));
    let place = Signal::derive(move || match value.get() {
        Some(Value::Real(value)) => field.presets.iter().position(|&(_, preset)| preset == value),
        _ => None,
    });
    let set = move |i: usize| {
        if let Ok(changed) = store.experiment().with(field, &field.presets[i].1.to_string()) {
            _ = store.set_experiment(changed);
        }
    };
    let options: Vec<String> = field.presets.iter().map(|(_, value)| value.to_string()).collect();
    let presets = segmented(field.label, &format!("experiment-{}", field.key), &options, place, Callback::new(set));
    presets.following(move |presets| {
        let is_shared = experiment.with(|experiment| !experiment.is_overridden(field));
        presets.set_hidden(!is_shared || value.with(Option::is_none));
    })
}

/// A card for the first run of a variant.
fn card(store: Store, variant: usize, label: &str) -> HtmlElement {
    let status = Memo::new(move |_| {
        store.results.with(|results| {
            let place = results.runs.iter().position(|run| run.variant == variant).unwrap_or_default();
            let status = store.statuses.with(|statuses| statuses.get(place).copied().flatten());
            results.runs.get(place).map(|run| messages::status(run, status)).unwrap_or_default()
        })
    });
    // Shown only if there are several seeds.
    let seeds = Memo::new(move |_| {
        store.results.with(|results| {
            let (n, n_ended) = results
                .of_variant(variant)
                .fold((0, 0), |(n, n_ended), run| (n + 1, n_ended + usize::from(run.end.is_some())));
            (n > 1).then(|| format!("{n_ended} of {n}"))
        })
    });
    let steps = of_first(store, variant, |run| vec![run.steps, run.settings.recipe().steps]);
    let (terms, bars) = (of_first(store, variant, rows), of_first(store, variant, bars));
    let text = |name: &str, text: &str| make(name, "").saying(text);
    let row = move |(term, value): (&str, String)| {
        make("div", "").holding([text("dt", term), text("dd", &value).with("translate", "no")])
    };
    let bar = move |Bar { layer, length, text: mean }| {
        let bar = make("progress", "").with("max", "1").with("value", &length.to_string());
        let bar = bar.with("aria-label", &format!("layer {layer}"));
        [text("span", &layer.to_string()), bar, text("span", &mean)]
    };
    let name = make("h3", "").holding([make("span", "series").saying(label)]);
    let progress = make("progress", "").with("aria-label", &format!("{label}, steps")).following(move |progress| {
        for (name, value) in ["value", "max"].into_iter().zip(steps.get()) {
            _ = progress.set_attribute(name, &value.to_string());
        }
    });
    make("div", &format!("run series-{variant}")).holding([
        name,
        make("p", "status").saying_always(move || status.get()),
        progress,
        make("p", "term").saying("mean |∂C/∂W| by layer, logarithmic"),
        make("div", "bars").holding_always(move || bars.get().into_iter().flat_map(bar).collect()),
        make("dl", "").holding_always(move || {
            let seeds = seeds.get().map(|seeds| ("seeds finished", seeds));
            terms.get().into_iter().chain(seeds).map(row).collect()
        }),
    ])
}

/// What a card shows of the first run of a variant.
fn of_first<T: PartialEq + Send + Sync + 'static>(
    store: Store,
    variant: usize,
    read: fn(&History) -> Vec<T>,
) -> Memo<Vec<T>> {
    Memo::new(move |_| store.results.with(|results| results.of_variant(variant).next().map(read).unwrap_or_default()))
}

/// Keeps the tutorial's console lines so far in a box.
fn keep_log(store: Store, frame: HtmlElement) {
    frame.set_text_content(None);
    let lines = Memo::new(move |_| store.results.with(lab::experiment::log::lines));
    let log = make("div", "")
        .with("role", "log")
        .with("aria-label", "Training log")
        .with("aria-live", "off")
        .with("translate", "no");
    let end = Rc::new(Cell::new(0));
    let n_shown = Cell::new(0);
    let log = log.following({
        let frame = frame.clone();
        move |log| {
            lines.with(|lines| {
                // Lines are added, unless training starts over.
                if lines.len() < n_shown.get() || lines.is_empty() {
                    log.set_text_content(None);
                    n_shown.set(0);
                    end.set(0);
                }
                let new = lines[n_shown.replace(lines.len())..].iter().map(|line| make("div", "").saying(line));
                _ = log.clone().holding(new);
            });
            follow_end(frame.clone().into(), end.clone());
        }
    });
    _ = frame.holding([log]);
}

/// Scrolls a box to its end as it grows, unless the reader has scrolled away from the end. `end` is the last height of its content, in
/// pixels.
fn follow_end(frame: Element, end: Rc<Cell<i32>>) {
    request_animation_frame(move || {
        let to_end = end.get() - frame.client_height() - frame.scroll_top();
        end.set(frame.scroll_height());
        if to_end < frame.client_height() / 2 {
            frame.set_scroll_top(end.get());
        }
    });
}
