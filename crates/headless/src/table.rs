//! The table of depth × initialization. Each cell has the mean |∂C/∂W| of the last layer divided by the mean of the first layer
//! before training, and the train accuracy after it. Both are medians over seeds.

use super::train::in_parallel;
use indicatif::ProgressBar;
use lab::experiment::Run;
use lab::recipe::FieldError;
use lab::run::{CannotTrain, Diverged, Progress};
use lab::{Detail, Experiment, Field, Split, Training};
use std::sync::Arc;

/// Depth, initial weights, and the standard deviation of normal ones.
const ROWS: [(&str, &str, Option<&str>); 10] = [
    ("3", "glorot-uniform", None),
    ("3", "he-normal", None),
    ("3", "normal", Some("1")),
    ("6", "glorot-uniform", None),
    ("6", "he-normal", None),
    ("6", "normal", Some("1")),
    ("6", "normal", Some("0.01")),
    ("10", "glorot-uniform", None),
    ("20", "glorot-uniform", None),
    ("20", "he-normal", None),
];
/// The fields of a row.
const KEYS: [&str; 3] = ["depth", "init", "std"];

/// The experiment of each row.
///
/// # Errors
/// As [`Experiment::with`].
pub fn rows(experiment: &Experiment) -> Result<Vec<Experiment>, FieldError> {
    let row = |(depth, init, std): (&str, &str, Option<&str>)| {
        let values = [Some(depth), Some(init), std];
        let pairs = KEYS.into_iter().filter_map(Field::find).zip(values);
        let with = |experiment: Experiment, (field, value): (&Field, Option<&str>)| match value {
            Some(text) => experiment.with(field, text),
            None => Ok(experiment),
        };
        pairs.into_iter().try_fold(experiment.clone(), with)
    };
    ROWS.into_iter().map(row).collect()
}

/// The result of one run.
pub struct Cell {
    /// Mean |∂C/∂W| of the last layer divided by that of the first, before any update; NaN if the first step diverged.
    ratio: f64,
    /// 0 to 1; NaN for a run that diverged.
    accuracy: f64,
}

/// Trains all runs and returns their cells in the order of the runs.
pub fn cells(
    runs: Vec<Run>,
    split: &Arc<Split>,
    bar: &ProgressBar,
) -> impl Iterator<Item = Result<Cell, CannotTrain>> + use<> {
    let (split, bar) = (Arc::clone(split), bar.clone());
    let cells = in_parallel(runs, move |run, sender| {
        let cell = Training::new(run.settings, Detail::Outcome, &split).map(|training| cell(training, &split));
        bar.inc(run.settings.recipe().steps.into());
        _ = sender.send(cell);
    });
    cells.into_iter().flatten()
}

/// Trains one run; only its first step is measured.
fn cell(mut training: Training, split: &Split) -> Cell {
    let mut cell = Cell { ratio: f64::NAN, accuracy: f64::NAN };
    let mut train = || -> Result<(), Diverged> {
        if let Progress::Measured(measured) = training.advance_measured(split)?
            && let [first, .., last] = &measured.sample.layers[..]
        {
            cell.ratio = f64::from(last.gradient.mean) / f64::from(first.gradient.mean);
        }
        cell.accuracy = training.run_to_end(split, |_| {})?.train_accuracy.into();
        Ok(())
    };
    // A run that diverged keeps its NaN.
    _ = train();
    cell
}

/// The heading of the table, in Markdown.
pub fn heading(experiment: &Experiment) -> String {
    let labels = experiment.labels();
    format!("| depth, initialization | {} |\n|---|{}", labels.join(" | "), "---|".repeat(labels.len()))
}

/// One line of the table, with a cell for each variant; `cells` has all runs of the first variant, then those of the next.
pub fn line(row: &Experiment, cells: &[Cell]) -> String {
    let values = KEYS.into_iter().filter_map(|key| Field::find(key).map(|field| (field, row.value(field))));
    let name: Vec<String> = values.filter_map(|(field, value)| Some(field.describe(value?))).collect();
    let of_variant = |cells: &[Cell]| {
        let (ratio, accuracy) = (median(cells, |cell| cell.ratio), median(cells, |cell| cell.accuracy));
        format!("{} → {accuracy:.2}", two_digits(ratio))
    };
    let n_seeds = (cells.len() / row.variants().len()).max(1);
    let medians: Vec<String> = cells.chunks(n_seeds).map(of_variant).collect();
    format!("| {} | {} |", name.join(", "), medians.join(" | "))
}

/// The median. NaN is larger than all numbers, so the median is NaN if most runs diverged.
fn median(cells: &[Cell], of: impl Fn(&Cell) -> f64) -> f64 {
    let mut values: Vec<f64> = cells.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}

fn two_digits(ratio: f64) -> String {
    match ratio {
        ratio if ratio >= 1e4 => format!("{ratio:.1e}"),
        ratio if ratio >= 10.0 => format!("{ratio:.0}"),
        ratio => format!("{ratio:.1}"),
    }
}
