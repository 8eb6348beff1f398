//! A live figure of the article: its controls, its drawing, the values at the crosshair, its summary and its table. The crate `chart`
//! computes all of them; this file connects them to the store.

use super::control::{Range, segmented, select, slider, switch};
use super::dom::{Build, make};
use super::findings::your_run;
use super::plate;
use super::pulse::{Pulse, pulse};
use super::store::{Milestone, Store};
use super::view::listen;
use super::{dom, menu, messages};
use chart::{
    Control, ControlKind, Cursor, Figure, MAX_SEGMENTS, Options, Reading, Table, Target, View, element, with_element,
};
use lab::text::number;
use lab::{Experiment, Field, Results, RunId};
use leptos::prelude::*;
use leptos::web_sys::{Element, Event, HtmlElement, HtmlInputElement};
use wasm_bindgen::JsCast;

/// A screen reader speaks at most this many values at every press of a key.
const MAX_SPOKEN: usize = 12;

/// Everything that a live figure reads.
#[derive(Clone, Copy)]
pub struct Sources {
    pub figure: &'static dyn Figure,
    pub results: RwSignal<Results>,
    /// Changes when the results should be read again.
    pub pulse: Pulse,
    /// The view that all figures share.
    pub view: RwSignal<View>,
    /// What the reader has chosen for this figure.
    pub options: Memo<Options>,
    store: Store,
}

impl Sources {
    /// Reads everything that the figure depends on, now and whenever any of it changes.
    pub fn with<T>(self, read: impl FnOnce(&dyn Figure, &Results, &View, &Options) -> T) -> T {
        self.pulse.get();
        let (view, options) = (self.view.get(), self.options.get());
        self.results.with_untracked(|results| read(self.figure, results, &view, &options))
    }

    pub fn with_untracked<T>(self, read: impl FnOnce(&dyn Figure, &Results, &View, &Options) -> T) -> T {
        let (view, options) = (self.view.get_untracked(), self.options.get_untracked());
        self.results.with_untracked(|results| read(self.figure, results, &view, &options))
    }

    /// Moves the crosshair.
    pub fn set_cursor(self, x: f64) {
        match self.figure.cursor() {
            Cursor::Step | Cursor::Slider => {
                let step = self.with_untracked(|figure, results, _, _| figure.snap(results, x)).max(0.0) as u32;
                self.update_view(|view| view.step = Some(step));
            }
            Cursor::Own => self.update_options(|options| options.cursor = Some(x)),
        }
    }

    /// Chooses a value of a control. It trains if nothing has been measured: a recorded drawing has one view only.
    fn choose(self, target: Target, key: &'static str, chosen: String) {
        match target {
            Target::Own => self.update_options(|options| self.figure.set(options, key, chosen)),
            Target::Layer => self.update_view(|view| view.layer = chosen.parse().ok()),
            Target::Variant => self.update_view(|view| view.variant = chosen.parse().ok()),
            Target::Field(key) => return self.set_field(key, &chosen),
        }
        if self.figure.is_measured() && self.results.with_untracked(Results::is_empty) {
            self.store.run();
        }
    }

    /// Chooses a setting of all runs, and trains: the figure needs a sample.
    fn set_field(self, key: &str, text: &str) {
        let Some(field) = Field::find(key) else { return };
        // A figure offers valid values only.
        let Ok(changed) = self.store.experiment().with(field, text) else { return };
        match self.store.set_experiment(changed) {
            Ok(()) => self.store.run(),
            Err(error) => self.store.notices.update(|notices| notices.push(messages::cost_error(&error))),
        }
    }

    /// Chooses all options at once.
    pub fn set_options(self, options: Options) {
        self.store.set_options(self.figure, options);
    }

    fn update_options(self, change: impl FnOnce(&mut Options)) {
        let mut options = self.options.get_untracked();
        change(&mut options);
        self.set_options(options);
    }

    /// Changes the shared view; notifies subscribers only if it differs.
    pub fn update_view(self, change: impl FnOnce(&mut View)) {
        let mut view = self.view.get_untracked();
        change(&mut view);
        if view != self.view.get_untracked() {
            self.view.set(view);
        }
    }

