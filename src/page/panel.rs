//! The experiment: its controls, the progress of its runs, and their log. The experiment starts by itself when most of the panel first
//! comes into view, unless the reader prefers reduced motion.

use super::control::{Number, Segmented};
use super::state::{MainButton, Notices, Verb, verb};
use super::store::Store;
use super::variants::Variants;
use super::view::when_mostly_visible;
use super::{dom, form, messages, own, saves};
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
        dom::replace(&slot, move || view! { <Controls store /> });
    }
    if let Some(form) = dom::slot(panel, "recipe") {
        form::make_live(store, &form, dom::slot(panel, "refusal"));
    }
    if let Some(slot) = dom::slot(panel, "runs") {
        dom::replace(&slot, move || view! { <Variants store /> });
    }
    if let Some(place) = dom::slot(panel, "saves") {
        saves::make_live(store, &place);
    }
    if let Some(place) = dom::slot(panel, "images") {
        own::make_live(store, panel, &place);
    }
    if let Some(slot) = dom::slot(panel, "progress") {
        dom::replace(&slot, move || view! { <Runs store /> });
    }
    if let Some(slot) = dom::slot(panel, "log") {
        dom::replace(&slot, move || view! { <Log store /> });
    }
    if !dom::prefers_reduced_motion() {
        when_mostly_visible(panel, move || store.run_alone());
    }
}

#[component]
fn Controls(store: Store) -> impl IntoView {
    let verb = verb(store);
    let experiment = Memo::new(move |_| store.results.with(|results| results.experiment.clone()));
    let seed = Signal::derive(move || experiment.with(Experiment::seed));
    let set_seed = move |seed| _ = store.set_experiment(store.experiment().with_seed(seed));
    let presets = FIELDS.iter().filter(|field| !field.presets.is_empty());
    let presets = presets.map(|field| view! { <Presets store experiment field /> }).collect_view();
    view! {
        <MainButton store />
        <button on:click=move |_| store.step() disabled=move || verb.get() != Verb::Run>"Step"</button>
        <button on:click=move |_| store.reset()>"Reset"</button>
        <Number label="Seed" max=u32::MAX value=seed on_change=set_seed />
        <button on:click=move |_| store.set_new_seed()>"New seed"</button>
        <Speed store />
        {presets}
        <Notices store />
    }
}

/// The choice of the speed of training.
#[component]
fn Speed(store: Store) -> impl IntoView {
    let options: Vec<String> = chart::Speed::ALL.map(|speed| speed.label().to_owned()).into();
    let place = Signal::derive(move || chart::Speed::ALL.iter().position(|speed| *speed == store.speed.get()));
    let set = move |i: usize| store.set_speed(chart::Speed::ALL[i]);
    view! { <Segmented legend="Speed".to_owned() name="speed".to_owned() options value=place on_change=set /> }
}

/// Buttons for the presets of a field, while the field applies.
#[component]
fn Presets(store: Store, experiment: Memo<Experiment>, field: &'static Field) -> impl IntoView {
    let value = Memo::new(move |_| experiment.with(|experiment| experiment.value(field)));
    let place = move || match value.get() {
        Some(Value::Real(value)) => field.presets.iter().position(|&(_, preset)| preset == value),
        _ => None,
    };
    let set = move |i: usize| {
        if let Ok(changed) = store.experiment().with(field, &field.presets[i].1.to_string()) {
            _ = store.set_experiment(changed);
        }
    };
    let options: Vec<String> = field.presets.iter().map(|(_, value)| value.to_string()).collect();
    move || {
        let is_shared = experiment.with(|experiment| !experiment.is_overridden(field));
        (is_shared && value.with(Option::is_some)).then(|| {
            view! {
                <Segmented legend=field.label.to_owned() name=format!("experiment-{}", field.key) options=options.clone()
                    value=Signal::derive(place) on_change=set />
            }
        })
    }
}

/// A card for the first run of every variant.
#[component]
fn Runs(store: Store) -> impl IntoView {
    let labels = Memo::new(move |_| store.results.with(|results| results.experiment.labels()));
    move || {
        let cards = labels.get().into_iter().enumerate();
        cards.map(|(variant, label)| view! { <Run store variant label /> }).collect_view()
    }
}

#[component]
fn Run(store: Store, variant: usize, label: String) -> impl IntoView {
    let of = move |read: fn(&lab::History) -> String| {
        Memo::new(move |_| {
            store.results.with(|results| results.of_variant(variant).next().map(read).unwrap_or_default())
        })
    };
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
    let steps = of(|run| run.steps.to_string());
    let n_steps = of(|run| run.settings.recipe().steps.to_string());
    let terms = of_first(store, variant, rows);
    let bars = of_first(store, variant, bars);
    let bars = move || {
        let bar = |Bar { layer, length, text }| {
            view! { <span>{layer.to_string()}</span><progress value=length.to_string() max="1" aria-label=format!("layer {layer}")></progress><span>{text}</span> }
        };
        bars.get().into_iter().map(bar).collect_view()
    };
    let rows = move || {
        let seeds = seeds.get().map(|seeds| ("seeds finished", seeds));
        let rows = terms.get().into_iter().chain(seeds);
        rows.map(|(term, value)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> }).collect_view()
    };
    view! {
        <div class=format!("run series-{variant}")>
            <h3><span class="series">{label.clone()}</span></h3>
            <p class="status">{status}</p>
            <progress prop:value=steps prop:max=n_steps aria-label=format!("{label}, steps")></progress>
            <p class="term">"mean |∂C/∂W| by layer, logarithmic"</p>
            <div class="bars">{bars}</div>
            <dl>{rows}</dl>
        </div>
    }
}

/// What a card shows of the first run of a variant.
fn of_first<T: PartialEq + Send + Sync + 'static>(
    store: Store,
    variant: usize,
    read: fn(&History) -> Vec<T>,
) -> Memo<Vec<T>> {
    Memo::new(move |_| store.results.with(|results| results.of_variant(variant).next().map(read).unwrap_or_default()))
}

/// The tutorial's console lines so far.
#[component]
fn Log(store: Store) -> impl IntoView {
    let lines = Memo::new(move |_| store.results.with(lab::experiment::log::lines));
    let log = NodeRef::<leptos::html::Div>::new();
    let end = Rc::new(Cell::new(0));
    Effect::new(move || {
        if lines.with(Vec::is_empty) {
            end.set(0);
        }
        if let Some(frame) = log.get_untracked().and_then(|log| log.parent_element()) {
            follow_end(frame, end.clone());
        }
    });
    view! {
        <div role="log" aria-label="Training log" aria-live="off" node_ref=log>
            <For each=move || lines.get() key=|line| line.clone() let:line><div>{line}</div></For>
        </div>
    }
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
