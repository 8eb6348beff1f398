//! The form of the settings that all runs share. The press has written it from the table of fields. A change goes to the store, and the
//! form shows the store's experiment. A refused change is explained beside the form.

use super::messages;
use super::store::Store;
use super::view::listen;
use lab::Experiment;
use lab::recipe::field::FIELDS;
use lab::recipe::{Field, Value};
use leptos::prelude::*;
use leptos::web_sys::{Event, HtmlElement, HtmlInputElement};
use wasm_bindgen::JsCast;

pub fn make_live(store: Store, form: &HtmlElement, refusal: Option<HtmlElement>) {
    _ = form.remove_attribute("disabled");
    let controls = FIELDS.iter().filter_map(|field| {
        let control = form.query_selector(&format!("[name={}]", field.key)).ok()??;
        // A select has the same properties.
        Some((field, control.unchecked_into::<HtmlInputElement>()))
    });
    let controls: Vec<(&Field, HtmlInputElement)> = controls.collect();
    let tutorial = Experiment::tutorial();
    let show = move |experiment: &Experiment| {
        for (field, control) in &controls {
            let value = experiment.value(field);
            if let Some(label) = control.parent_element() {
                let is_changed = field.key != "seed" && value.is_some() && value != tutorial.value(field);
                _ = label.class_list().toggle_with_force("changed", is_changed);
            }
            control.set_disabled(value.is_none() || experiment.is_overridden(field));
            // Runs that each have their own value have none in common.
            let shared = value.filter(|_| !experiment.is_overridden(field));
            control.set_value(&shared.map(text).unwrap_or_default());
            control.set_placeholder(if experiment.is_overridden(field) && value.is_some() {
                "differs by run"
            } else {
                "none"
            });
        }
    };
    let experiment = Memo::new(move |_| store.results.with(|results| results.experiment.clone()));
    // A link to another network opens the form, so that the reader sees its settings.
    if !experiment.with_untracked(Experiment::is_tutorial)
        && let Ok(Some(details)) = form.closest("details")
    {
        _ = details.set_attribute("open", "");
    }
    Effect::new({
        let show = show.clone();
        move || experiment.with(&show)
    });
    // The button is beside the fields.
    let around = form.parent_element();
    let restore = around.and_then(|around| around.query_selector("[data-restore]").ok().flatten());
    if let Some(restore) = restore {
        listen(&restore, "click", move |_: Event| {
            _ = store.set_experiment(Experiment::tutorial().with_seed(store.experiment().seed()));
        });
        Effect::new(move || {
            let is_changed =
                experiment.with(|experiment| *experiment != Experiment::tutorial().with_seed(experiment.seed()));
            _ = restore.toggle_attribute_with_force("disabled", !is_changed);
        });
    }
    listen(form, "change", move |event: Event| {
        let control: HtmlInputElement = event_target(&event);
        let Some(field) = Field::find(&control.name()) else { return };
        let refused = set(store, &control, |experiment, text| experiment.with(field, text), field);
        experiment.with_untracked(&show);
        if let Some(refusal) = &refusal {
            refusal.set_text_content(refused.as_deref());
        }
    });
}

/// Changes the experiment to a control's value. Returns the reason if the change is refused.
pub fn set(
    store: Store,
    control: &HtmlInputElement,
    change: impl FnOnce(&Experiment, &str) -> Result<Experiment, lab::recipe::FieldError>,
    field: &Field,
) -> Option<String> {
    // The value of an input that is not a number is empty.
    let text = if control.validity().bad_input() { "not a number".to_owned() } else { control.value() };
    let old = store.experiment();
    match change(&old, &text) {
        Err(error) => {
            let kept = old.value(field).map(|value| value.to_string()).unwrap_or_default();
            Some(messages::not_in_range(field.label, &error.expected, &kept))
        }
        Ok(new) if new == old => None,
        Ok(new) => store.set_experiment(new).err().map(|error| messages::cost_error(&error)),
    }
}

/// A value as its control shows it: an optional number that is not used is empty.
pub fn text(value: Value) -> String {
    if value == Value::Off { String::new() } else { value.to_string() }
}
