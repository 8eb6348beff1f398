//! Controls that do not know the store: values are signals, changes are callbacks. They are not generic, because each type would add a
//! copy of the code to the WebAssembly.

use super::dom::{Build, as_input, input, make};
use super::messages;
use lab::text::number;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

/// A choice among a few, all visible: a group of radio buttons. `name` is one that no other group of the page has; the value is the index
/// of the current choice, None if it is not among the options.
pub fn segmented(
    legend: &str,
    name: &str,
    options: &[String],
    value: Signal<Option<usize>>,
    on_change: Callback<usize>,
) -> HtmlElement {
    let option = |(i, label): (usize, &String)| {
        let radio = input("radio").with("name", name).on("change", move |_| on_change.run(i));
        let radio = radio.following(move |radio| as_input(radio).set_checked(value.get() == Some(i)));
        make("label", "").holding([radio, make("span", "").saying(label)])
    };
    // No fieldset: WebKit sets a legend above its group, whatever the style sheet says.
    let group = make("div", "segmented").with("role", "group").with("aria-label", legend);
    let legend = make("p", "").with("aria-hidden", "true").saying(legend);
    group.holding([legend]).holding(options.iter().enumerate().map(option))
}

/// A choice among many: a list.
pub fn select(
    label: &str,
    options: &[String],
    value: Signal<Option<usize>>,
    on_change: Callback<usize>,
) -> HtmlElement {
    let option = |(i, label): (usize, &String)| make("option", "").with("value", &i.to_string()).saying(label);
    let list = make("select", "").holding(options.iter().enumerate().map(option));
    let list =
        list.following(move |list| as_input(list).set_value(&value.get().map(|i| i.to_string()).unwrap_or_default()));
    let list = list.on("change", move |event| {
        event_target_value(&event).parse().into_iter().for_each(|i| on_change.run(i));
    });
    make("label", "number").holding([make("span", "").saying(label), list])
}

/// A switch with two states.
pub fn switch(label: &str, value: Signal<bool>, on_change: Callback<bool>) -> HtmlElement {
    let switch = input("checkbox").following(move |switch| as_input(switch).set_checked(value.get()));
    let switch = switch.on("change", move |event| on_change.run(event_target_checked(&event)));
    make("label", "switch").holding([switch, make("span", "").saying(label)])
}

/// A number that an input accepts: from `min` to `max`, and a whole one if `step` is 1.
#[derive(Clone, Copy)]
pub struct Range {
    pub min: f64,
    pub max: f64,
    pub step: f64,
}

/// An input for a number with its label, and the place of what is said about numbers out of range.
pub fn number_input(
    label: &'static str,
    range: Range,
    value: Signal<f64>,
    on_change: Callback<f64>,
) -> [HtmlElement; 2] {
    let [input, refusal] = exact(label, range, value, on_change);
    [make("label", "number").holding([make("span", "").saying(label), input]), refusal]
}

/// A slider with an editable number beside it, and the place of what is said about numbers out of range.
pub fn slider(label: &'static str, range: Range, value: Signal<f64>, on_input: Callback<f64>) -> [HtmlElement; 2] {
    let slide = move |event| number(&event_target_value(&event)).into_iter().for_each(|number| on_input.run(number));
    let slider = range.set_on(input("range"));
    let slider =
        slider.following(move |slider| as_input(slider).set_value(&value.get().to_string())).on("input", slide);
    let [exact, refusal] = exact(label, range, value, on_input);
    let exact = exact.with("aria-label", &format!("{label}, as a number"));
    [make("label", "slider").holding([make("span", "").saying(label), slider, exact]), refusal]
}

impl Range {
    fn contains(self, number: f64) -> bool {
        (self.min..=self.max).contains(&number) && (self.step != 1.0 || number.fract() == 0.0)
    }

    fn set_on(self, input: HtmlElement) -> HtmlElement {
        let Self { min, max, step } = self;
        [("min", min), ("max", max), ("step", step)]
            .into_iter()
            .fold(input, |input, (name, value)| input.with(name, &value.to_string()))
    }
}

/// An input for a number, and the place of the sentence that says so until the next change if a number was put back.
fn exact(label: &'static str, range: Range, value: Signal<f64>, on_change: Callback<f64>) -> [HtmlElement; 2] {
    let refusal = RwSignal::new(String::new());
    let accept = move |event| {
        let number = number(&event_target_value(&event)).filter(|&number| range.contains(number));
        let Some(number) = number else {
            let kept = value.get_untracked().to_string();
            as_input(&event_target(&event)).set_value(&kept);
            let kind = if range.step == 1.0 { "a whole number" } else { "a number" };
            let expected = format!("{kind} from {} to {}", range.min, range.max);
            return refusal.set(messages::not_in_range(label, &expected, &kept));
        };
        refusal.set(String::new());
        on_change.run(number);
    };
    let input = range.set_on(input("number")).on("change", accept);
    let input = input.following(move |input| as_input(input).set_value(&value.get().to_string()));
    [input, make("span", "refusal").with("role", "status").saying_always(move || refusal.get())]
}
