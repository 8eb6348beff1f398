//! The experiment: its controls, how far its three runs are, and their logs. The default run starts by itself once the panel
//! comes into view, unless the reader prefers stillness.

use super::control::{Number, Segmented, place_of};
use super::digits::Progress;
use super::dom;
use super::recipe;
use super::store::{Store, prefers_stillness};
use super::view::when_first_seen;
use lab::history::{History, Status};
use lab::{Experiment, Finding, Plan, Scenario};
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use std::cell::Cell;
use std::rc::Rc;

pub fn bring_to_life(store: Store, panel: &HtmlElement) {
    if let Some(slot) = dom::slot(panel, "controls") {
        dom::replace(&slot, move || view! { <Controls store /> });
    }
    if let Some(form) = dom::slot(panel, "recipe") {
        recipe::bring_to_life(store, &form, dom::slot(panel, "refusal"));
    }
    if let Some(slot) = dom::slot(panel, "progress") {
        dom::replace(&slot, move || Scenario::ALL.map(|scenario| view! { <Run store scenario /> }).collect_view());
    }
    if let Some(slot) = dom::slot(panel, "log") {
        dom::replace(&slot, move || view! { <Log store /> });
    }
    if !prefers_stillness() {
        when_first_seen(panel, move || store.run());
    }
}

/// What the main button does now.
#[derive(Clone, Copy, PartialEq)]
enum Verb {
    Run,
    Pause,
    RunAgain,
}

impl Verb {
    fn of(experiment: &Experiment) -> Self {
        if experiment.is_over() {
            Self::RunAgain
        } else if experiment.runs().any(|(_, history)| history.status == Status::Running) {
            Self::Pause
        } else {
            Self::Run
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Run => "Run",
            Self::Pause => "Pause",
            Self::RunAgain => "Run again",
        }
    }
}

#[component]
fn Controls(store: Store) -> impl IntoView {
    let verb = Memo::new(move |_| store.experiment.with(Verb::of));
    let act = move |_| match verb.get_untracked() {
        Verb::Run | Verb::RunAgain => store.run(),
        Verb::Pause => store.pause(),
    };
    let plan = Memo::new(move |_| store.experiment.with(|experiment| experiment.plan));
    let slopes = Plan::TUTORIAL_SLOPES.map(|slope| slope.to_string()).to_vec();
    let slope = move || place_of(&Plan::TUTORIAL_SLOPES, plan.get().slope());
    let set_slope = move |i: usize| {
        if let Ok(plan) = plan.get_untracked().with_slope(Plan::TUTORIAL_SLOPES[i]) {
            store.set_plan(plan);
        }
    };
    let set_seed = move |seed| store.set_plan(plan.get_untracked().with_seed(seed));
    view! {
        <button class="primary" on:click=act>{move || verb.get().label()}</button>
        <button on:click=move |_| store.step() disabled=move || verb.get() != Verb::Run>"Step"</button>
        <button on:click=move |_| store.reset()>"Reset"</button>
        <Number label="Seed" max=u32::MAX value=Signal::derive(move || plan.get().seed) on_change=set_seed />
        <button on:click=move |_| store.set_new_seed()>"New seed"</button>
        <Segmented legend="Leaky slope" name="plan-slope".into() options=slopes
            value=Signal::derive(slope) on_change=set_slope />
        <Notices store />
    }
}

/// What the reader should know: digits that come or do not, fields of the URL, trainers that were replaced.
#[component]
fn Notices(store: Store) -> impl IntoView {
    let digits = move || match store.digits.get() {
        Progress::Fetching(bytes) => {
            view! { <p>{format!("Fetching the digits: {:.1} of 1.6 MB", f64::from(bytes) / 1e6)}</p> }.into_any()
        }
        Progress::Here => ().into_any(),
        Progress::Failed(sentence) => view! {
            <p>{format!("The digits are not here: {sentence}. The figures show the recorded run. ")}
                <button on:click=move |_| store.fetch_digits()>"Try again"</button></p>
        }
        .into_any(),
    };
    let end = Memo::new(move |_| store.experiment.with(Experiment::end));
    let done = move || end.get().map(|sentence| view! { <p>{sentence}</p> });
    let notices = move || store.notices.get().into_iter().map(|notice| view! { <p>{notice}</p> }).collect_view();
    view! { <div class="notices" role="status">{digits}{done}{notices}</div> }
}

