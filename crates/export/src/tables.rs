//! The CSV tables: `runs.csv` with one row for each run, and `logs.csv` with one row for each run, sample and layer. What is null
//! in the JSON document is empty here. A number is the shortest text that reads back as the same `f32`.

use super::archive::Archive;
use super::record::Record;
use super::report::{self, RunReport};
use super::{ExportError, Names, Source};
use lab::measure::sample::LayerSample;
use lab::recipe::Value;
use lab::recipe::field::FIELDS;
use lab::run::Measured;
use std::io::{self, Write};

/// A column of `logs.csv` with its name and a layer's value.
type Column = (&'static str, fn(&LayerSample) -> f32);

/// The layer's columns, under the names of the JSON document.
const LAYER: [Column; 20] = [
    ("mean_abs_gradient", |layer| layer.gradient.mean),
    ("recent_mean_abs_gradient", |layer| layer.recent_gradient),
    ("mean_abs_delta", |layer| layer.delta.mean),
    ("mean_abs_weight", |layer| layer.weight.mean),
    ("mean_abs_pre_activation", |layer| layer.pre_activation.mean),
    ("mean_abs_activation", |layer| layer.activation.mean),
    ("norm_gradient", |layer| layer.gradient.norm),
    ("norm_delta", |layer| layer.delta.norm),
    ("norm_weight", |layer| layer.weight.norm),
    ("norm_pre_activation", |layer| layer.pre_activation.norm),
    ("norm_activation", |layer| layer.activation.norm),
    ("mean_slope", |layer| layer.slope),
    ("saturated_share", |layer| layer.saturated),
    ("rms_singular_value", |layer| layer.singular_value),
    ("update_ratio", |layer| layer.update_ratio),
    ("chain_weights", |layer| layer.chain.weights),
    ("chain_skip", |layer| layer.chain.skip),
    ("chain_dropout", |layer| layer.chain.dropout),
    ("chain_slope", |layer| layer.chain.slope),
    ("chain_norm", |layer| layer.chain.norm),
];

/// The columns before the layer's.
const STEP: [&str; 13] = [
    "run",
    "label",
    "seed",
    "step",
    "logged",
    "loss",
    "accuracy",
    "recent_loss",
    "recent_accuracy",
    "held_out_loss",
    "held_out_accuracy",
    "layer",
    "dead_units",
];

/// The archive with both tables and the record of provenance.
pub fn write(source: Source, records: &[Record]) -> Result<Vec<u8>, ExportError> {
    let names = Names::of(source.experiment);
    let runs = source.experiment.runs();
    let reports: Vec<RunReport> =
        runs.iter().zip(records).map(|(run, record)| RunReport::of(&names, run, record)).collect();
    let (mut run_rows, mut log_rows) = (Vec::new(), Vec::new());
    write_runs(&reports, &mut run_rows)?;
    write_logs(&reports, records, &mut log_rows)?;
    let mut archive = Archive::new();
    archive.add("experiment.json", &report::provenance(source, records)?)?;
    archive.add("runs.csv", &run_rows)?;
    archive.add("logs.csv", &log_rows)?;
    archive.finish()
}

/// One row for each run, with a header.
///
/// # Errors
/// Those of `out`.
pub fn write_runs(runs: &[RunReport], out: impl Write) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    let keys = FIELDS.iter().map(|field| field.key);
    let ends = ["fingerprint", "train_accuracy", "held_out_accuracy", "diverged", "run", "link"];
    rows.write_record(std::iter::once("label").chain(keys).chain(ends))?;
    for run in runs {
        let value = |field: &lab::Field| match field.get(&run.settings) {
            Some(Value::Off) | None => String::new(),
            Some(value) => value.to_string(),
        };
        let accuracies = [run.train_accuracy, run.held_out_accuracy].map(|accuracy| accuracy.map(|it| it.to_string()));
        let [train, held_out] = accuracies;
        let end = [run.fingerprint.clone(), train, held_out, run.diverged.clone()].map(Option::unwrap_or_default);
        let names = [run.folder.clone(), run.link.clone()];
        let fields = std::iter::once(as_text(&run.label)).chain(FIELDS.iter().map(value));
        rows.write_record(fields.chain(end).chain(names))?;
    }
    rows.flush()
}

fn write_logs(runs: &[RunReport], records: &[Record], out: impl Write) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(STEP.into_iter().chain(LAYER.map(|(name, _)| name)))?;
    for (run, record) in runs.iter().zip(records) {
        for measured in &record.samples {
            let is_logged = record.settings.is_logged(measured.sample.step);
            for (l, layer) in measured.sample.layers.iter().enumerate() {
                let numbers = LAYER.map(|(_, value)| value(layer).to_string());
                rows.write_record(step_cells(run, measured, is_logged, l).into_iter().chain(numbers))?;
            }
        }
    }
    rows.flush()
}

/// The cells under [`STEP`]; `l` counts layers from 0.
fn step_cells(
    run: &RunReport,
    Measured { sample, held_out, .. }: &Measured,
    is_logged: bool,
    l: usize,
) -> [String; 13] {
    let known = |number: Option<f32>| number.map(|number| number.to_string()).unwrap_or_default();
    let held_out = held_out.as_ref();
    let dead = held_out.and_then(|held_out| held_out.dead.get(l)).map(u32::to_string);
    [
        run.folder.clone(),
        as_text(&run.label),
        run.seed.to_string(),
        sample.step.to_string(),
        is_logged.to_string(),
        sample.loss.to_string(),
        sample.accuracy.to_string(),
        sample.recent_loss.to_string(),
        sample.recent_accuracy.to_string(),
        known(held_out.map(|held_out| held_out.loss)),
        known(held_out.map(|held_out| held_out.accuracy)),
        (l + 1).to_string(),
        dead.unwrap_or_default(),
    ]
}

/// A spreadsheet takes text that begins like a formula for one.
pub fn as_text(label: &str) -> String {
    if label.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{label}") } else { label.to_owned() }
}
