//! The bar at the bottom edge of the window: run or pause, and the step that all figures show. It is there while a figure of
//! measurements is on the screen and the panel is not.

use super::dom;
use super::findings::whose_run;
use super::state::MainButton;
use super::store::Store;
use super::view::when_visible;
use chart::Figure;
use lab::text::{number, thousands};
use leptos::mount::mount_to;
use leptos::prelude::*;

pub fn make_live(store: Store) {
    let Some(body) = document().body() else { return };
    let n_figures = RwSignal::new(0_i32);
    for place in dom::all("[data-figure]") {
        let figure = place.get_attribute("data-figure").and_then(|key| chart::find(&key));
        if figure.is_some_and(Figure::is_measured) {
            count_visible(&place, n_figures);
        }
    }
    let n_panels = RwSignal::new(0_i32);
    dom::all("[data-panel]").iter().for_each(|panel| count_visible(panel, n_panels));
    let is_shown = Memo::new(move |_| n_figures.get() > 0 && n_panels.get() == 0);
    dom::keep(mount_to(body, move || view! { <RunBar store is_shown /> }));
}

/// Counts an element as long as it is on the screen.
fn count_visible(place: &leptos::web_sys::Element, n: RwSignal<i32>) {
    let was_visible = std::cell::Cell::new(false);
    when_visible(place, move |is_visible| {
        if was_visible.replace(is_visible) != is_visible {
            n.update(|n| *n += if is_visible { 1 } else { -1 });
        }
    });
}

#[component]
fn RunBar(store: Store, is_shown: Memo<bool>) -> impl IntoView {
    // All figures over steps have the same steps.
    let figure = chart::find("loss");
    let last = Memo::new(move |_| store.results.with(|results| results.steps()));
    let latest = Memo::new(move |_| {
        store
            .results
            .with(|results| figure.map_or(0.0, |figure| figure.rest(results, &store.view.get(), &Default::default())))
    });
    let step = Memo::new(move |_| store.view.get().step.map_or_else(|| latest.get(), f64::from));
    let scrub = move |event| {
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
    let text = move || format!("step {} of {}", thousands(step.get()), thousands(last.get().into()));
    view! {
        <div class="run-bar" role="region" aria-label="Training" hidden=move || !is_shown.get()>
            <MainButton store />
            <input type="range" aria-label="Step that the figures show" min="0" max=move || last.get() step=move || every.get()
                prop:value=move || step.get() disabled=is_empty on:input=scrub />
            <span class="step">{text}</span>
            <span class="whose">{move || whose_run(store)}</span>
        </div>
    }
}