/// One scenario's run: status, steps, pace and accuracies.
#[component]
fn Run(store: Store, scenario: Scenario) -> impl IntoView {
    let of = move |read: fn(&History) -> String| {
        Memo::new(move |_| store.experiment.with(|experiment| read(experiment.run(scenario))))
    };
    let status = of(|history| match &history.status {
        Status::Diverged(sentence) | Status::Failed(sentence) => sentence.clone(),
        status => status.label().to_owned(),
    });
    let steps = of(|history| Finding::Steps.text(history.steps.into()));
    let taken = of(|history| history.steps.to_string());
    let pace = of(|history| history.steps_per_second().map_or("–".into(), |pace| Finding::Steps.text(pace)));
    let elapsed = of(|history| seconds(history.elapsed));
    let computing = of(|history| seconds(history.computing));
    let accuracy = move |finding: Finding| {
        let value = Memo::new(move |_| store.experiment.with(|experiment| finding.value(experiment)));
        move || value.get().map_or("–".into(), |value| finding.text(value))
    };
    let n_steps = of(|history| history.settings.steps.to_string());
    let n_steps_in_words = of(|history| Finding::Steps.text(history.settings.steps.into()));
    let label = scenario.label();
    view! {
        <div class=format!("run {}", scenario.key())>
            <h3><span class=format!("series {}", scenario.key())>{label}</span></h3>
            <p class="status">{status}</p>
            <progress prop:value=taken prop:max=n_steps aria-label=format!("{label}, steps taken")></progress>
            <dl>
                <Row term="step">{steps}" of "{n_steps_in_words}</Row>
                <Row term="steps per second">{pace}</Row>
                <Row term="elapsed">{elapsed}</Row>
                <Row term="of which computing">{computing}</Row>
                <Row term="training digits right">{accuracy(Finding::TrainAccuracy { scenario })}</Row>
                <Row term="held-out digits right">{accuracy(Finding::HeldOutAccuracy { scenario })}</Row>
                <Row term="fingerprint">{of(fingerprint)}</Row>
            </dl>
        </div>
    }
}

#[component]
fn Row(term: &'static str, children: Children) -> impl IntoView {
    view! { <div><dt>{term}</dt><dd>{children()}</dd></div> }
}

fn seconds(milliseconds: f64) -> String {
    if milliseconds == 0.0 { "–".into() } else { format!("{:.2} s", milliseconds / 1e3) }
}

fn fingerprint(history: &History) -> String {
    history.outcome.map_or("–".into(), |outcome| format!("{:016x}", outcome.fingerprint))
}

/// The tutorial's console lines, as they come.
#[component]
fn Log(store: Store) -> impl IntoView {
    let lines = Memo::new(move |_| store.experiment.with(lab::log::lines));
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
        <div role="log" aria-label="Training log" node_ref=log>
            <For each=move || lines.get() key=|line| line.clone() let:line><div>{line}</div></For>
        </div>
    }
}

/// Keeps the end of a scrolling box in view as it grows, unless the reader has scrolled away from where it was, in pixels.
fn follow_end(frame: Element, end: Rc<Cell<i32>>) {
    request_animation_frame(move || {
        let to_end = end.get() - frame.client_height() - frame.scroll_top();
        end.set(frame.scroll_height());
        if to_end < frame.client_height() / 2 {
            frame.set_scroll_top(end.get());
        }
    });
}