    fn cursor_of(self, view: &View, options: &Options) -> Option<f64> {
        match self.figure.cursor() {
            Cursor::Step | Cursor::Slider => view.step.map(f64::from),
            Cursor::Own => options.cursor,
        }
    }
}

/// Makes one `data-figure` element live; an unknown figure stays as it is.
pub fn make_live(store: Store, place: &HtmlElement) {
    let Some(figure) = place.get_attribute("data-figure").and_then(|key| chart::find(&key)) else { return };
    let options = Memo::new(move |_| store.options_of(figure));
    let pulse = if figure.is_measured() { store.pulse(place) } else { pulse(Box::new(|| true)) };
    let sources = Sources { figure, results: store.results, pulse, view: store.view, options, store };
    let is_live = is_live(figure, store);
    let changes = Memo::new(move |_| {
        pulse.get();
        (untrack(|| store.milestones()), store.view.get(), options.get())
    });

    if let Some(slot) = dom::slot(place, "controls") {
        keep_controls(sources, is_live, slot);
    }
    if let Some(slot) = dom::slot(place, "plate") {
        plate::make_live(sources, is_live, &slot);
    }
    if let Some(slot) = dom::slot(place, "readout") {
        when_live(is_live, move || keep_readout(sources, slot.clone()));
    }
    if let Some(slot) = dom::slot(place, "summary") {
        when_live(is_live, move || dom::keep_text(slot.clone(), summary(sources, changes)));
    }
    if let Some(slot) = dom::slot(place, "table") {
        when_live(is_live, move || keep_table(sources, changes, slot.clone()));
    }
    if let Some(menu) = dom::slot(place, "menu") {
        menu::make_live(store, figure, &menu);
    }
    if let Some(slot) = dom::slot(place, "tag") {
        when_live(is_live, move || dom::keep_text(slot.clone(), tag(sources)));
    }
}

/// The dependencies of a figure's summary and table: they follow logged steps, not every sample.
type Changes = Memo<(Vec<Milestone>, View, Options)>;

/// Whether a figure shows the reader's own run. A figure of a function is live at once. A figure of measurements becomes live with the
/// first sample and stays live.
fn is_live(figure: &'static dyn Figure, store: Store) -> Memo<bool> {
    let has_results =
        move |results: &Results| !results.is_empty() && results.experiment.n_seeds() >= figure.min_seeds();
    Memo::new(move |was_live| was_live == Some(&true) || !figure.is_measured() || store.results.with(has_results))
}

/// Calls `act` once, as soon as a figure is live.
fn when_live(is_live: Memo<bool>, act: impl Fn() + 'static) {
    Effect::new(move || {
        if is_live.get() {
            act();
        }
    });
}

/// The controls of a figure, rebuilt when their choices change. Until the figure is live, they are those of the recorded experiment, and
/// using one trains. Where one run is not enough to show anything, they wait.
fn keep_controls(sources: Sources, is_live: Memo<bool>, slot: HtmlElement) {
    let Sources { figure, results, .. } = sources;
    let controls = Memo::new(move |_| {
        let mut controls = if is_live.get() {
            results.with(|results| figure.controls(results))
        } else {
            figure.controls(&Results::new(Experiment::tutorial(), RunId::default()))
        };
        // Another value alone does not rebuild the control that the reader is using.
        let settings = controls.iter_mut().filter(|control| matches!(control.target, Target::Field(_)));
        settings.for_each(|control| control.value.clear());
        controls
    });
    let build = move |control: Control| {
        let control = make("div", "control").holding(build(sources, control));
        control.following(move |control| {
            _ = control.toggle_attribute_with_force("inert", figure.min_seeds() > 1 && !is_live.get());
        })
    };
    slot.holding_always(move || controls.get().into_iter().map(build).collect());
}

