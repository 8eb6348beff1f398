//! Histograms of the values of one layer at the logged steps, as offset ridges or over one baseline. Heights are square roots of
//! densities, relative to the peak of each histogram. Most gradients of layer 1 are exactly 0 (their pixels are always 0), and early
//! gradients have a hundredth of the range of later ones: with plain densities, only these peaks would be visible.

use super::density::{density, is_sound, outline, quantile, x_axis, zeros};
use super::{Figure, Width, over_steps};
use crate::axis::Axis;
use crate::control::{Control, Target};
use crate::reading::{Cursor, Reading};
use crate::sheet::{Panel, Scale, Series, Sheet, Ticks};
use crate::table::{Cell, PER_CENT, Table, measured};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::measure::histogram::Histogram;
use lab::measure::sample::LayerHistograms;
use lab::text::{minus, significant, thousands};
use lab::{History, Results};

pub const CAPTION: &str = "One histogram for each logged step, the first at the back. Look at how wide each is: heights are square roots of densities, \
     relative to each histogram’s own peak, so that many zeros do not flatten the rest. The axis covers the middle 99 % of each.";

pub struct Histograms;

/// The values that a histogram counts.
struct Values {
    key: &'static str,
    label: &'static str,
    /// The name of the horizontal axis.
    symbol: &'static str,
    of: fn(&LayerHistograms) -> &Histogram,
}

const VALUES: [Values; 5] = [
    Values { key: "weights", label: "weights", symbol: "w", of: |layer| &layer.weight },
    Values { key: "gradients", label: "gradients", symbol: "∂C/∂w", of: |layer| &layer.gradient },
    Values { key: "delta", label: "errors", symbol: "δ", of: |layer| &layer.delta },
    Values { key: "z", label: "pre-activations", symbol: "z", of: |layer| &layer.pre_activation },
    Values { key: "a", label: "activations", symbol: "a", of: |layer| &layer.activation },
];

/// Gradients.
const DEFAULT: &Values = &VALUES[1];
/// The tutorial shows layer 4.
const DEFAULT_LAYER: usize = 4;

const OF: &str = "values";
const MODE: &str = "mode";
const OVERLAY: &str = "overlay";

/// The height of a ridge's peak, in distances between two baselines.
const RIDGE: f64 = 3.0;

/// The part of the results that is shown.
struct Shown<'a> {
    values: &'static Values,
    /// From 1.
    layer: usize,
    /// The first seed's run.
    run: Option<&'a History>,
    label: String,
    /// With their steps.
    histograms: Vec<(u32, &'a Histogram)>,
}

impl<'a> Shown<'a> {
    fn of(results: &'a Results, view: &View, options: &Options) -> Self {
        let values = VALUES.iter().find(|values| options.get(OF) == Some(values.key)).unwrap_or(DEFAULT);
        let last = over_steps::variants(results).len().saturating_sub(1);
        let variant = view.variant.unwrap_or(last).min(last);
        let run = results.of_variant(variant).next();
        let depth = run.map_or(1, |run| run.settings.recipe().depth);
        let layer = view.layer.unwrap_or(DEFAULT_LAYER).clamp(1, depth);
        let measured = run.map_or(&[][..], |run| &run.histograms).iter();
        let histograms = measured.filter_map(|of| Some((of.step, (values.of)(of.layers.get(layer - 1)?))));
        let mut label = results.experiment.label(variant);
        if let Some(run) = run.filter(|_| results.experiment.n_seeds() > 1) {
            label += &format!(", seed {}", run.settings.recipe().seed);
        }
        Self { values, layer, run, label, histograms: histograms.filter(|(_, h)| is_sound(h)).collect() }
    }

    /// For example “gradients of layer 4, ReLU”.
    fn name(&self) -> String {
        format!("{} of layer {}, {}", self.values.label, self.layer, self.label)
    }

    fn log_every(&self) -> u32 {
        self.run.map_or(1, |run| run.settings.log_every())
    }

    /// How many logged steps there will be.
    fn n_logs(&self) -> u32 {
        self.run.map_or(1, |run| run.settings.recipe().steps.div_ceil(self.log_every())).max(1)
    }

    fn series(&self, view: &View, is_overlay: bool, x: &Axis) -> Vec<Series> {
        let last_place = f64::from(self.n_logs() - 1);
        let chosen = view.step.and_then(|step| self.histograms.iter().rfind(|(of, _)| *of <= step));
        let series = |&(step, histogram): &(u32, &Histogram)| {
            let outline = outline(histogram, x);
            let i = f64::from(step / self.log_every());
            let (base, height) = if is_overlay { (0.0, 1.0) } else { (last_place - i, RIDGE) };
            let peak = outline.iter().map(|p| p.1).fold(f64::MIN_POSITIVE, f64::max);
            let line = outline.into_iter().map(|(x, y)| (x, base + height * y / peak)).collect();
            let place = i / last_place.max(1.0);
            let is_chosen = chosen.is_some_and(|(of, _)| *of == step);
            let name = format!("step {}", thousands(step.into()));
            let label = if step == 0 { name.clone() } else { thousands(step.into()) };
            Series {
                label: if is_overlay { String::new() } else { label },
                label_ink: if is_chosen { Ink::Text } else { Ink::Muted },
                width: if is_chosen { 3.0 } else { 1.5 },
                base: (!is_overlay).then_some((base, Ink::Wash(place))),
                ..Series::new(name, Ink::Ramp(place), line)
            }
        };
        self.histograms.iter().map(series).collect()
    }
}

