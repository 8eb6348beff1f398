//! The JSON document: of `--json`, of the export, and, without logs, the record of provenance in every archive.
//!
//! `version` is [`VERSION`]; it increases when the meaning of a key changes or a key is removed, not when one is added.
//! `docs/files.md` documents every key.

use super::identity::DataIdentity;
use super::record::Record;
use super::{ExportError, Names, Source, link};
use lab::Experiment;
use lab::experiment::Run;
use lab::measure::histogram::Histogram;
use lab::measure::sample::{LayerHistograms, LayerSample};
use lab::recipe::field::FIELDS;
use lab::recipe::{Recipe, Value};
use lab::run::{Diverged, Measured, Outcome};
use serde::{Serialize, Serializer};

/// The version of the document's schema.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
pub struct Report<'a> {
    version: u32,
    generator: Generator,
    link: Option<String>,
    data: Data<'a>,
    runs: Vec<RunReport>,
}

#[derive(Serialize)]
struct Generator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Data<'a> {
    /// Where the terminal read the data; not in exports, which do not depend on the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<&'a str>,
    #[serde(flatten)]
    identity: &'a DataIdentity,
}

#[derive(Serialize)]
pub struct RunReport {
    pub label: String,
    pub folder: String,
    pub seed: u32,
    pub link: String,
    #[serde(serialize_with = "fields")]
    pub settings: Recipe,
    /// Sixteen hexadecimal digits.
    pub fingerprint: Option<String>,
    /// Shares of all examples, 0 to 1, after the last step.
    pub train_accuracy: Option<f32>,
    pub held_out_accuracy: Option<f32>,
    pub diverged: Option<String>,
    /// The logged steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs: Option<Vec<Log>>,
    /// All samples, those of the logged steps included.
    #[serde(skip_serializing_if = "Option::is_none")]
    samples: Option<Vec<Log>>,
}

/// A step, measured on its batch before its update.
#[derive(Serialize)]
pub struct Log {
    step: u32,
    loss: f32,
    accuracy: f32,
    /// Means over all batches since the last sample.
    recent_loss: f32,
    recent_accuracy: f32,
    /// A held-out set can overflow where the batches do not: JSON has no infinity, and the serializer would write null.
    #[serde(serialize_with = "number_or_text")]
    held_out_loss: Option<f32>,
    held_out_accuracy: Option<f32>,
    /// Of each hidden layer, units with z ≤ 0 for every held-out example.
    dead_units: Option<Vec<u32>>,
    /// First layer first.
    layers: Vec<Layer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    histograms: Option<Vec<LayerBins>>,
}

#[derive(Serialize)]
struct Layer {
    /// mean |∂C/∂W|.
    mean_abs_gradient: f32,
    /// The mean of that over all batches since the last sample.
    recent_mean_abs_gradient: f32,
    /// mean |δ|.
    mean_abs_delta: f32,
    /// mean |W|.
    mean_abs_weight: f32,
    /// mean |z|.
    mean_abs_pre_activation: f32,
    /// mean |a|.
    mean_abs_activation: f32,
    /// ‖∂C/∂W‖, ‖δ‖ and so on.
    norm_gradient: f32,
    norm_delta: f32,
    norm_weight: f32,
    norm_pre_activation: f32,
    norm_activation: f32,
    /// mean f′.
    mean_slope: f32,
    saturated_share: f32,
    rms_singular_value: f32,
    /// mean |ΔW| / mean |W|.
    update_ratio: f32,
    /// The factors by which W of the next layer, its skip connection, dropout, f′ and normalization changed ‖δ‖.
    chain: [f32; 5],
}

#[derive(Serialize)]
struct LayerBins {
    weight: Bins,
    gradient: Bins,
    delta: Bins,
    pre_activation: Bins,
    activation: Bins,
}

/// Counts in equal bins from `low` to `high`.
#[derive(Serialize)]
struct Bins {
    low: f32,
    high: f32,
    /// Values that are exactly 0.
    n_zero: u32,
    counts: Vec<u32>,
}

/// The compact document of the export.
pub fn write(source: Source, records: &[Record]) -> Result<Vec<u8>, ExportError> {
    let detailed = |names: &Names, run: &Run, record: &Record| RunReport {
        logs: Some(logged(record).map(|measured| Log::new(measured).with_histograms(measured)).collect()),
        samples: Some(record.samples.iter().map(Log::new).collect()),
        ..RunReport::of(names, run, record)
    };
    document(source, runs(source, records, detailed))
}

/// The document without logs, which every archive has as `experiment.json`.
pub fn provenance(source: Source, records: &[Record]) -> Result<Vec<u8>, ExportError> {
    document(source, runs(source, records, RunReport::of))
}