/// The elements of a control.
fn build(sources: Sources, control: Control) -> Vec<HtmlElement> {
    let Control { key, label, target, kind, value: default } = control;
    let Sources { figure, results, view, options, .. } = sources;
    let value = Memo::new(move |_| match target {
        Target::Own => options.with(|options| figure.value(options, key)),
        Target::Layer => view.get().layer.map(|layer| layer.to_string()),
        Target::Variant => view.get().variant.map(|variant| variant.to_string()),
        Target::Field(key) => Field::find(key)
            .and_then(|field| results.with(|results| results.experiment.value(field)))
            .map(|value| value.to_string()),
    });
    let value = Memo::new(move |_| value.get().unwrap_or_else(|| default.clone()));
    let set = move |chosen: String| sources.choose(target, key, chosen);
    match kind {
        ControlKind::Numbers { min, max, step, .. } => {
            let place = move || {
                let at = sources.with(|figure, results, view, options| {
                    sources.cursor_of(view, options).unwrap_or_else(|| figure.rest(results, view, options))
                });
                (at.max(1.0) as usize) - 1
            };
            let number = Signal::derive(move || element(&value.get(), place()));
            let set = move |number: f64| set(with_element(&value.get_untracked(), untrack(place), number));
            slider(label, Range { min, max, step }, number, Callback::new(set)).into()
        }
        ControlKind::Switch => {
            let set = move |is_on: bool| set(if is_on { "yes" } else { "no" }.into());
            vec![switch(label, Signal::derive(move || value.get() == "yes"), Callback::new(set))]
        }
        ControlKind::Choice(choices) => {
            let (keys, labels): (Vec<String>, Vec<String>) = choices.into_iter().unzip();
            let place = {
                let keys = keys.clone();
                Signal::derive(move || keys.iter().position(|key| *key == value.get()))
            };
            let set = move |i: usize| keys.get(i).cloned().into_iter().for_each(set);
            if labels.len() <= MAX_SEGMENTS {
                let name = format!("{}-{key}", figure.key());
                vec![segmented(label, &name, &labels, place, Callback::new(set))]
            } else {
                vec![select(label, &labels, place, Callback::new(set))]
            }
        }
        ControlKind::Number { min, max, step, presets } => {
            let number = Signal::derive(move || number(&value.get()).unwrap_or(min));
            let labels: Vec<String> = presets.iter().map(|(label, value)| format!("{label}, {value}")).collect();
            let numbers: Vec<f64> = presets.iter().map(|&(_, value)| value).collect();
            let place = {
                let numbers = numbers.clone();
                Signal::derive(move || numbers.iter().position(|preset| *preset == number.get()))
            };
            let choose = move |i: usize| numbers.get(i).into_iter().for_each(|preset| set(preset.to_string()));
            let presets = (!labels.is_empty()).then(|| {
                let (legend, name) = (format!("{label} as in"), format!("{}-{key}", figure.key()));
                segmented(&legend, &name, &labels, place, Callback::new(choose))
            });
            let set = move |value: f64| set(value.to_string());
            let slider = slider(label, Range { min, max, step }, number, Callback::new(set));
            slider.into_iter().chain(presets).collect()
        }
    }
}

