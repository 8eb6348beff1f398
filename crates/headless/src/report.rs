//! What a run says: lines for a reader, and its part of the JSON document.

use lab::Settings;
use lab::sample::{HeldOut, LayerSample, Sample};
use lab::training::{Diverged, Outcome};
use nn::{Activation, Initializer, Norm};
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;

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

/// Settings as the command line names them; what a run does not have is null.
#[derive(Serialize)]
pub struct Fields {
    activation: &'static str,
    slope: Option<f64>,
    depth: usize,
    width: usize,
    init: &'static str,
    std: Option<f64>,
    norm: Option<&'static str>,
    residual: bool,
    dropout: f64,
    loss: &'static str,
    optimizer: &'static str,
    learning_rate: f64,
    momentum: Option<f64>,
    weight_decay: Option<f64>,
    clip: Option<f64>,
    batch: usize,
    steps: u32,
}

/// A logged step, measured on its batch before its update.
#[derive(Serialize)]
pub struct Log {
    step: u32,
    loss: f32,
    accuracy: f32,
    held_out_loss: Option<f32>,
    held_out_accuracy: Option<f32>,
    /// Of each hidden layer, units with z ≤ 0 for every held-out digit.
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
        let slope = if let Activation::LeakyRelu { slope } = settings.activation { Some(slope) } else { None };
        let std = if let Initializer::Normal { std } = settings.initializer { Some(std) } else { None };
        Self {
            activation: settings.activation.key(),
            slope,
            depth: settings.depth,
            width: settings.width,
            init: settings.initializer.key(),
            std,
            norm: settings.norm.map(Norm::key),
            residual: settings.residual,
            dropout: settings.dropout,
            loss: settings.loss.key(),
            optimizer: settings.optimizer.key(),
            learning_rate: settings.optimizer.learning_rate(),
            momentum: settings.optimizer.kept(),
            weight_decay: settings.optimizer.weight_decay(),
            clip: settings.clip,
            batch: settings.batch,
            steps: settings.steps,
        }
    }
}

impl Log {
    pub fn new(sample: &Sample, held_out: Option<&HeldOut>) -> Self {
        let layer = |layer: &LayerSample| Layer {
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
            chain: [layer.chain.weights, layer.chain.skip, layer.chain.dropout, layer.chain.slope, layer.chain.norm],
        };
        let layers = sample.layers.iter().map(layer).collect();
        Self {
            step: sample.step,
            loss: sample.loss,
            accuracy: sample.accuracy,
            held_out_loss: held_out.map(|held_out| held_out.loss),
            held_out_accuracy: held_out.map(|held_out| held_out.accuracy),
            dead_units: held_out.map(|held_out| held_out.dead.clone()),
            layers,
        }
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.activation)?;
        self.slope.iter().try_for_each(|slope| write!(f, ", slope {slope}"))?;
        write!(f, ", depth {}, width {}, {}", self.depth, self.width, self.init)?;
        self.std.iter().try_for_each(|std| write!(f, " {std}"))?;
        self.norm.iter().try_for_each(|norm| write!(f, ", {norm} normalization"))?;
        f.write_str(if self.residual { ", residual" } else { "" })?;
        if self.dropout > 0.0 {
            write!(f, ", dropout {}", self.dropout)?;
        }
        write!(f, ", {}, {} at {}", self.loss, self.optimizer, self.learning_rate)?;
        self.momentum.iter().try_for_each(|momentum| write!(f, ", momentum {momentum}"))?;
        self.weight_decay.iter().try_for_each(|decay| write!(f, ", weight decay {decay}"))?;
        self.clip.iter().try_for_each(|clip| write!(f, ", clipped to {clip}"))?;
        write!(f, ", batch {}, {} steps", self.batch, self.steps)
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
