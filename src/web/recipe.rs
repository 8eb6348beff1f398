//! The experiment's form of network and training, which the press has written: a change goes to the store, the store's plan
//! comes back. Each control has the name of a plan's field.

use super::store::Store;
use crate::lab::Plan;
use leptos::ev;
use leptos::prelude::*;
use leptos::web_sys::{HtmlElement, HtmlInputElement};
use wasm_bindgen::JsCast;

pub fn bring_to_life(store: Store, form: &HtmlElement) {
    let controls = Plan::FIELDS.into_iter().filter_map(|field| {
        let control = form.query_selector(&format!("[name={field}]")).ok()??;
        // A select has the same properties.
        Some((field, control.unchecked_into::<HtmlInputElement>()))
    });
    let controls: Vec<_> = controls.collect();
    let show = move |plan: Plan| {
        for (field, control) in &controls {
            let value = plan.value(field);
            control.set_disabled(value.is_none());
            control.set_value(&value.unwrap_or_default());
        }
    };
    let plan = Memo::new(move |_| store.experiment.with(|experiment| experiment.plan));
    let shown = show.clone();
    Effect::new(move || shown(plan.get()));
    _ = window_event_listener(ev::change, {
        let form = form.clone();
        move |event| {
            let control: HtmlInputElement = event_target(&event);
            if !form.contains(Some(&control)) {
                return;
            }
            match plan.get_untracked().with(&control.name(), &control.value()) {
                Ok(plan) => store.set_plan(plan),
                Err(error) => {
                    show(plan.get_untracked());
                    store.notices.set(vec![format!("Not changed: {error}.")]);
                }
            }
        }
    });
}