fn runs(source: Source, records: &[Record], report: impl Fn(&Names, &Run, &Record) -> RunReport) -> Vec<RunReport> {
    let names = Names::of(source.experiment);
    source.experiment.runs().iter().zip(records).map(|(run, record)| report(&names, run, record)).collect()
}

fn document(source: Source, runs: Vec<RunReport>) -> Result<Vec<u8>, ExportError> {
    let mut bytes = serde_json::to_vec(&Report::new(source.experiment, source.data, None, runs))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn logged(record: &Record) -> impl Iterator<Item = &Measured> {
    record.samples.iter().filter(|measured| record.settings.is_logged(measured.sample.step))
}

impl<'a> Report<'a> {
    /// `folder` is where the terminal read the data.
    pub fn new(
        experiment: &Experiment,
        identity: &'a DataIdentity,
        folder: Option<&'a str>,
        runs: Vec<RunReport>,
    ) -> Self {
        let generator = Generator { name: "vanishing-gradients", version: env!("CARGO_PKG_VERSION") };
        // A terminal runs more seeds than a link can hold.
        let link = link::of_experiment(experiment).filter(|_| experiment.runs().len() == runs.len());
        Self { version: VERSION, generator, link, data: Data { folder, identity }, runs }
    }
}

impl RunReport {
    /// The report of a run that has not started.
    pub fn new(names: &Names, run: &Run) -> Self {
        let settings = *run.settings.recipe();
        Self {
            label: names.label(run).to_owned(),
            folder: names.folder(run),
            seed: settings.seed,
            link: link::of_run(&run.settings),
            settings,
            fingerprint: None,
            train_accuracy: None,
            held_out_accuracy: None,
            diverged: None,
            logs: None,
            samples: None,
        }
    }

    /// The report of a run without its logs.
    pub fn of(names: &Names, run: &Run, record: &Record) -> Self {
        let mut report = Self::new(names, run);
        report.end(&record.end);
        report
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

/// A number that is not finite as text, as in CSV.
fn number_or_text<S: Serializer>(number: &Option<f32>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) if !number.is_finite() => serializer.collect_str(number),
        number => number.serialize(serializer),
    }
}

impl Log {
    /// A step without histograms.
    pub fn new(measured: &Measured) -> Self {
        let (sample, held_out) = (&measured.sample, measured.held_out.as_ref());
        Self {
            step: sample.step,
            loss: sample.loss,
            accuracy: sample.accuracy,
            recent_loss: sample.recent_loss,
            recent_accuracy: sample.recent_accuracy,
            held_out_loss: held_out.map(|held_out| held_out.loss),
            held_out_accuracy: held_out.map(|held_out| held_out.accuracy),
            dead_units: held_out.map(|held_out| held_out.dead.clone()),
            layers: sample.layers.iter().map(Layer::new).collect(),
            histograms: None,
        }
    }

    fn with_histograms(self, measured: &Measured) -> Self {
        let histograms = measured.histograms.as_ref();
        let histograms = histograms.map(|histograms| histograms.layers.iter().map(LayerBins::new).collect());
        Self { histograms, ..self }
    }
}

impl Layer {
    fn new(layer: &LayerSample) -> Self {
        let chain = layer.chain;
        Self {
            mean_abs_gradient: layer.gradient.mean,
            recent_mean_abs_gradient: layer.recent_gradient,
            mean_abs_delta: layer.delta.mean,
            mean_abs_weight: layer.weight.mean,
            mean_abs_pre_activation: layer.pre_activation.mean,
            mean_abs_activation: layer.activation.mean,
            norm_gradient: layer.gradient.norm,
            norm_delta: layer.delta.norm,
            norm_weight: layer.weight.norm,
            norm_pre_activation: layer.pre_activation.norm,
            norm_activation: layer.activation.norm,
            mean_slope: layer.slope,
            saturated_share: layer.saturated,
            rms_singular_value: layer.singular_value,
            update_ratio: layer.update_ratio,
            chain: [chain.weights, chain.skip, chain.dropout, chain.slope, chain.norm],
        }
    }
}

impl LayerBins {
    fn new(of: &LayerHistograms) -> Self {
        let bins = |histogram: &Histogram| Bins {
            low: histogram.low,
            high: histogram.high,
            n_zero: histogram.n_zero,
            counts: histogram.counts.to_vec(),
        };
        Self {
            weight: bins(&of.weight),
            gradient: bins(&of.gradient),
            delta: bins(&of.delta),
            pre_activation: bins(&of.pre_activation),
            activation: bins(&of.activation),
        }
    }
}
