//! The variants: one row each, with a control for every field that the variant overrides, and controls that add and remove overrides and
//! variants.

use super::form;
use super::store::Store;
use lab::recipe::field::{FIELDS, Kind};
use lab::recipe::{Field, Value};
use lab::{Experiment, text};
use leptos::prelude::*;

#[component]
pub fn Variants(store: Store) -> impl IntoView {
    let experiment = Memo::new(move |_| store.results.with(|results| results.experiment.clone()));
    let refusal = RwSignal::new(None::<String>);
    let group = NodeRef::<leptos::html::Div>::new();
    let rows = move || {
        let experiment = experiment.get();
        let rows = (0..experiment.variants().len()).map(|variant| row(store, &experiment, variant, refusal, group));
        rows.collect_view()
    };
    let is_full = move || experiment.with(|experiment| experiment.with_added_variant().is_none());
    let add = move |_| apply(store, store.experiment().with_added_variant(), refusal);
    view! {
        <div class="variants" role="group" aria-label="Runs" tabindex="-1" node_ref=group>
            {rows}
            <button on:click=add disabled=is_full>"Add a run"</button>
            <p role="status">{refusal}</p>
        </div>
    }
}

fn apply(store: Store, experiment: Option<Experiment>, refusal: RwSignal<Option<String>>) {
    let refused = experiment.and_then(|experiment| store.set_experiment(experiment).err());
    refusal.set(refused.map(|error| super::messages::cost_error(&error)));
}

/// The row of one variant. Every change of the experiment rebuilds all rows; changes are rare.
fn row(
    store: Store,
    experiment: &Experiment,
    variant: usize,
    refusal: RwSignal<Option<String>>,
    group: NodeRef<leptos::html::Div>,
) -> impl IntoView + use<> {
    // The button that is pressed goes; the keyboard stays where it was.
    let remove_to = move |experiment: Option<Experiment>| {
        apply(store, experiment, refusal);
        _ = group.get_untracked().map(|group| group.focus());
    };
    let label = experiment.label(variant);
    let overrides = &experiment.variants()[variant].overrides;
    let n_overrides = overrides.iter().count();
    let controls = overrides.iter().map(|(field, value)| {
        let remove = (n_overrides > 1).then(|| {
            let remove = move |_| remove_to(store.experiment().without_override(variant, field));
            view! { <button on:click=remove aria-label=format!("{label}: share {}", field.label) title="Same for all runs">"×"</button> }
        });
        view! { <span class="override">{control(store, variant, field, value, &label, refusal)}{remove}</span> }
    });
    let controls = controls.collect_view();
    let recipe = experiment.recipe(variant);
    let is_free = |field: &&Field| overrides.get(field).is_none() && field.get(&recipe).is_some();
    let others = FIELDS.iter().filter(is_free).map(|field| view! { <option value=field.key>{field.label}</option> });
    let others = others.collect_view();
    let differ = move |event| {
        let Some(field) = Field::find(&event_target_value(&event)) else { return };
        let experiment = store.experiment();
        let value = field.get(&experiment.recipe(variant)).map(form::text).unwrap_or_default();
        apply(store, experiment.with_variant(variant, field, &value).ok(), refusal);
    };
    let remove = experiment.without_variant(variant).map(|_| {
        let remove = move |_| remove_to(store.experiment().without_variant(variant));
        view! { <button on:click=remove aria-label=format!("Remove {label}")>"Remove"</button> }
    });
    view! {
        <div class=format!("variant series-{variant}") role="group" aria-label=format!("Run {}: {label}", variant + 1)>
            <span class="series">{text::thousands(variant as f64 + 1.0)}</span>
            {controls}
            <select aria-label=format!("{label}: let another setting differ") prop:value="" on:change=differ>
                <option value="">"Another difference …"</option>
                {others}
            </select>
            {remove}
        </div>
    }
}

/// The control of a field that a variant overrides.
fn control(
    store: Store,
    variant: usize,
    field: &'static Field,
    value: Value,
    label: &str,
    refusal: RwSignal<Option<String>>,
) -> AnyView {
    let name = format!("{label}: {}", field.label);
    let change = move |event: leptos::ev::Event| {
        let control = event_target(&event);
        let change = |experiment: &Experiment, text: &str| experiment.with_variant(variant, field, text);
        let refused = form::set(store, &control, change, field);
        if refused.is_some() {
            control.set_value(&form::text(value));
        }
        refusal.set(refused);
    };
    if let Kind::Choice(all) = field.kind {
        let option = |choice: lab::recipe::field::Choice| {
            let is_chosen = value == Value::Choice(choice.key);
            view! { <option value=choice.key selected=is_chosen>{choice.label}</option> }
        };
        let options = all().into_iter().map(option).collect_view();
        return view! { <select aria-label=name on:change=change>{options}</select> }.into_any();
    }
    view! {
        <label>
            <span>{field.label}</span>
            <input type="number" step="any" aria-label=name value=form::text(value) on:change=change />
        </label>
    }
    .into_any()
}