impl Figure for Histograms {
    fn key(&self) -> &'static str {
        "histograms"
    }

    fn title(&self) -> String {
        "Histograms over time".into()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 400) } else { (960, 560) }
    }

    fn controls(&self, results: &Results) -> Vec<Control> {
        let values = VALUES.map(|values| (values.key.into(), values.label.into()));
        let layers = (1..=results.depth()).map(|layer| (layer.to_string(), layer.to_string()));
        let labels = results.experiment.labels().into_iter().enumerate();
        let variants: Vec<(String, String)> = labels.map(|(i, label)| (i.to_string(), label)).collect();
        let last = variants.len().saturating_sub(1).to_string();
        let modes = [("ridges", "ridges"), (OVERLAY, "overlay")].map(|(key, label)| (key.into(), label.into()));
        let layer = DEFAULT_LAYER.min(results.depth()).to_string();
        vec![
            Control::choice(OF, "Values", Target::Own, values, DEFAULT.key.into()),
            Control::choice("layer", "Layer", Target::Layer, layers, layer),
            Control::choice("variant", "Network", Target::Variant, variants, last),
            Control::choice(MODE, "Drawn as", Target::Own, modes, "ridges".into()),
        ]
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let shown = Shown::of(results, view, options);
        let is_overlay = options.get(MODE) == Some(OVERLAY);
        let x = x_axis(&shown.histograms);
        let last_place = f64::from(shown.n_logs() - 1);
        let y = if is_overlay { Axis::linear(0.0, 1.05) } else { Axis::linear(0.0, last_place + RIDGE) };
        let panel = Panel {
            y_ticks: Ticks::None,
            series: shown.series(view, is_overlay, &x),
            cursor: options.cursor,
            ..Panel::new(x, shown.values.symbol, y)
        };
        let last_step = thousands(last_place * f64::from(shown.log_every()));
        let scale = Scale { ink: Ink::Ramp, ticks: vec![(0.0, "step 0".into()), (1.0, last_step)], others: Vec::new() };
        let sentence =
            || format!("A histogram for every {}th step will appear here.", thousands(shown.log_every().into()));
        Sheet {
            headline: format!("√density of the {}", shown.name()),
            empty: shown.histograms.is_empty().then(sentence),
            panels: vec![panel],
            scale: is_overlay.then_some(scale),
        }
    }

    fn summary(&self, results: &Results, view: &View, options: &Options) -> String {
        let shown = Shown::of(results, view, options);
        let what = shown.name();
        let (Some((_, first)), Some((step, last))) = (shown.histograms.first(), shown.histograms.last()) else {
            return format!("Histograms of the {what}: nothing has been measured yet.");
        };
        let middle = |h: &Histogram| format!("from {} to {}", number(quantile(h, 0.05)), number(quantile(h, 0.95)));
        format!(
            "Histograms of the {what}. Nine in ten lie {} at step 0 and {} at step {}, when {:.0}{PER_CENT} of them are exactly 0.",
            middle(first),
            middle(last),
            thousands((*step).into()),
            zeros(last)
        )
    }

    fn table(&self, results: &Results, view: &View, options: &Options) -> Table {
        let row = |&(step, h): &(u32, &Histogram)| {
            let [p5, p50, p95] = [0.05, 0.5, 0.95].map(|share| quantile(h, share));
            let values = [h.low.into(), p5, p50, p95, h.high.into()].map(|value| Cell::number(value, number(value)));
            let zeros =
                Cell::Number { value: Some(zeros(h)), unit: PER_CENT, text: format!("{:.0}{PER_CENT}", zeros(h)) };
            std::iter::once(Cell::whole(step.into())).chain(values).chain([zeros]).collect()
        };
        let columns = ["step", "lowest", "5\u{a0}% below", "median", "95\u{a0}% below", "highest", "exactly 0"];
        Table::new(columns, Shown::of(results, view, options).histograms.iter().map(row).collect())
    }

    fn cursor(&self) -> Cursor {
        Cursor::Own
    }

    /// The densities of the first, the middle and the last histogram at a value.
    fn probe(&self, results: &Results, view: &View, options: &Options, x: f64) -> Vec<Reading> {
        let shown = Shown::of(results, view, options);
        let axis = x_axis(&shown.histograms);
        let last = shown.histograms.len().saturating_sub(1);
        let mut picked = vec![0, shown.histograms.len() / 2, last];
        picked.dedup();
        let reading = |&(step, histogram): &(u32, &Histogram)| {
            // All values are equal.
            let text = |y: f64| if y.is_infinite() { "∞".into() } else { measured(Some(y), "") };
            let name = format!("density at step {}", thousands(step.into()));
            Reading::new(name, text(density(histogram, &axis, x)))
        };
        let densities = picked.into_iter().filter_map(|i| shown.histograms.get(i)).map(reading);
        std::iter::once(Reading::new(shown.values.symbol, number(x))).chain(densities).collect()
    }

    fn rest(&self, results: &Results, view: &View, options: &Options) -> f64 {
        let (low, high) = self.x_range(results, view, options);
        // At a step of the slider, or its thumb would stand beside its value.
        let step = self.x_step(results, view, options);
        low + ((0f64.max(low).min(high) - low) / step).round() * step
    }

    fn x_step(&self, results: &Results, view: &View, options: &Options) -> f64 {
        let (low, high) = self.x_range(results, view, options);
        (high - low) / 64.0
    }

    fn snap(&self, _: &Results, x: f64) -> f64 {
        x
    }
}

fn number(value: f64) -> String {
    minus(&significant(value, 2))
}
