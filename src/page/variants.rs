//! The variants: one row each, with a control for every field that the variant overrides, and controls that add and remove overrides and
//! variants.

use super::dom::{Build, as_input, input, make};
use super::store::Store;
use super::{form, messages};
use lab::recipe::field::{FIELDS, Kind};
use lab::recipe::{Field, Value};
use lab::{Experiment, text};
use leptos::prelude::*;
use leptos::web_sys::{Event, HtmlElement};

pub fn variants(store: Store) -> HtmlElement {
    let experiment = Memo::new(move |_| store.results.with(|results| results.experiment.clone()));
    let refusal = RwSignal::new(String::new());
    let add = make("button", "").saying("Add a run");
    let add = add.on("click", move |_| apply(store, store.experiment().with_added_variant(), refusal));
    let add = add.following(move |add| {
        let is_full = experiment.with(|experiment| experiment.with_added_variant().is_none());
        _ = add.toggle_attribute_with_force("disabled", is_full);
    });
    let group = make("div", "variants").with("role", "group").with("aria-label", "Runs").with("tabindex", "-1");
    let rows = make("div", "rows").holding_always({
        let group = group.clone();
        move || {
            let experiment = experiment.get();
            let all = 0..experiment.variants().len();
            all.map(|variant| row(store, &experiment, variant, refusal, &group)).collect()
        }
    });
    let said = make("p", "").with("role", "status").saying_always(move || refusal.get());
    group.holding([rows, add, said])
}

fn apply(store: Store, experiment: Option<Experiment>, refusal: RwSignal<String>) {
    let refused = experiment.and_then(|experiment| store.set_experiment(experiment).err());
    refusal.set(refused.map(|error| messages::cost_error(&error)).unwrap_or_default());
}

/// The row of one variant. Every change of the experiment rebuilds all rows; changes are rare.
fn row(
    store: Store,
    experiment: &Experiment,
    variant: usize,
    refusal: RwSignal<String>,
    group: &HtmlElement,
) -> HtmlElement {
    // The button that is pressed goes; the keyboard stays where it was.
    let button = |text: &str, name: String, change: Box<dyn Fn() -> Option<Experiment>>| {
        let group = group.clone();
        make("button", "").saying(text).with("aria-label", &name).on("click", move |_| {
            apply(store, change(), refusal);
            _ = group.focus();
        })
    };
    let label = experiment.label(variant);
    let overrides = &experiment.variants()[variant].overrides;
    let n_overrides = overrides.iter().count();
    let controls = overrides.iter().map(|(field, value)| {
        let remove = (n_overrides > 1).then(|| {
            let change = move || store.experiment().without_override(variant, field);
            let name = format!("{label}: share {}", field.label);
            button("×", name, Box::new(change)).with("title", "Same for all runs")
        });
        let control = control(store, variant, field, value, &label, refusal);
        make("span", "override").holding(std::iter::once(control).chain(remove))
    });
    let recipe = experiment.recipe(variant);
    let is_free = |field: &&Field| overrides.get(field).is_none() && field.get(&recipe).is_some();
    let others = FIELDS.iter().filter(is_free).map(|field| option(field.key, field.label));
    let differ = move |event| {
        let Some(field) = Field::find(&event_target_value(&event)) else { return };
        let experiment = store.experiment();
        let value = field.get(&experiment.recipe(variant)).map(form::text).unwrap_or_default();
        apply(store, experiment.with_variant(variant, field, &value).ok(), refusal);
    };
    let more = make("select", "").with("aria-label", &format!("{label}: let another setting differ"));
    let more = more.holding([option("", "Another difference …")]).holding(others).on("change", differ);
    let remove = experiment.without_variant(variant).map(|_| {
        let change = move || store.experiment().without_variant(variant);
        button("Remove", format!("Remove {label}"), Box::new(change))
    });
    let row = make("div", &format!("variant series-{variant}")).with("role", "group");
    let number = make("span", "series").saying(&text::thousands(variant as f64 + 1.0));
    let row = row.with("aria-label", &format!("Run {}: {label}", variant + 1)).holding([number]);
    row.holding(controls).holding(std::iter::once(more).chain(remove))
}

fn option(key: &str, label: &str) -> HtmlElement {
    make("option", "").with("value", key).saying(label)
}

/// The control of a field that a variant overrides.
fn control(
    store: Store,
    variant: usize,
    field: &'static Field,
    value: Value,
    label: &str,
    refusal: RwSignal<String>,
) -> HtmlElement {
    let change = move |event: Event| {
        let control = event_target(&event);
        let change = |experiment: &Experiment, text: &str| experiment.with_variant(variant, field, text);
        let refused = form::set(store, &control, change, field);
        if refused.is_some() {
            control.set_value(&form::text(value));
        }
        refusal.set(refused.unwrap_or_default());
    };
    let name = format!("{label}: {}", field.label);
    if let Kind::Choice(all) = field.kind {
        let option = |choice: lab::recipe::field::Choice| option(choice.key, choice.label);
        let list = make("select", "").with("aria-label", &name).holding(all().into_iter().map(option));
        as_input(&list).set_value(&form::text(value));
        return list.on("change", change);
    }
    let number = input("number").with("step", "any").with("aria-label", &name).with("value", &form::text(value));
    make("label", "").holding([make("span", "").saying(field.label), number.on("change", change)])
}
