//! The experiment's form of network and training, which the press has written: a change goes to the store, the store's plan
//! comes back. Each control has the name of a plan's field; what cannot be had is said beside it.

use super::store::Store;
use lab::Plan;
use leptos::ev;
use leptos::prelude::*;
use leptos::web_sys::{HtmlElement, HtmlInputElement};
use wasm_bindgen::JsCast;

pub fn bring_to_life(store: Store, form: &HtmlElement, said: Option<HtmlElement>) {
    _ = form.remove_attribute("disabled");
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
    // Whoever comes by an address with another network sees at once which.
    if !plan.get_untracked().is_tutorial()
        && let Ok(Some(details)) = form.closest("details")
    {
        _ = details.set_attribute("open", "");
    }
    let shown = show.clone();
    Effect::new(move || shown(plan.get()));
    _ = window_event_listener(ev::change, {
        let form = form.clone();
        move |event| {
            let control: HtmlInputElement = event_target(&event);
            if !form.contains(Some(&control)) {
                return;
            }
            let old = plan.get_untracked();
            // A browser hands over what is no number as nothing.
            let value = if control.validity().bad_input() { "no number".to_owned() } else { control.value() };
            let refusal = match old.with(&control.name(), &value) {
                Ok(new) if new != old => {
                    store.set_plan(new);
                    String::new()
                }
                other => {
                    show(old);
                    let label = control.parent_element().and_then(|label| label.first_element_child());
                    let label = label.and_then(|label| label.text_content()).unwrap_or_default();
                    other.err().map(|error| format!("{label} not changed: {error}.")).unwrap_or_default()
                }
            };
            if let Some(said) = &said {
                said.set_text_content(Some(&refusal));
            }
        }
    });
}
