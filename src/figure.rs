//! A figure of the article, alive: its controls, its drawing, the values under the pointer or the keys, and the same in words
//! and numbers. What a figure means is `chart`'s; this file connects it to the store.

use super::control::{Segmented, Slider, Switch, place_of};
use super::findings::your_run;
use super::plate;
use super::store::{self, Milestone, Store};
use super::{dom, plate::Sources};
use chart::{Choice, Figure, Mode, Reading, Values};
use lab::protocol::RunId;
use lab::{Experiment, Plan, Scenario};
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

/// More values than this are not spoken at every press of a key.
const MAX_SPOKEN: usize = 6;

/// Brings one `data-figure` place to life; one that names no figure stays as it is.
pub fn bring_to_life(store: Store, place: &HtmlElement) {
    let Some(figure) = place.get_attribute("data-figure").and_then(|key| Figure::from_key(&key)) else { return };
    let choice = RwSignal::new(figure.choice());
    let slope = RwSignal::new(store.experiment.with_untracked(|experiment| experiment.plan.slope()));
    let (experiment, pulse) = if figure.is_curve() {
        (
            Signal::derive(move || curve_of(slope.get())),
            store::pulse(Box::new(move || {
                slope.track();
                true
            })),
        )
    } else {
        (store.experiment.into(), store.pulse(place))
    };
    let sources = Sources { figure, experiment, pulse, choice };
    let is_live = is_live(figure, store);
    let changes = Memo::new(move |_| {
        pulse.get();
        (untrack(|| store.milestone()), choice.get(), slope.get())
    });

    if let Some(slot) = dom::slot(place, "controls") {
        dom::replace(&slot, move || view! { <Controls sources is_live slope /> });
        show_layers(place.clone(), depth(sources, is_live));
    }
    if let Some(slot) = dom::slot(place, "plate") {
        plate::bring_to_life(sources, is_live, &slot);
    }
    if let Some(slot) = dom::slot(place, "readout") {
        when_live(is_live, move || dom::replace(&slot, move || view! { <Readout sources /> }));
    }
    if let Some(slot) = dom::slot(place, "summary") {
        when_live(is_live, move || dom::replace(&slot, move || summary(sources, changes)));
    }
    if let Some(slot) = dom::slot(place, "table") {
        when_live(is_live, move || dom::replace(&slot, move || view! { <Numbers sources changes /> }));
    }
    if let Some(slot) = dom::slot(place, "tag") {
        when_live(is_live, move || dom::replace(&slot, move || tag(sources)));
    }
}

/// What a figure's words and numbers depend on: they follow logged steps, not every sample.
type Changes = Memo<([Milestone; 3], Choice, f64)>;

/// An experiment that exists for its leaky slope only.
fn curve_of(slope: f64) -> Experiment {
    let plan = Plan::default();
    Experiment::new(plan.with_slope(slope).unwrap_or(plan), RunId(0))
}

/// Curves are alive at once; what is measured, from the reader's first own sample on and ever after.
fn is_live(figure: Figure, store: Store) -> Memo<bool> {
    Memo::new(move |was_live| {
        was_live == Some(&true) || figure.is_curve() || store.experiment.with(|experiment| !experiment.is_empty())
    })
}

/// Does something once, as soon as a figure is alive.
fn when_live(is_live: Memo<bool>, act: impl Fn() + 'static) {
    Effect::new(move || {
        if is_live.get() {
            act();
        }
    });
}

/// What the reader can choose for a figure.
#[component]
fn Controls(sources: Sources, is_live: Memo<bool>, slope: RwSignal<f64>) -> impl IntoView {
    let Sources { figure, choice, .. } = sources;
    match figure {
        Figure::Sigmoid | Figure::Relu | Figure::Accuracy | Figure::Loss => ().into_any(),
        Figure::Leaky => view! { <SlopeControls choice slope /> }.into_any(),
        Figure::GradientLast | Figure::GradientFirst => {
            view! { <LayerControl sources is_live /> <AxisControl choice /> }.into_any()
        }
        Figure::GradientLayers => view! { <AxisControl choice /> }.into_any(),
        Figure::Histograms => view! { <HistogramControls sources is_live /> }.into_any(),
    }
}

#[component]
fn SlopeControls(choice: RwSignal<Choice>, slope: RwSignal<f64>) -> impl IntoView {
    let [text, script] = Plan::TUTORIAL_SLOPES;
    view! {
        <Slider label="Slope" min=0.0 max=0.5 step=0.01 value=slope on_input=move |value| slope.set(value) />
        <Segmented legend="Slope as in" name="leaky-slope".into() options=vec![format!("text, {text}"), format!("script, {script}")]
            value=Signal::derive(move || place_of(&Plan::TUTORIAL_SLOPES, slope.get()))
            on_change=move |i: usize| slope.set(Plan::TUTORIAL_SLOPES[i]) />
        <Switch label="Magnify the heights" value=Signal::derive(move || choice.get().is_zoomed)
            on_change=move |is_zoomed| choice.update(|choice| choice.is_zoomed = is_zoomed) />
    }
}

#[component]
fn LayerControl(sources: Sources, is_live: Memo<bool>) -> impl IntoView {
    let Sources { figure, choice, .. } = sources;
    let depth = depth(sources, is_live);
    let layer = Memo::new(move |_| choice.get().layer.clamp(1, depth.get()));
    view! {
        <Segmented legend="Layer" name=format!("{}-layer", figure.key())
            options=Plan::DEPTHS.map(|layer| layer.to_string()).collect()
            value=Signal::derive(move || layer.get().checked_sub(1))
            on_change=move |i| choice.update(|choice| choice.layer = i + 1) />
    }
}

