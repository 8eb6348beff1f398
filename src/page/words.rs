//! Words of the prose that name a line or a layer of the figures, `<span data-mark="relu">`. Pointing at one highlights its mark in all
//! figures, a press keeps that, and the words light up that name what is selected. Where the reader's experiment has no such network or
//! layer, they are plain text; until something has trained they are colored and do nothing, since the recorded drawings do not change.
//!
//! The first of each name in a section is a toggle button for keys and screen readers. The others do the same under a pointer only: they
//! would be a dozen more stops on the way from one control to the next, and would do nothing that the first does not.

use super::dom;
use super::store::Store;
use super::view::listen;
use crate::highlight::{Highlight, Selection, Word};
use chart::{Ink, Theme};
use lab::Results;
use leptos::prelude::*;
use leptos::web_sys::{Event, HtmlElement, KeyboardEvent, PointerEvent};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// Moving the pointer points at a word; what scrolls below a pointer at rest is not pointed at.
const EVENTS: [&str; 6] = ["pointermove", "pointerleave", "focus", "blur", "click", "keydown"];

pub fn make_live(store: Store) {
    let names = Memo::new(move |_| store.results.with(names));
    let highlight = Rc::new(Cell::new(Highlight::default()));
    let mut words = Vec::new();
    for section in dom::all("section") {
        let first = words.len();
        for place in dom::all_in(&section, "[data-mark]") {
            let name = place.get_attribute("data-mark").unwrap_or_default();
            let is_button = words[first..].iter().all(|word: &Place| word.name != name);
            words.push(Place { recorded: place.class_name(), place, name, is_button });
        }
    }
    let words = Rc::new(words);
    let show: Rc<dyn Fn()> = Rc::new({
        let (words, highlight) = (words.clone(), highlight.clone());
        move || {
            let (names, now) = (names.get(), selection(store));
            words.iter().for_each(|word| word.show(&names, now, highlight.get()));
        }
    });
    for i in 0..words.len() {
        for kind in EVENTS {
            let (words, highlight, show) = (words.clone(), highlight.clone(), show.clone());
            listen(&words.clone()[i].place, kind, move |event: Event| {
                let Some(word) = find(&untrack(|| names.get()), &words[i].name) else { return };
                let before = untrack(|| selection(store));
                let mut changed = highlight.get();
                let now = match kind {
                    // A finger presses, it does not point.
                    "pointermove" | "pointerleave"
                        if event.unchecked_ref::<PointerEvent>().pointer_type() == "touch" =>
                    {
                        return;
                    }
                    "pointermove" | "focus" => changed.show(before, word),
                    "pointerleave" | "blur" => changed.give_back(before, word),
                    "keydown" if !matches!(&*event.unchecked_ref::<KeyboardEvent>().key(), "Enter" | " ") => return,
                    _ => {
                        event.prevent_default();
                        changed.press(before, word)
                    }
                };
                highlight.set(changed);
                if now == before {
                    return untrack(|| show());
                }
                store.view.update(|view| (view.layer, view.variant) = (now.layer, now.variant));
            });
        }
    }
    Effect::new(move || show());
}

/// What all figures highlight.
fn selection(store: Store) -> Selection {
    let view = store.view.get();
    Selection { layer: view.layer, variant: view.variant }
}

/// What words can name in the reader's experiment: the keys of its variants, `|`, the number of its layers. Empty until something has
/// trained.
fn names(results: &Results) -> String {
    if results.is_empty() {
        return String::new();
    }
    let mut names = String::new();
    for variant in 0..results.experiment.variants().len() {
        names += &results.experiment.key(variant);
        names.push(' ');
    }
    format!("{names}|{}", results.depth())
}

fn find(names: &str, name: &str) -> Option<Word> {
    let (keys, depth) = names.split_once('|')?;
    match name.strip_prefix("layer-").and_then(|layer| layer.parse().ok()) {
        Some(layer) => (layer <= depth.parse().ok()?).then_some(Word::Layer(layer)),
        None => keys.split(' ').position(|key| key == name).map(Word::Variant),
    }
}

/// A word of the page.
struct Place {
    place: HtmlElement,
    name: String,
    is_button: bool,
    /// The class that the press wrote.
    recorded: String,
}

impl Place {
    fn show(&self, names: &str, now: Selection, highlight: Highlight) {
        let Self { place, name, is_button, recorded } = self;
        let word = find(names, name);
        let mut class = match word {
            None if names.is_empty() => recorded.clone(),
            None => String::new(),
            Some(Word::Variant(variant)) => format!("live series-{variant}"),
            Some(Word::Layer(_)) => format!("live {recorded}"),
        };
        if word.is_some_and(|word| word.is_in(now)) {
            class += " lit";
        }
        place.set_class_name(&class);
        if let (Some(Word::Layer(layer)), Some((_, depth))) = (word, names.split_once('|')) {
            _ = place.style().set_property("--hue", &hue(layer, depth.parse().unwrap_or(1)));
        }
        let pressed = match word {
            Some(word) if highlight.is_kept(now, word) => "true",
            _ => "false",
        };
        for (name, value) in [("role", "button"), ("tabindex", "0"), ("aria-pressed", pressed)] {
            _ = match word {
                Some(_) if *is_button => place.set_attribute(name, value),
                _ => place.remove_attribute(name),
            };
        }
    }
}

/// The color of a layer's line.
fn hue(layer: usize, depth: usize) -> String {
    let ink = Ink::Ramp((layer - 1) as f64 / (depth - 1).max(1) as f64);
    let [light, dark] = [Theme::LIGHT, Theme::DARK].map(|theme| theme.color(ink));
    format!("light-dark(rgb({} {} {}),rgb({} {} {}))", light.0, light.1, light.2, dark.0, dark.1, dark.2)
}
