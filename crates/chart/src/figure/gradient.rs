//! Shared by the figures of layers: the choice of a quantity and of an axis, and medians over seeds.

use super::{over_steps, seeds};
use crate::axis::Axis;
use crate::control::{Control, Target};
use crate::table::{Cell, Table};
use crate::view::Options;
use lab::Results;
use lab::experiment::history::{Quantity, When};
use lab::text::significant;
use std::ops::RangeInclusive;

/// A quantity that a figure of all layers can show.
pub struct Choice {
    pub quantity: Quantity,
    key: &'static str,
    label: &'static str,
    /// As in “mean |δ|”.
    pub symbol: &'static str,
}

static CHOICES: [Choice; 5] = [
    Choice { quantity: Quantity::Gradient, key: "gradient", label: "gradient ∂C/∂W", symbol: "|∂C/∂W|" },
    Choice { quantity: Quantity::Delta, key: "delta", label: "error δ", symbol: "|δ|" },
    Choice { quantity: Quantity::Slope, key: "slope", label: "slope f′", symbol: "f′(z)" },
    Choice { quantity: Quantity::Activation, key: "activation", label: "activation a", symbol: "|a|" },
    Choice { quantity: Quantity::Update, key: "update", label: "update |Δw| / |w|", symbol: "|Δw| / |w|" },
];

const QUANTITY: &str = "quantity";

pub fn quantity_control() -> Control {
    let choices = CHOICES.iter().map(|choice| (choice.key.into(), choice.label.into()));
    Control::choice(QUANTITY, "Quantity", Target::Own, choices, CHOICES[0].key.into())
}

pub fn chosen(options: &Options) -> &'static Choice {
    CHOICES.iter().find(|choice| options.get(QUANTITY) == Some(choice.key)).unwrap_or(&CHOICES[0])
}

const AXIS: &str = "axis";
const LINEAR: &str = "linear";

pub fn axis_control() -> Control {
    let choices = [("log", "logarithmic"), (LINEAR, "linear")].map(|(key, label)| (key.into(), label.into()));
    Control::choice(AXIS, "Axis", Target::Own, choices, "log".into())
}

/// The axis around all heights: logarithmic, unless the reader has chosen the linear one.
pub fn axis(options: &Options, heights: impl Iterator<Item = f64>) -> Axis {
    if options.get(AXIS) != Some(LINEAR) {
        return Axis::decades(heights);
    }
    let high = heights.filter(|height| height.is_finite()).fold(0.0, f64::max);
    Axis::from_zero([high].into_iter(), if high > 0.0 { high } else { 0.1 })
}

/// The mean of a layer, counted from 1; the median of it over several seeds.
pub fn mean(results: &Results, variant: usize, quantity: Quantity, layer: usize, when: When) -> Option<f64> {
    let means = results.of_variant(variant).filter_map(|run| run.mean(quantity, layer, when));
    seeds::spread(means).map(|(_, median, _)| median)
}

/// The number of layers of a variant's networks.
pub fn depth(results: &Results, variant: usize) -> usize {
    results.of_variant(variant).next().map_or(1, |run| run.settings.recipe().depth)
}

/// The last of `depth` layers whose mean says something. The outputs of the very last one are probabilities, whose mean is always one
/// over their number, and its slope is 1.
pub fn last_layer(depth: usize, quantity: Quantity) -> usize {
    depth - usize::from(matches!(quantity, Quantity::Slope | Quantity::Activation))
}

/// The layers of a variant whose mean says something.
pub fn layers(results: &Results, variant: usize, quantity: Quantity) -> RangeInclusive<usize> {
    1..=last_layer(depth(results, variant), quantity)
}

/// For each variant, the last layer's mean divided by the first's if both shrink on the same way, else the first layer's mean.
pub fn summary(results: &Results, choice: &Choice) -> String {
    let (quantity, symbol) = (choice.quantity, choice.symbol);
    if matches!(quantity, Quantity::Gradient | Quantity::Delta) {
        let what = format!("Mean {symbol} of the last layer divided by that of the first");
        return summary_of_ratios(results, quantity, &what);
    }
    over_steps::sentence(results, &format!("Mean {symbol} of the first layer"), |variant| {
        let mean = |when| mean(results, variant, quantity, 1, when).map(|mean| significant(mean, 2));
        let before = if quantity == Quantity::Update { "at the first step" } else { "before training" };
        Some(format!("{} {before} and {} on average over training", mean(When::Before)?, mean(When::Logs)?))
    })
}

fn summary_of_ratios(results: &Results, quantity: Quantity, what: &str) -> String {
    over_steps::sentence(results, what, |variant| {
        let last = depth(results, variant);
        let ratio = |when| {
            let ratios = results.of_variant(variant).filter_map(|run| run.ratio(quantity, last, 1, when));
            let ratios: Vec<f64> = ratios.collect();
            // A mean of the first layer of 0 has no ratio.
            let text = |ratio: Option<(f64, f64, f64)>| ratio.map_or("no ratio".into(), |(_, r, _)| significant(r, 2));
            (!ratios.is_empty()).then(|| text(seeds::spread(ratios.into_iter())))
        };
        Some(format!("{} before training and {} on average over training", ratio(When::Before)?, ratio(When::Logs)?))
    })
}

/// One row for each layer of each variant.
pub fn table_of_layers(results: &Results, quantity: Quantity) -> Table {
    let row = |variant: usize, layer: usize| {
        let means = When::ALL.map(|when| Cell::measured(mean(results, variant, quantity, layer, when), ""));
        [Cell::Name(results.experiment.label(variant)), Cell::whole(layer as f64)].into_iter().chain(means).collect()
    };
    let layers = |variant| layers(results, variant, quantity).map(move |layer| row(variant, layer));
    let [before, logs, now] = When::ALL.map(When::label);
    Table::new(["run", "layer", before, logs, now], over_steps::variants(results).flat_map(layers).collect())
}
