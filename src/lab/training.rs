//! One network in training on the digits: forward, backward, measure, update. Deterministic in its settings.

use super::measure::{Histograms, Sample, layer_histograms, layer_means};
use super::settings::Settings;
use crate::data::digits::CLASSES;
use crate::data::{Batches, Digits, Split};
use crate::nn::optimizer::{Adam, Optimization};
use crate::nn::{Architecture, Loss, Mlp, Optimizer, Tape, rng::Rng};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::Hasher;

/// Every how many steps a sample is taken.
pub const SAMPLE_EVERY: u32 = 10;
/// Every how many steps histograms are taken and the tutorial logs: 0, 200, …, 2400.
pub const LOG_EVERY: u32 = 200;

pub struct Training {
    pub settings: Settings,
    step: u32,
    mlp: Mlp<f32>,
    tape: Tape<f32>,
    optimization: Optimization<f32>,
    batches: Batches,
    recent: Recent,
}

/// What a step gave to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub sample: Sample,
    /// At logged steps.
    pub histograms: Option<Histograms>,
}

/// How a finished training stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub steps: u32,
    /// Hash of the bits of all parameters: equal fingerprints are equal networks.
    pub fingerprint: u64,
    /// Share of all training digits classified right.
    pub train_accuracy: f32,
    /// Share of all held-out digits classified right.
    pub held_out_accuracy: f32,
}

/// The loss is no longer a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diverged {
    pub step: u32,
    pub loss: f32,
}

impl fmt::Display for Diverged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "training diverged: the loss at step {} is {}", self.step, self.loss)
    }
}

/// The data cannot be trained on with these settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooFewDigits {
    pub found: usize,
}

impl fmt::Display for TooFewDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there are {} digits to train on, but a batch needs {}", self.found, Settings::BATCH)
    }
}

impl std::error::Error for Diverged {}
impl std::error::Error for TooFewDigits {}

impl Training {
    /// # Errors
    /// Fewer digits than a batch holds.
    pub fn new(settings: Settings, digits: &Digits) -> Result<Self, TooFewDigits> {
        let too_few = TooFewDigits { found: digits.len() };
        let batches = Batches::new(digits.len(), Settings::BATCH, settings.seed).ok_or(too_few)?;
        let sizes = settings.sizes(digits.x.width(), CLASSES);
        let rng = &mut Rng::weights(settings.seed);
        let mlp = Mlp::new(Architecture::plain(&sizes, settings.activation, Loss::SoftmaxCrossEntropy), rng);
        let optimization = Optimization::new(Optimizer::Adam(Adam::TENSORFLOW), mlp.parameters().len());
        let tape = Tape::new(&mlp, Settings::BATCH);
        Ok(Self { settings, step: 0, mlp, tape, optimization, batches, recent: Recent::default() })
    }

    /// Updates made so far.
    pub fn steps_done(&self) -> u32 {
        self.step
    }

    pub fn is_done(&self) -> bool {
        self.step >= self.settings.steps()
    }

    /// One training step; measured where a sample is due.
    ///
    /// # Errors
    /// A loss that is not finite; the parameters are then left as they were.
    pub fn step(&mut self, digits: &Digits) -> Result<Option<Measured>, Diverged> {
        self.pass(digits)?;
        let measured = self.step.is_multiple_of(SAMPLE_EVERY).then(|| self.measure());
        self.update();
        Ok(measured)
    }

    /// One training step, measured whether a sample is due or not.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn step_measured(&mut self, digits: &Digits) -> Result<Measured, Diverged> {
        self.pass(digits)?;
        let measured = self.measure();
        self.update();
        Ok(measured)
    }

    /// Forward and backward over the next batch.
    fn pass(&mut self, digits: &Digits) -> Result<(), Diverged> {
        let rows = self.batches.next_batch();
        self.mlp.forward(&digits.x, &digits.labels, rows, &mut self.tape);
        let loss = self.tape.loss;
        if !loss.is_finite() {
            return Err(Diverged { step: self.step, loss });
        }
        self.mlp.backward(&digits.x, &digits.labels, rows, &mut self.tape);
        self.recent.add(loss, self.accuracy());
        Ok(())
    }

    fn update(&mut self) {
        self.optimization.update(self.mlp.parameters_mut(), &self.tape.gradient);
        self.step += 1;
    }

    fn accuracy(&self) -> f32 {
        self.tape.correct as f32 / self.tape.batch as f32
    }

    fn measure(&mut self) -> Measured {
        let step = self.step;
        let (recent_loss, recent_accuracy) = self.recent.take();
        let layers = layer_means(&self.mlp, &self.tape);
        let accuracy = self.accuracy();
        let sample = Sample { step, loss: self.tape.loss, accuracy, recent_loss, recent_accuracy, layers };
        let is_logged = step.is_multiple_of(LOG_EVERY);
        let histograms = is_logged.then(|| Histograms { step, layers: layer_histograms(&self.mlp, &self.tape) });
        Measured { sample, histograms }
    }

    /// How the network stands on all digits.
    pub fn outcome(&mut self, split: &Split) -> Outcome {
        Outcome {
            steps: self.step,
            fingerprint: self.fingerprint(),
            train_accuracy: self.accuracy_on(&split.train),
            held_out_accuracy: self.accuracy_on(&split.held_out),
        }
    }

    /// FNV-1a over the little-endian bits of all parameters.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = fnv::FnvHasher::default();
        self.mlp.parameters().iter().for_each(|w| hasher.write(&w.to_bits().to_le_bytes()));
        hasher.finish()
    }

    fn accuracy_on(&mut self, digits: &Digits) -> f32 {
        let rows: Vec<u32> = (0..digits.len() as u32).collect();
        let correct = |rows: &[u32]| {
            self.mlp.forward(&digits.x, &digits.labels, rows, &mut self.tape);
            self.tape.correct
        };
        rows.chunks(Settings::BATCH).map(correct).sum::<usize>() as f32 / digits.len() as f32
    }
}

/// Loss and accuracy since the last sample.
#[derive(Default)]
struct Recent {
    loss: f32,
    accuracy: f32,
    n_batches: u32,
}

impl Recent {
    fn add(&mut self, loss: f32, accuracy: f32) {
        self.loss += loss;
        self.accuracy += accuracy;
        self.n_batches += 1;
    }

    /// The means, and a fresh start.
    fn take(&mut self) -> (f32, f32) {
        let n = self.n_batches.max(1) as f32;
        let Self { loss, accuracy, .. } = std::mem::take(self);
        (loss / n, accuracy / n)
    }
}
