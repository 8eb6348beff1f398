//! Widgets that know no store: values come in by signals, changes go out by callbacks. None is generic: each type would add a copy of
//! the code to what the browser loads.

use leptos::prelude::*;

/// A choice among a few, all visible: a group of radio buttons.
#[component]
pub fn Segmented(
    /// What is chosen, for example “Layer”.
    legend: String,
    /// A name that no other group of the page has.
    name: String,
    /// The labels of the choices.
    options: Vec<String>,
    /// The place of the current choice; None where it is none of these.
    #[prop(into)]
    value: Signal<Option<usize>>,
    #[prop(into)] on_change: Callback<usize>,
) -> impl IntoView {
    let option = |(i, label): (usize, String)| {
        view! {
            <label>
                <input type="radio" name=name.clone() prop:checked=move || value.get() == Some(i)
                    on:change=move |_| on_change.run(i) />
                <span>{label}</span>
            </label>
        }
    };
    let options = options.into_iter().enumerate().map(option).collect_view();
    // No fieldset: WebKit sets a legend above its group, whatever the style sheet says.
    view! {
        <div class="segmented" role="group" aria-label=legend.clone()><p aria-hidden="true">{legend}</p>{options}</div>
    }
}

/// A choice among many: a list.
#[component]
pub fn Select(
    label: &'static str,
    options: Vec<String>,
    /// The place of the current choice.
    #[prop(into)]
    value: Signal<Option<usize>>,
    #[prop(into)] on_change: Callback<usize>,
) -> impl IntoView {
    let option = |(i, label): (usize, String)| {
        view! { <option value=i selected=move || value.get() == Some(i)>{label}</option> }
    };
    let options = options.into_iter().enumerate().map(option).collect_view();
    let choose = move |event| event_target_value(&event).parse().into_iter().for_each(|i| on_change.run(i));
    view! { <label class="number"><span>{label}</span><select on:change=choose>{options}</select></label> }
}

/// The place of a choice among those there are.
pub fn place_of<T: PartialEq>(all: &[T], choice: T) -> Option<usize> {
    all.iter().position(|one| *one == choice)
}

/// A switch with two states.
#[component]
pub fn Switch(
    label: &'static str,
    #[prop(into)] value: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="switch">
            <input type="checkbox" prop:checked=value on:change=move |event| on_change.run(event_target_checked(&event)) />
            <span>{label}</span>
        </label>
    }
}

/// A whole number to type.
#[component]
pub fn Number(
    label: &'static str,
    max: u32,
    #[prop(into)] value: Signal<u32>,
    #[prop(into)] on_change: Callback<u32>,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let take = move |text: String| match text.parse() {
        Ok(number) if number <= max => on_change.run(number),
        _ => put_back(input, value.get_untracked()),
    };
    view! {
        <label class="number">
            <span>{label}</span>
            <input type="number" inputmode="numeric" node_ref=input min="0" max=max step="1"
                prop:value=move || value.get().to_string() on:change=move |event| take(event_target_value(&event)) />
        </label>
    }
}

/// Shows the value that stands, in place of one that was not taken.
fn put_back(input: NodeRef<leptos::html::Input>, value: impl ToString) {
    if let Some(input) = input.get_untracked() {
        input.set_value(&value.to_string());
    }
}

/// A slider with its value as an editable number beside it. Numbers that are none, or outside, are not taken.
#[component]
pub fn Slider(
    label: &'static str,
    min: f64,
    max: f64,
    step: f64,
    #[prop(into)] value: Signal<f64>,
    #[prop(into)] on_input: Callback<f64>,
) -> impl IntoView {
    let number = NodeRef::<leptos::html::Input>::new();
    let take = move |text: String| match text.parse::<f64>() {
        Ok(number) if (min..=max).contains(&number) => on_input.run(number),
        _ => put_back(number, value.get_untracked()),
    };
    view! {
        <label class="slider">
            <span>{label}</span>
            <input type="range" min=min max=max step=step prop:value=move || value.get().to_string()
                on:input=move |event| take(event_target_value(&event)) />
            <input type="number" node_ref=number min=min max=max step=step aria-label=format!("{label}, as a number")
                prop:value=move || value.get().to_string() on:change=move |event| take(event_target_value(&event)) />
        </label>
    }
}
