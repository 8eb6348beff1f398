//! Widgets that do not know the store: values are signals, changes are callbacks. They are not generic, because each type would add a
//! copy of the code to the WebAssembly.

use super::messages;
use lab::text::number;
use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

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
    let value = Signal::derive(move || f64::from(value.get()));
    let range = Range { min: 0.0, max: max.into(), step: 1.0 };
    let (input, refusal) = exact(label, None, range, value, Callback::new(move |number| on_change.run(number as u32)));
    view! { <label class="number"><span>{label}</span>{input}</label>{refusal} }
}

/// A slider with an editable number beside it.
#[component]
pub fn Slider(
    label: &'static str,
    min: f64,
    max: f64,
    step: f64,
    #[prop(into)] value: Signal<f64>,
    #[prop(into)] on_input: Callback<f64>,
) -> impl IntoView {
    let slide = move |event| number(&event_target_value(&event)).into_iter().for_each(|number| on_input.run(number));
    let range = Range { min, max, step };
    let (input, refusal) = exact(label, Some(format!("{label}, as a number")), range, value, on_input);
    view! {
        <label class="slider">
            <span>{label}</span>
            <input type="range" min=min max=max step=step prop:value=move || value.get().to_string() on:input=slide />
            {input}
        </label>
        {refusal}
    }
}

/// The numbers that an input accepts: those from `min` to `max`, and only whole ones if the step is 1.
#[derive(Clone, Copy)]
struct Range {
    min: f64,
    max: f64,
    step: f64,
}

impl Range {
    fn contains(self, number: f64) -> bool {
        (self.min..=self.max).contains(&number) && (self.step != 1.0 || number.fract() == 0.0)
    }
}

/// An input for a number, and the place of the sentence that says so until the next change if a number was put back.
fn exact(
    label: &'static str,
    name: Option<String>,
    range: Range,
    value: Signal<f64>,
    on_change: Callback<f64>,
) -> (AnyView, AnyView) {
    let refusal = RwSignal::new(None::<String>);
    let accept = move |event: leptos::ev::Event| {
        let number = number(&event_target_value(&event)).filter(|&number| range.contains(number));
        refusal.set(number.is_none().then(|| {
            let kept = value.get_untracked().to_string();
            event_target::<HtmlInputElement>(&event).set_value(&kept);
            let kind = if range.step == 1.0 { "a whole number" } else { "a number" };
            messages::not_in_range(label, &format!("{kind} from {} to {}", range.min, range.max), &kept)
        }));
        number.into_iter().for_each(|number| on_change.run(number));
    };
    let Range { min, max, step } = range;
    let input = view! {
        <input type="number" min=min max=max step=step aria-label=name prop:value=move || value.get().to_string() on:change=accept />
    };
    (input.into_any(), view! { <span class="refusal" role="status">{refusal}</span> }.into_any())
}
