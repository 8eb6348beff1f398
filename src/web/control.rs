//! Widgets that know no store: values come in by signals, changes go out by callbacks.

use leptos::prelude::*;

/// A choice among a few, all visible: a group of radio buttons.
#[component]
pub fn Segmented<T: Copy + PartialEq + Send + Sync + 'static>(
    /// What is chosen, for example “Layer”.
    legend: &'static str,
    /// A name that no other group of the page has.
    name: String,
    /// The choices and their labels.
    options: Vec<(T, String)>,
    /// The current choice.
    #[prop(into)]
    value: Signal<T>,
    on_change: impl Fn(T) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let option = |(option, label): (T, String)| {
        view! {
            <label>
                <input type="radio" name=name.clone() prop:checked=move || value.get() == option
                    on:change=move |_| on_change(option) />
                <span>{label}</span>
            </label>
        }
    };
    let options = options.into_iter().map(option).collect_view();
    view! { <fieldset class="segmented"><legend>{legend}</legend>{options}</fieldset> }
}

/// A switch with two states.
#[component]
pub fn Switch(
    label: &'static str,
    #[prop(into)] value: Signal<bool>,
    on_change: impl Fn(bool) + 'static,
) -> impl IntoView {
    view! {
        <label class="switch">
            <input type="checkbox" prop:checked=value on:change=move |event| on_change(event_target_checked(&event)) />
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
    on_change: impl Fn(u32) + Copy + 'static,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let take = move |text: String| match text.parse() {
        Ok(number) if number <= max => on_change(number),
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
    on_input: impl Fn(f64) + Copy + 'static,
) -> impl IntoView {
    let number = NodeRef::<leptos::html::Input>::new();
    let take = move |text: String| match text.parse::<f64>() {
        Ok(number) if (min..=max).contains(&number) => on_input(number),
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