/// The layers of the networks shown: the recorded ones until the figure is alive.
fn depth(sources: Sources, is_live: Memo<bool>) -> Memo<usize> {
    Memo::new(move |_| match is_live.get() {
        true => sources.with(|experiment| experiment.plan.depth),
        false => Plan::default().depth,
    })
}

/// Hides the choices of layers that the networks do not have, and gives the values of all layers their rows.
fn show_layers(place: HtmlElement, depth: Memo<usize>) {
    Effect::new(move || {
        let depth = depth.get();
        for (i, radio) in dom::all_in(&place, "[name$=layer]").iter().enumerate() {
            let label = radio.parent_element();
            _ = label.map(|label| label.toggle_attribute_with_force("hidden", i >= depth));
        }
        // One more for the step.
        _ = place.style().set_property("--rows", &(depth + 1).to_string());
    });
}

#[component]
fn AxisControl(choice: RwSignal<Choice>) -> impl IntoView {
    view! {
        <Switch label="Linear axis" value=Signal::derive(move || choice.get().is_linear)
            on_change=move |is_linear| choice.update(|choice| choice.is_linear = is_linear) />
    }
}

#[component]
fn HistogramControls(sources: Sources, is_live: Memo<bool>) -> impl IntoView {
    let choice = sources.choice;
    let scenarios = Scenario::ALL.map(|scenario| scenario.label().to_owned()).to_vec();
    let values = Values::ALL.map(|values| values.label().to_owned()).to_vec();
    let modes = Mode::ALL.map(|mode| mode.label().to_owned()).to_vec();
    view! {
        <Segmented legend="Values" name="histograms-values".into() options=values
            value=Signal::derive(move || place_of(&Values::ALL, choice.get().values))
            on_change=move |i: usize| choice.update(|choice| choice.values = Values::ALL[i]) />
        <LayerControl sources is_live />
        <Segmented legend="Network" name="histograms-scenario".into() options=scenarios
            value=Signal::derive(move || place_of(&Scenario::ALL, choice.get().scenario))
            on_change=move |i: usize| choice.update(|choice| choice.scenario = Scenario::ALL[i]) />
        <Segmented legend="Drawn as" name="histograms-mode".into() options=modes
            value=Signal::derive(move || place_of(&Mode::ALL, choice.get().mode))
            on_change=move |i: usize| choice.update(|choice| choice.mode = Mode::ALL[i]) />
    }
}

/// The values under the crosshair, and a slider that moves it by keys or by touch.
#[component]
fn Readout(sources: Sources) -> impl IntoView {
    let Sources { figure, choice, .. } = sources;
    let range = Memo::new(move |_| sources.with(|experiment| figure.x_range(experiment, &choice.get())));
    let rest = Memo::new(move |_| sources.with(|experiment| figure.rest(experiment, &choice.get())));
    let x = Memo::new(move |_| choice.get().cursor.unwrap_or(rest.get()));
    let read = Memo::new(move |_| sources.with(|experiment| figure.probe(experiment, &choice.get(), x.get())));
    let in_words = move || read.with(|values| aloud(values));
    let step = move || sources.with(|experiment| figure.x_step(experiment, &choice.get()));
    let name = move || {
        read.with(|readings| readings.first().map(|Reading { name, .. }| format!("{}: read at {name}", figure.title())))
    };
    let values = move || {
        let mut column = None;
        let value = |Reading { panel, name, value }: Reading| {
            // A panel's values stand in a column: the first shows the panel's name above it, the others keep it for screen readers.
            let class = if column == panel { "implied" } else { "heading" };
            column = panel;
            view! { <span><span class=class>{panel}</span>" "{name}" "<b>{value}</b></span> }
        };
        read.get().into_iter().map(value).collect_view()
    };
    view! {
        <input type="range" class="probe" aria-label=name aria-valuetext=in_words
            min=move || range.get().0 max=move || range.get().1 step=step prop:value=move || x.get().to_string()
            on:input=move |event| {
                choice.update(|choice| choice.cursor = event_target_value(&event).parse().ok());
            } />
        <div class="values">{values}</div>
    }
}

/// A readout as a screen reader says it at every press of a key: all of it where it is short, else its place, and that values
/// stand behind the slider.
fn aloud(readings: &[Reading]) -> String {
    let (said, more) = if readings.len() > MAX_SPOKEN { (&readings[..1], "; values follow") } else { (readings, "") };
    let text = |Reading { panel, name, value }: &Reading| {
        panel.iter().copied().chain([&**name, value]).collect::<Vec<_>>().join(" ")
    };
    said.iter().map(text).collect::<Vec<_>>().join(", ") + more
}

fn summary(sources: Sources, changes: Changes) -> impl IntoView {
    let Sources { figure, experiment, choice, .. } = sources;
    Memo::new(move |_| {
        changes.with(|_| ());
        experiment.with_untracked(|experiment| figure.describe(experiment, &choice.get_untracked()))
    })
}

/// The figure's data table.
#[component]
fn Numbers(sources: Sources, changes: Changes) -> impl IntoView {
    let Sources { figure, experiment, choice, .. } = sources;
    let table = Memo::new(move |_| {
        changes.with(|_| ());
        experiment.with_untracked(|experiment| figure.table(experiment, &choice.get_untracked()))
    });
    let head = move || table.get().columns.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view();
    let row = |cells: Vec<String>| {
        let mut cells = cells.into_iter();
        let first = cells.next().map(|cell| view! { <th scope="row">{cell}</th> });
        view! { <tr>{first}{cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr> }
    };
    view! {
        <table>
            <thead><tr>{head}</tr></thead>
            <tbody>{move || table.get().rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

/// Whose run the figure shows.
fn tag(sources: Sources) -> impl IntoView {
    let plan = Memo::new(move |_| sources.with(|experiment| experiment.plan));
    move || your_run(&plan.get())
}
