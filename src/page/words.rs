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

pub fn make_live(store: Store) {
    let names = Memo::new(move |_| store.results.with(Names::of));
    let highlight = RwSignal::new(Highlight::default());
    for section in dom::all("section") {
        let mut met: Vec<String> = Vec::new();
        for place in dom::all_in(&section, "[data-mark]") {
            let name = place.get_attribute("data-mark").unwrap_or_default();
            let is_button = !met.contains(&name);
            met.push(name.clone());
            let word = Memo::new(move |_| names.with(|names| names.as_ref().map(|names| names.find(&name))));
            follow_reader(store, highlight, word, &place);
            keep_lit(store, highlight, word, place, is_button, names);
        }
    }
}

/// What words can name in the reader's experiment.
#[derive(PartialEq)]
struct Names {
    /// The keys of the variants.
    keys: Vec<String>,
    /// The number of layers.
    depth: usize,
}

impl Names {
    /// None until something has trained.
    fn of(results: &Results) -> Option<Self> {
        let experiment = &results.experiment;
        let keys = || (0..experiment.variants().len()).map(|variant| experiment.key(variant)).collect();
        (!results.is_empty()).then(|| Self { keys: keys(), depth: results.depth() })
    }

    fn find(&self, name: &str) -> Option<Word> {
        match name.strip_prefix("layer-").and_then(|layer| layer.parse().ok()) {
            Some(layer) => (layer <= self.depth).then_some(Word::Layer(layer)),
            None => self.keys.iter().position(|key| key == name).map(Word::Variant),
        }
    }
}

/// The word of a place: None until something has trained, Some(None) where the experiment has no such mark.
type Named = Memo<Option<Option<Word>>>;

fn follow_reader(store: Store, highlight: RwSignal<Highlight>, word: Named, place: &HtmlElement) {
    let change = move |act: fn(&mut Highlight, Selection, Word) -> Selection| {
        let Some(word) = word.get_untracked().flatten() else { return };
        let mut view = store.view.get_untracked();
        let mut changed = highlight.get_untracked();
        let now = act(&mut changed, Selection { layer: view.layer, variant: view.variant }, word);
        highlight.set(changed);
        if (view.layer, view.variant) != (now.layer, now.variant) {
            (view.layer, view.variant) = (now.layer, now.variant);
            store.view.set(view);
        }
    };
    // A finger presses, it does not point.
    let point = move |event: PointerEvent, act| {
        if event.pointer_type() != "touch" {
            change(act);
        }
    };
    // Not `pointerenter`: what scrolls below a pointer at rest is not pointed at.
    listen(place, "pointermove", move |event| point(event, Highlight::show));
    listen(place, "pointerleave", move |event| point(event, Highlight::give_back));
    listen(place, "focus", move |_: Event| change(Highlight::show));
    listen(place, "blur", move |_: Event| change(Highlight::give_back));
    listen(place, "click", move |_: Event| change(Highlight::press));
    listen(place, "keydown", move |event: KeyboardEvent| {
        if matches!(&*event.key(), "Enter" | " ") {
            event.prevent_default();
            change(Highlight::press);
        }
    });
}

fn keep_lit(
    store: Store,
    highlight: RwSignal<Highlight>,
    word: Named,
    place: HtmlElement,
    is_button: bool,
    names: Memo<Option<Names>>,
) {
    let recorded = place.class_name();
    let class = Memo::new(move |_| match word.get() {
        None => recorded.clone(),
        Some(None) => String::new(),
        Some(Some(Word::Variant(variant))) => format!("live series-{variant}"),
        Some(Some(Word::Layer(layer))) => format!("live layer layer-{layer}"),
    });
    // Both: whether it is lit, and whether that stays.
    let lit = Memo::new(move |_| {
        let view = store.view.get();
        let now = Selection { layer: view.layer, variant: view.variant };
        let word = word.get().flatten()?;
        Some((word.is_in(now), highlight.with(|highlight| highlight.is_kept(now, word))))
    });
    Effect::new(move || {
        let (is_lit, is_kept) = lit.get().unwrap_or_default();
        place.set_class_name(&class.get());
        _ = place.class_list().toggle_with_force("lit", is_lit);
        if let Some(Some(Word::Layer(layer))) = word.get() {
            let depth = names.with(|names| names.as_ref().map_or(1, |names| names.depth));
            _ = place.style().set_property("--hue", &hue(layer, depth));
        }
        if !is_button {
            return;
        }
        for (name, value) in
            [("role", "button"), ("tabindex", "0"), ("aria-pressed", if is_kept { "true" } else { "false" })]
        {
            _ = if lit.get().is_some() { place.set_attribute(name, value) } else { place.remove_attribute(name) };
        }
    });
}

/// The color of a layer's line.
fn hue(layer: usize, depth: usize) -> String {
    let ink = Ink::Ramp((layer - 1) as f64 / (depth - 1).max(1) as f64);
    let [light, dark] = [Theme::LIGHT, Theme::DARK].map(|theme| {
        let color = theme.color(ink);
        format!("rgb({} {} {})", color.0, color.1, color.2)
    });
    format!("light-dark({light}, {dark})")
}
