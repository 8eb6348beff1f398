//! The JSON document of `--json` and the rows of `--csv`.
//!
//! `version` is [`VERSION`]; it increases when the meaning of a key changes or a key is removed, not when one is added. `data`
//! names the folder or file and counts its examples. Each of the `runs` has the `label` of its variant, its `seed`, all its `settings`
//! under the keys of the table of fields (numbers and names; null where a field does not apply or is switched off), its outcome,
//! and the `logs` of its logged steps. A run that diverged has a sentence in `diverged`, and null for the fingerprint and the
//! accuracies.
//!
//! The rows of `--csv` have the same columns without the logs; what is null in the document is empty there.

use lab::experiment::Run;
use lab::measure::sample::LayerSample;
use lab::recipe::field::FIELDS;
use lab::recipe::{Recipe, Value};
use lab::run::{Diverged, Measured, Outcome};
use lab::{Experiment, Split};
use serde::{Serialize, Serializer};
use std::io::{self, Write};
use std::path::PathBuf;

/// The version of the document's schema.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
pub struct Report {
    version: u32,
    data: Data,
    runs: Vec<RunReport>,
}

#[derive(Serialize)]
struct Data {
    folder: PathBuf,
    /// Examples to train on.
    train: usize,
    held_out: usize,
}

#[derive(Serialize)]
pub struct RunReport {
    label: String,
    seed: u32,
    #[serde(serialize_with = "fields")]
    settings: Recipe,
    /// Sixteen hexadecimal digits.
    fingerprint: Option<String>,
    /// Shares of all examples, 0 to 1, after the last step.
    train_accuracy: Option<f32>,
    held_out_accuracy: Option<f32>,
    pub diverged: Option<String>,
    pub logs: Vec<Log>,
}

/// A logged step, measured on its batch before its update.
#[derive(Serialize)]
pub struct Log {
    step: u32,
    loss: f32,
    accuracy: f32,
    held_out_loss: Option<f32>,
    held_out_accuracy: Option<f32>,
    /// Of each hidden layer, units with z ≤ 0 for every held-out example.
    dead_units: Option<Vec<u32>>,
    /// First layer first.
    layers: Vec<Layer>,
}

#[derive(Serialize)]
struct Layer {
    /// mean |∂C/∂W|.
    mean_abs_gradient: f32,
    /// mean |δ|.
    mean_abs_delta: f32,
    /// mean |W|.
    mean_abs_weight: f32,
    /// mean |z|.
    mean_abs_pre_activation: f32,
    /// mean |a|.
    mean_abs_activation: f32,
    /// ‖∂C/∂W‖, ‖δ‖ and ‖W‖.
    norm_gradient: f32,
    norm_delta: f32,
    norm_weight: f32,
    /// mean f′.
    mean_slope: f32,
    saturated_share: f32,
    rms_singular_value: f32,
    /// mean |ΔW| / mean |W|.
    update_ratio: f32,
    /// The factors by which W of the next layer, its skip connection, dropout, f′ and normalization changed ‖δ‖.
    chain: [f32; 5],
}

impl Report {
    pub fn new(folder: PathBuf, split: &Split, runs: Vec<RunReport>) -> Self {
        let data = Data { folder, train: split.train.len(), held_out: split.held_out.len() };
        Self { version: VERSION, data, runs }
    }
}

impl RunReport {
    /// The report of a run that has not started.
    pub fn new(experiment: &Experiment, run: &Run) -> Self {
        let settings = *run.settings.recipe();
        Self {
            label: experiment.label(run.variant),
            seed: settings.seed,
            settings,
            fingerprint: None,
            train_accuracy: None,
            held_out_accuracy: None,
            diverged: None,
            logs: Vec::new(),
        }
    }

    pub fn end(&mut self, end: &Result<Outcome, Diverged>) {
        match end {
            Ok(outcome) => {
                self.fingerprint = Some(format!("{:016x}", outcome.fingerprint));
                self.train_accuracy = Some(outcome.train_accuracy);
                self.held_out_accuracy = Some(outcome.held_out_accuracy);
            }
            Err(diverged) => self.diverged = Some(diverged.to_string()),
        }
    }
}

/// One row for each run, with a header.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(runs: &[RunReport], out: impl Write) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    let keys = FIELDS.iter().map(|field| field.key);
    rows.write_record(std::iter::once("label").chain(keys).chain([
        "fingerprint",
        "train_accuracy",
        "held_out_accuracy",
        "diverged",
    ]))?;
    for run in runs {
        let value = |field: &lab::Field| match field.get(&run.settings) {
            Some(Value::Off) | None => String::new(),
            Some(value) => value.to_string(),
        };
        let accuracies = [run.train_accuracy, run.held_out_accuracy].map(|accuracy| accuracy.map(|it| it.to_string()));
        let [train, held_out] = accuracies;
        let end = [run.fingerprint.clone(), train, held_out, run.diverged.clone()].map(Option::unwrap_or_default);
        rows.write_record(std::iter::once(as_text(&run.label)).chain(FIELDS.iter().map(value)).chain(end))?;
    }
    rows.flush()
}

/// A spreadsheet takes text that begins like a formula for one.
fn as_text(label: &str) -> String {
    if label.starts_with(['=', '+', '-', '@', '\t']) { format!("'{label}") } else { label.to_owned() }
}

/// Every field by its key, in the order of the table.
fn fields<S: Serializer>(recipe: &Recipe, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Typed {
        Whole(u32),
        Real(f64),
        Name(&'static str),
        Null,
    }
    serializer.collect_map(FIELDS.iter().map(|field| {
        let typed = match field.get(recipe) {
            Some(Value::Whole(value)) => Typed::Whole(value),
            Some(Value::Real(value)) => Typed::Real(value),
            Some(Value::Choice(key)) => Typed::Name(key),
            Some(Value::Off) | None => Typed::Null,
        };
        (field.key, typed)
    }))
}

impl Log {
    pub fn new(measured: &Measured) -> Self {
        let (sample, held_out) = (&measured.sample, measured.held_out.as_ref());
        Self {
            step: sample.step,
            loss: sample.loss,
            accuracy: sample.accuracy,
            held_out_loss: held_out.map(|held_out| held_out.loss),
            held_out_accuracy: held_out.map(|held_out| held_out.accuracy),
            dead_units: held_out.map(|held_out| held_out.dead.clone()),
            layers: sample.layers.iter().map(Layer::new).collect(),
        }
    }
}

impl Layer {
    fn new(layer: &LayerSample) -> Self {
        let chain = layer.chain;
        Self {
            mean_abs_gradient: layer.gradient.mean,
            mean_abs_delta: layer.delta.mean,
            mean_abs_weight: layer.weight.mean,
            mean_abs_pre_activation: layer.pre_activation.mean,
            mean_abs_activation: layer.activation.mean,
            norm_gradient: layer.gradient.norm,
            norm_delta: layer.delta.norm,
            norm_weight: layer.weight.norm,
            mean_slope: layer.slope,
            saturated_share: layer.saturated,
            rms_singular_value: layer.singular_value,
            update_ratio: layer.update_ratio,
            chain: [chain.weights, chain.skip, chain.dropout, chain.slope, chain.norm],
        }
    }
}
