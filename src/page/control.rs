//! Widgets that do not know the store: values are signals, changes are callbacks. They are not generic, because each type would add a
//! copy of the code to the WebAssembly.

use leptos::prelude::*;

/// A choice among a few, all visible: a group of radio buttons.
#[component]
pub fn Segmented(
    /// The name of the choice, for example “Layer”.
    legend: String,
    /// A name that no other group of the page has.
    name: String,
    /// The labels of the choices.
    options: Vec<String>,
    /// The index of the current choice; None if it is not among the options.
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
    let group = legend.clone();
    view! {
        <div class="segmented" role="group" aria-label=group><p aria-hidden="true">{legend}</p>{options}</div>
    }
}

/// A choice among many: a list.
#[component]
pub fn Select(
    label: &'static str,
    options: Vec<String>,
    /// The index of the current choice.
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

/// An input for a whole number from 0 to `max`.
#[component]
pub fn Number(
    label: &'static str,
    max: u32,
    #[prop(into)] value: Signal<u32>,
    #[prop(into)] on_change: Callback<u32>,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let accept = move |text: String| match text.parse() {
        Ok(number) if number <= max => on_change.run(number),
        _ => put_back(input, value.get_untracked()),
    };
    view! {
        <label class="number">
            <span>{label}</span>
            <input type="number" inputmode="numeric" node_ref=input min="0" max=max step="1"
                prop:value=move || value.get().to_string() on:change=move |event| accept(event_target_value(&event)) />
        </label>
    }
}

/// Shows the current value again after an invalid input.
fn put_back(input: NodeRef<leptos::html::Input>, value: impl ToString) {
    if let Some(input) = input.get_untracked() {
        input.set_value(&value.to_string());
    }
}

/// A slider with an editable number beside it. Text that is not a number from `min` to `max` is ignored.
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
    let accept = move |text: String| match text.parse::<f64>() {
        Ok(number) if (min..=max).contains(&number) => on_input.run(number),
        _ => put_back(number, value.get_untracked()),
    };
    view! {
        <label class="slider">
            <span>{label}</span>
            <input type="range" min=min max=max step=step prop:value=move || value.get().to_string()
                on:input=move |event| accept(event_target_value(&event)) />
            <input type="number" node_ref=number min=min max=max step=step aria-label=format!("{label}, as a number")
                prop:value=move || value.get().to_string() on:change=move |event| accept(event_target_value(&event)) />
        </label>
    }
}