/// Keeps the values at the crosshair up to date, and a slider that moves the crosshair by keys or touch.
fn keep_readout(sources: Sources, place: HtmlElement) {
    place.set_text_content(None);
    let slider = dom::add(&place, "input", None).and_then(|slider| slider.dyn_into::<HtmlInputElement>().ok());
    let (Some(slider), Some(values)) = (slider, dom::add(&place, "div", None)) else { return };
    values.set_class_name("values");
    slider.set_class_name("probe");
    slider.set_type("range");
    listen(&slider, "input", move |event: Event| {
        number(&event_target_value(&event)).into_iter().for_each(|x| sources.set_cursor(x));
    });
    let scale = Memo::new(move |_| {
        sources.with(|figure, results, view, options| {
            (figure.x_range(results, view, options), figure.x_step(results, view, options))
        })
    });
    // What was chosen may be beyond an axis that has changed since.
    let x = Memo::new(move |_| {
        let ((low, high), _) = scale.get();
        let x = sources.with(|figure, results, view, options| {
            sources.cursor_of(view, options).unwrap_or_else(|| figure.rest(results, view, options))
        });
        x.min(high).max(low)
    });
    let readings = Memo::new(move |_| {
        sources.with(|figure, results, view, options| figure.probe(results, view, options, x.get()))
    });
    Effect::new({
        let slider = slider.clone();
        // All at once and in this order: a browser moves the value when its range or its step changes.
        move || {
            let ((low, high), step) = scale.get();
            slider.set_min(&low.to_string());
            slider.set_max(&high.to_string());
            slider.set_step(&step.to_string());
            slider.set_value(&x.get().to_string());
        }
    });
    let title = sources.figure.title();
    Effect::new(move || {
        readings.with(|readings| {
            let Some(first) = readings.first() else { return };
            _ = slider.set_attribute("aria-label", &format!("{title}: read at {}", first.name));
            _ = slider.set_attribute("aria-valuetext", &aloud(readings));
            show(&values, readings);
        });
    });
}

/// Writes the values, those of each panel in a group with its title.
fn show(place: &Element, readings: &[Reading]) {
    place.set_text_content(None);
    for of_panel in readings.chunk_by(|a, b| a.panel == b.panel) {
        let group = of_panel[0].panel.as_ref().and_then(|panel| {
            let group = dom::add(place, "div", None)?;
            dom::add(&group, "span", Some(panel))?.set_class_name("heading");
            Some(group)
        });
        for Reading { name, value, .. } in of_panel {
            if let Some(span) = dom::add(group.as_ref().unwrap_or(place), "span", Some(&format!("{name} "))) {
                dom::add(&span, "b", Some(value));
            }
        }
    }
}

/// The text that a screen reader speaks at every press of a key: all readings if they are few, else the position only.
fn aloud(readings: &[Reading]) -> String {
    let (said, more) = if readings.len() > MAX_SPOKEN { (&readings[..1], "; values follow") } else { (readings, "") };
    let text = |Reading { panel, name, value }: &Reading| {
        panel.iter().chain([name, value]).cloned().collect::<Vec<String>>().join(" ")
    };
    said.iter().map(text).collect::<Vec<_>>().join(", ") + more
}

fn summary(sources: Sources, changes: Changes) -> Memo<String> {
    Memo::new(move |_| {
        // Reading it, not only tracking it, keeps a memo subscribed.
        changes.with(|_| ());
        sources.with_untracked(|figure, results, view, options| figure.summary(results, view, options))
    })
}

/// The tag that names the run of the figure.
fn tag(sources: Sources) -> Memo<String> {
    Memo::new(move |_| sources.with(|_, results, _, _| your_run(sources.store, &results.experiment)))
}

/// Keeps the figure's data table up to date. Elements are made one by one: a view would add 3 KB to the WebAssembly.
fn keep_table(sources: Sources, changes: Changes, place: HtmlElement) {
    Effect::new(move || {
        changes.with(|_| ());
        let table = sources.with_untracked(|figure, results, view, options| figure.table(results, view, options));
        place.set_text_content(None);
        dom::add(&place, "table", None).into_iter().for_each(|element| fill(&element, &table));
    });
}

fn fill(place: &Element, Table { columns, rows }: &Table) {
    let cell = |row: &Element, scope: Option<&str>, text: &str| {
        let name = if scope.is_some() { "th" } else { "td" };
        if let (Some(cell), Some(scope)) = (dom::add(row, name, Some(text)), scope) {
            _ = cell.set_attribute("scope", scope);
        }
    };
    if let Some(row) = dom::add(place, "thead", None).and_then(|head| dom::add(&head, "tr", None)) {
        columns.iter().for_each(|name| cell(&row, Some("col"), name));
    }
    let Some(body) = dom::add(place, "tbody", None) else { return };
    for cells in rows {
        let Some(row) = dom::add(&body, "tr", None) else { return };
        cells.iter().enumerate().for_each(|(i, of)| cell(&row, (i == 0).then_some("row"), of.text()));
    }
}
