//! The table of ratios: how many times larger the mean of a late layer is than that of an early one.

use crate::spread;
use lab::Results;
use lab::experiment::history::{Quantity, When};
use lab::experiment::tutorial;
use lab::text::significant;

/// Rows that compare the same two layers.
pub struct Group {
    pub title: String,
    /// One for each variant.
    pub rows: Vec<Row>,
}

pub struct Row {
    pub variant: usize,
    pub label: String,
    /// The ratio before training, over the logged steps and over the last steps; a dash while it is not measured. With several seeds their median, with
    /// the lowest and the highest.
    pub ratios: [String; 3],
    /// What the tutorial reports.
    pub tutorial: &'static str,
}

/// The last layer against the first, and against the second: both the last and the second read hidden units, not pixels.
pub fn groups(results: &Results) -> [Group; 3] {
    let depth = results.depth();
    let is_of_all = results.runs.iter().all(|run| run.settings.recipe().depth == depth);
    let last = if is_of_all { format!("layer {depth}") } else { "last layer".into() };
    [("Gradient", Quantity::Gradient, 1), ("Gradient", Quantity::Gradient, 2), ("Error δ", Quantity::Delta, 1)].map(
        |(name, quantity, to)| {
            let reported = quantity == Quantity::Gradient && to == 1;
            let row = |variant| Row {
                variant,
                label: results.experiment.label(variant),
                ratios: When::ALL.map(|when| ratio(results, variant, quantity, to, when)),
                tutorial: Some(results.experiment.key(variant))
                    .filter(|_| reported && results.experiment.is_tutorial())
                    .and_then(|key| tutorial::reported_ratio(&key))
                    .map_or(NONE, |(_, text)| text),
            };
            let rows = (0..results.experiment.variants().len()).map(row).collect();
            Group { title: format!("{name}, {last} to layer {to}"), rows }
        },
    )
}

const NONE: &str = "–";

/// The last layer of each run against layer `to`.
fn ratio(results: &Results, variant: usize, quantity: Quantity, to: usize, when: When) -> String {
    let runs = results.of_variant(variant);
    let ratios = runs.filter_map(|run| run.ratio(quantity, run.settings.recipe().depth, to, when));
    match spread(ratios) {
        None => NONE.into(),
        Some((low, median, high)) if results.experiment.n_seeds() > 1 => {
            let [low, median, high] = [low, median, high].map(|ratio| significant(ratio, 2));
            format!("{median} [{low} to {high}]")
        }
        Some((_, median, _)) => significant(median, 2),
    }
}
