//! What a run says: lines for a reader, and its part of the JSON document.

use serde::Serialize;
use std::fmt;
use std::path::PathBuf;
use vanishing_gradients::lab::Settings;
use vanishing_gradients::lab::measure::Sample;
use vanishing_gradients::lab::training::{Diverged, Outcome};
use vanishing_gradients::nn::Activation;

#[derive(Serialize)]
pub struct Report {
    pub data: Data,
    pub runs: Vec<Run>,
}

#[derive(Serialize)]
pub struct Data {
    pub folder: PathBuf,
    /// Digits to train on.
    pub train: usize,
    pub held_out: usize,
}

#[derive(Serialize)]
pub struct Run {
    pub settings: Fields,
    pub seed: u32,
    /// Sixteen hexadecimal digits; none if the run diverged, nor the accuracies.
    pub fingerprint: Option<String>,
    pub train_accuracy: Option<f32>,
    pub held_out_accuracy: Option<f32>,
    pub diverged: Option<String>,
    pub logs: Vec<Log>,
}

/// Settings as the command line names them.
#[derive(Serialize)]
pub struct Fields {
    activation: &'static str,
    slope: Option<f64>,
    depth: usize,
    width: usize,
    steps: u32,
    batch: usize,
}

/// A logged step, measured on its batch before its update.
#[derive(Serialize)]
pub struct Log {
    step: u32,
    loss: f32,
    accuracy: f32,
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
}

impl Run {
    pub fn new(settings: &Settings, logs: Vec<Log>, end: Result<Outcome, Diverged>) -> Self {
        let outcome = end.as_ref().ok();
        Self {
            settings: Fields::new(settings),
            seed: settings.seed,
            fingerprint: outcome.map(|outcome| format!("{:016x}", outcome.fingerprint)),
            train_accuracy: outcome.map(|outcome| outcome.train_accuracy),
            held_out_accuracy: outcome.map(|outcome| outcome.held_out_accuracy),
            diverged: end.err().map(|diverged| diverged.to_string()),
            logs,
        }
    }
}

impl Fields {
    pub fn new(settings: &Settings) -> Self {
        let slope = match settings.activation {
            Activation::LeakyRelu { slope } => Some(slope),
            Activation::Sigmoid | Activation::Relu | Activation::Tanh | Activation::Identity => None,
        };
        Self {
            activation: settings.activation.key(),
            slope,
            depth: settings.depth(),
            width: settings.width(),
            steps: settings.steps(),
            batch: Settings::BATCH,
        }
    }
}

impl From<Sample> for Log {
    fn from(sample: Sample) -> Self {
        let layer = |means: &vanishing_gradients::lab::measure::LayerMeans| Layer {
            mean_abs_gradient: means.gradient,
            mean_abs_delta: means.delta,
            mean_abs_weight: means.weight,
        };
        let layers = sample.layers.iter().map(layer).collect();
        Self { step: sample.step, loss: sample.loss, accuracy: sample.accuracy, layers }
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.activation)?;
        self.slope.iter().try_for_each(|slope| write!(f, ", slope {slope}"))?;
        write!(f, ", depth {}, width {}, {} steps", self.depth, self.width, self.steps)
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iteration: {:4}  loss: {:.3}  train accuracy: {:.3}", self.step, self.loss, self.accuracy)
    }
}

/// How the run ended.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.train_accuracy, self.held_out_accuracy, &self.fingerprint, &self.diverged) {
            (Some(train), Some(held_out), Some(fingerprint), _) => {
                write!(
                    f,
                    "Accuracy on all training digits: {train:.3}, held out: {held_out:.3}; fingerprint {fingerprint}"
                )
            }
            (.., diverged) => f.write_str(diverged.as_deref().unwrap_or_default()),
        }
    }
}
