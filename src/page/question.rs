//! The questions of the article: the guess, its judgement, and the answer. The press has written all of their text.

use super::dom;
use super::findings::own_value;
use super::store::Store;
use super::view::listen;
use crate::verdict::verdict;
use js_sys::Math;
use lab::Finding;
use lab::text::significant;
use leptos::prelude::*;
use leptos::web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};
use wasm_bindgen::JsCast;

/// Where the press writes what a guess is compared with: a number, the key of a finding, or nothing for a choice.
const TRUTH: &str = "data-question";
const RIGHT: &str = "data-right";
/// Positions of a slider to a power of ten.
const POSITIONS: f64 = 100.0;

pub fn make_live(store: Store) {
    Effect::new(move || {
        if let Some(root) = document().document_element() {
            _ = root.toggle_attribute_with_force("data-no-questions", !store.questions.get());
        }
    });
    for place in dom::all("[data-question]") {
        let truth = place.get_attribute(TRUTH).unwrap_or_default();
        for control in dom::all_in(&place, "[disabled]") {
            _ = control.remove_attribute("disabled");
        }
        if truth.is_empty() {
            ask_choice(&place);
        } else {
            ask_number(store, &place, &truth);
        }
    }
}

/// Says what is to be said to a guess.
fn say(place: &Element, verdict: &str) {
    for status in dom::all_in(place, ".verdict") {
        // A screen reader announces what is set, even if it was there before.
        if status.text_content().as_deref() != Some(verdict) {
            status.set_text_content(Some(verdict));
        }
    }
}

fn open_answer(place: &Element) {
    if let Ok(Some(answer)) = place.query_selector("details") {
        _ = answer.set_attribute("open", "");
    }
}

fn ask_choice(place: &HtmlElement) {
    let buttons = dom::all_in(place, ".controls button");
    for (i, button) in buttons.iter().enumerate() {
        let (place, buttons) = (place.clone(), buttons.clone());
        listen(button, "click", move |_: Event| {
            for (n, button) in buttons.iter().enumerate() {
                _ = button.set_attribute("aria-pressed", if n == i { "true" } else { "false" });
            }
            let text = buttons[i].text_content().unwrap_or_default();
            let judgement = if buttons[i].has_attribute(RIGHT) { "Right." } else { "Not quite." };
            open_answer(&place);
            say(&place, &format!("You said “{text}”. {judgement}"));
        });
    }
}

fn ask_number(store: Store, place: &HtmlElement, truth: &str) {
    let input = |kind: &str| -> Option<HtmlInputElement> {
        place.query_selector(&format!("input[type={kind}]")).ok()??.dyn_into().ok()
    };
    let button: Option<HtmlElement> = dom::all_in(place, ".controls button").into_iter().next();
    let (Some(slider), Some(number), Some(button)) = (input("range"), input("number"), button) else { return };
    let guess = RwSignal::new(None);
    {
        let (slider, number) = (slider.clone(), number.clone());
        listen(&slider.clone(), "input", move |_: Event| {
            let value = Math::pow(10.0, slider.value_as_number() / POSITIONS);
            // Two significant figures.
            let unit = Math::pow(10.0, value.log10().floor() - 1.0);
            let text = significant((value / unit).round() * unit, 2);
            number.set_value(&text.replace(',', ""));
            _ = slider.set_attribute("aria-valuetext", &text);
        });
    }
    {
        let (slider, number) = (slider, number.clone());
        listen(&number.clone(), "input", move |_: Event| {
            slider.set_value_as_number(number.value_as_number().log10() * POSITIONS);
        });
    }
    let check = {
        let (place, number) = (place.clone(), number.clone());
        move || {
            let value = number.value_as_number();
            if value > 0.0 && value.is_finite() {
                guess.set(Some(value));
                open_answer(&place);
            } else {
                say(&place, "Enter a guess first.");
                _ = number.focus();
            }
        }
    };
    listen(&button, "click", {
        let check = check.clone();
        move |_: Event| check()
    });
    if let Ok(Some(answer)) = place.query_selector("details") {
        let place = place.clone();
        listen(&answer, "toggle", move |_: Event| {
            if guess.get_untracked().is_none() {
                say(&place, "");
            }
        });
    }
    listen(&number, "keydown", move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            check();
        }
    });

    let finding = Finding::parse(truth).ok();
    // As the press wrote it: the number itself, with a tilde if it is measured, or that of the recorded run.
    let about = truth.strip_prefix('~');
    let is_measured = finding.is_some() || about.is_some();
    let recorded = match place.query_selector(&format!("[data-finding=\"{truth}\"]")) {
        Ok(Some(element)) if finding.is_some() => {
            lab::text::number(&element.get_attribute("value").unwrap_or_default())
        }
        _ => lab::text::number(about.unwrap_or(truth)),
    };
    let Some(recorded) = recorded else { return };
    let own = finding.map(|finding| own_value(store, store.pulse(place), finding));
    let place = place.clone();
    Effect::new(move || {
        let truth = own.and_then(|own| own.get()).map_or(recorded, |(_, median, ..)| median);
        if let Some(guess) = guess.get() {
            say(&place, &verdict(guess, truth, is_measured));
        }
    });
}
