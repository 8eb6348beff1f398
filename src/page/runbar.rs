//! The bar at the bottom edge of the window: run or pause, and the step that all figures show. It is there while a figure of
//! measurements is on the screen or something trains, unless the panel is on the screen.

use super::dom::{self, Build, as_input, input, make};
use super::findings::whose_run;
use super::state::main_button;
use super::store::Store;
use super::view::when_visible;
use crate::pool::Status;
use chart::Figure;
use lab::Results;
use lab::text::{number, thousands};
use leptos::prelude::*;
use leptos::web_sys::{Element, Event, HtmlElement};

pub fn make_live(store: Store) {
    let Some(body) = document().body() else { return };
    let n_figures = RwSignal::new(0_i32);
    for place in dom::all("[data-figure]") {
        let figure = place.get_attribute("data-figure").and_then(|key| chart::find(&key));
        if figure.is_some_and(Figure::is_measured) {
            count_visible(&place, n_figures);
        }
    }
    // They follow the step, too; what a closed disclosure holds is not on the screen.
    dom::all("[data-numbers] > div").iter().for_each(|place| count_visible(place, n_figures));
    let n_panels = RwSignal::new(0_i32);
    dom::all("[data-panel]").iter().for_each(|panel| count_visible(panel, n_panels));
    let is_running = Memo::new(move |_| store.statuses.with(|statuses| statuses.contains(&Some(Status::Running))));
    let is_shown = Memo::new(move |_| (n_figures.get() > 0 || is_running.get()) && n_panels.get() == 0);
    _ = body.append_child(&run_bar(store, is_shown));
}

/// Counts an element as long as it is on the screen.
fn count_visible(place: &Element, n: RwSignal<i32>) {
    let was_visible = std::cell::Cell::new(false);
    when_visible(place, move |is_visible| {
        if was_visible.replace(is_visible) != is_visible {
            n.update(|n| *n += if is_visible { 1 } else { -1 });
        }
    });
}

fn run_bar(store: Store, is_shown: Memo<bool>) -> HtmlElement {
    // All figures over steps have the same steps.
    let figure = chart::find("loss");
    let last = Memo::new(move |_| store.results.with(|results| results.steps()));
    let latest = Memo::new(move |_| {
        store
            .results
            .with(|results| figure.map_or(0.0, |figure| figure.rest(results, &store.view.get(), &Default::default())))
    });
    let step = Memo::new(move |_| store.view.get().step.map_or_else(|| latest.get(), f64::from));
    let scrub = move |event: Event| {
        let Some(step) = number(&event_target_value(&event)) else { return };
        let step = store.results.with_untracked(|results| figure.map_or(step, |figure| figure.snap(results, step)));
        // At the end, figures follow the training again.
        let step = (step < latest.get_untracked()).then_some(step as u32);
        store.view.update(|view| view.step = step);
    };
    let every = Memo::new(move |_| {
        store.results.with(|results| {
            figure.map_or(1.0, |figure| figure.x_step(results, &Default::default(), &Default::default()))
        })
    });
    let is_empty = Memo::new(move |_| store.results.with(|results| results.is_empty()));
    let slider = input("range").with("aria-label", "Step that the figures show").with("min", "0").on("input", scrub);
    // All at once and in this order: a browser moves the value when its range or its step changes.
    let slider = slider.following(move |slider| {
        let slider = as_input(slider);
        slider.set_max(&last.get().to_string());
        slider.set_step(&every.get().to_string());
        slider.set_value(&step.get().to_string());
        slider.set_disabled(is_empty.get());
    });
    let is_done = Memo::new(move |_| store.results.with(Results::is_over) && store.view.get().step.is_none());
    let text = move || {
        let last = thousands(last.get().into());
        match (is_empty.get(), is_done.get()) {
            (true, _) => String::new(),
            // The last measured step comes before the last update.
            (_, true) => format!("{last} of {last} steps"),
            _ => format!("step {} of {last}", thousands(step.get())),
        }
    };
    let step = make("span", "step").saying_always(text);
    let whose = make("span", "whose").saying_always(move || whose_run(store));
    let bar = make("div", "run-bar").with("role", "region").with("aria-label", "Training");
    bar.holding([main_button(store), slider, step, whose]).following(move |bar| bar.set_hidden(!is_shown.get()))
}
