//! One network in training on the digits: forward, backward, measure, update. Deterministic in its settings.

use super::measure::{histograms, measure, set_update_ratios};
use super::sample::{HeldOut, Histograms, Sample};
use super::settings::Settings;
use crate::data::digits::CLASSES;
use crate::data::{Batches, Digits, Split};
use nn::finite::{NonFinite, Quantity, first_non_finite};
use nn::optimizer::{self, Optimization};
use nn::{Mlp, Tape, rng::Rng};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::Hasher;

/// Every how many steps a sample is taken.
pub const SAMPLE_EVERY: u32 = 10;
/// Every how many steps histograms are taken, the held-out digits looked at, and the tutorial logs: 0, 200, …, 2400.
pub const LOG_EVERY: u32 = 200;

pub struct Training {
    pub settings: Settings,
    step: u32,
    mlp: Mlp<f32>,
    tape: Tape<f32>,
    optimization: Optimization<f32>,
    batches: Batches,
    dropout: Rng,
    recent: Recent,
}

/// What a step gave to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub sample: Sample,
    /// At logged steps.
    pub histograms: Option<Histograms>,
    /// At logged steps.
    pub held_out: Option<HeldOut>,
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

/// Something is no longer a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diverged {
    pub step: u32,
    pub what: NonFinite,
}

impl fmt::Display for Diverged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "training diverged at step {}: {}", self.step, self.what)
    }
}

/// A run that cannot begin here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotTrain {
    TooFewDigits { found: usize, batch: usize },
    TooLittleMemory { bytes: usize },
}

impl fmt::Display for CannotTrain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewDigits { found, batch } => {
                write!(f, "there are {found} digits to train on, but a batch needs {batch}")
            }
            Self::TooLittleMemory { bytes } => {
                write!(f, "this network needs about {} MB of memory, more than there is", bytes.div_ceil(1_000_000))
            }
        }
    }
}

impl std::error::Error for Diverged {}
impl std::error::Error for CannotTrain {}

impl Training {
    /// A network that is to be trained on these `digits`.
    ///
    /// # Errors
    /// Fewer digits than a batch holds, or too little memory.
    pub fn new(settings: Settings, digits: &Digits) -> Result<Self, CannotTrain> {
        let too_few = CannotTrain::TooFewDigits { found: digits.len(), batch: settings.batch };
        let batches = Batches::new(digits.len(), settings.batch, settings.seed).ok_or(too_few)?;
        // In WebAssembly an allocation that fails ends the program, so all of the memory is asked for at once, politely, and
        // given back: what follows finds it again.
        let bytes = settings.bytes(digits.x.width(), CLASSES);
        Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| CannotTrain::TooLittleMemory { bytes })?;
        let mlp = Mlp::new(settings.architecture(digits.x.width(), CLASSES), &mut Rng::weights(settings.seed));
        let optimization = Optimization::of_network(settings.optimizer, mlp.layers());
        let tape = Tape::new(&mlp, settings.batch);
        let dropout = Rng::dropout(settings.seed);
        let recent = Recent { gradients: vec![0.0; mlp.layers().len()], ..Recent::default() };
        Ok(Self { settings, step: 0, mlp, tape, optimization, batches, dropout, recent })
    }

    /// Updates made so far.
    pub fn steps_done(&self) -> u32 {
        self.step
    }

    pub fn is_done(&self) -> bool {
        self.step >= self.settings.steps
    }

    /// One training step; measured where a sample is due.
    ///
    /// # Errors
    /// A number that is not finite.
    pub fn step(&mut self, split: &Split) -> Result<Option<Measured>, Diverged> {
        if self.step.is_multiple_of(SAMPLE_EVERY) {
            return self.step_measured(split).map(Some);
        }
        self.pass(&split.train)?;
        self.update()?;
        Ok(None)
    }

    /// One training step, measured whether a sample is due or not.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn step_measured(&mut self, split: &Split) -> Result<Measured, Diverged> {
        let is_logged = self.step.is_multiple_of(LOG_EVERY);
        let held_out = is_logged.then(|| self.held_out(&split.held_out));
        self.tape.measures_chain = true;
        let pass = self.pass(&split.train);
        self.tape.measures_chain = false;
        pass?;
        let (mut sample, histograms) = self.measure(is_logged);
        let before = self.mlp.parameters().to_vec();
        self.update()?;
        set_update_ratios(&self.mlp, &before, &mut sample.layers);
        self.recent.end(&mut sample);
        Ok(Measured { sample, histograms, held_out })
    }

    /// Forward and backward over the next batch.
    fn pass(&mut self, digits: &Digits) -> Result<(), Diverged> {
        let rows = self.batches.next_batch();
        self.tape.draw_masks(self.settings.dropout, &mut self.dropout);
        self.mlp.forward(&digits.x, &digits.labels, rows, &mut self.tape);
        if !self.tape.is_finite(&self.mlp) {
            return Err(self.diverged());
        }
        self.mlp.backward(&digits.x, &digits.labels, rows, &mut self.tape);
        Ok(())
    }

    fn update(&mut self) -> Result<(), Diverged> {
        let clipped = self.settings.clip.map_or(1.0, |norm| optimizer::clip(&mut self.tape.gradient, norm));
        self.mlp.update_running_moments(&self.tape);
        if !self.optimization.update(self.mlp.parameters_mut(), &self.tape.gradient) {
            return Err(self.diverged());
        }
        self.step += 1;
        let (loss, accuracy) = (self.tape.loss, self.accuracy());
        // The optimizer saw the clipped gradient; what is measured is the gradient of the batch.
        let sums = self.optimization.gradient_sums().iter().map(|sum| sum / clipped);
        let means = sums.zip(self.mlp.layers()).map(|(sum, layer)| sum / layer.n_weights() as f64);
        self.recent.add(loss, accuracy, means);
        Ok(())
    }

    fn diverged(&self) -> Diverged {
        let memory = NonFinite { quantity: Quantity::Memory, layer: None, value: None };
        Diverged { step: self.step, what: first_non_finite(&self.mlp, &self.tape).unwrap_or(memory) }
    }

    fn accuracy(&self) -> f32 {
        self.tape.correct as f32 / self.tape.batch as f32
    }

    /// The step at hand, after its backward pass.
    fn measure(&mut self, with_histograms: bool) -> (Sample, Option<Histograms>) {
        let layers = measure(&self.mlp, &self.tape);
        let histograms = with_histograms.then(|| histograms(&self.mlp, &self.tape));
        let (step, loss, accuracy) = (self.step, self.tape.loss, self.accuracy());
        let sample = Sample { step, loss, accuracy, recent_loss: 0.0, recent_accuracy: 0.0, layers };
        (sample, histograms.map(|layers| Histograms { step, layers }))
    }

    /// How the network stands on all digits.
    pub fn outcome(&mut self, split: &Split) -> Outcome {
        Outcome {
            steps: self.step,
            fingerprint: self.fingerprint(),
            train_accuracy: self.evaluate(&split.train, |_, _| ()).accuracy,
            held_out_accuracy: self.evaluate(&split.held_out, |_, _| ()).accuracy,
        }
    }

    /// FNV-1a over the little-endian bits of all parameters, without padding: W, b, γ, β, layer by layer.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = fnv::FnvHasher::default();
        for layer in self.mlp.layers() {
            let parameters = self.mlp.parameters();
            let others = layer.unpadded(&parameters[layer.b.start..layer.parameters().end]);
            layer.weights(parameters).chain(others).for_each(|w| hasher.write(&w.to_bits().to_le_bytes()));
        }
        hasher.finish()
    }

    fn held_out(&mut self, digits: &Digits) -> HeldOut {
        let hidden = &self.mlp.layers()[..self.mlp.layers().len() - 1];
        let mut largest: Vec<Vec<f32>> = hidden.iter().map(|layer| vec![f32::NEG_INFINITY; layer.fan_out]).collect();
        let Evaluation { loss, accuracy } = self.evaluate(digits, |mlp, tape| {
            for ((layer, activity), largest) in mlp.layers().iter().zip(&tape.layers).zip(&mut largest) {
                for row in activity.activation_input()[..tape.batch * layer.stride].chunks_exact(layer.stride) {
                    largest
                        .iter_mut()
                        .zip(row)
                        .for_each(|(largest, &z)| *largest = if z > *largest { z } else { *largest });
                }
            }
        });
        let n_dead = |largest: &Vec<f32>| largest.iter().filter(|&&z| z <= 0.0).count() as u32;
        HeldOut { step: self.step, loss, accuracy, dead: largest.iter().map(n_dead).collect() }
    }

    /// Loss and accuracy over all of `digits`, batch by batch; `look` sees each.
    fn evaluate(&mut self, digits: &Digits, mut look: impl FnMut(&Mlp<f32>, &Tape<f32>)) -> Evaluation {
        let rows: Vec<u32> = (0..digits.len() as u32).collect();
        let (mut loss, mut correct) = (0.0, 0);
        for rows in rows.chunks(self.settings.batch) {
            self.mlp.evaluate(&digits.x, &digits.labels, rows, &mut self.tape);
            loss += f64::from(self.tape.loss) * rows.len() as f64;
            correct += self.tape.correct;
            look(&self.mlp, &self.tape);
        }
        let n = digits.len() as f64;
        Evaluation { loss: (loss / n) as f32, accuracy: (correct as f64 / n) as f32 }
    }
}

/// How the network stands on some digits.
struct Evaluation {
    loss: f32,
    accuracy: f32,
}

/// What every batch since the last sample gave.
#[derive(Default)]
struct Recent {
    loss: f32,
    accuracy: f32,
    /// The mean |∂C/∂W| of each layer, `[layers]`.
    gradients: Vec<f64>,
    n_batches: u32,
}

impl Recent {
    fn add(&mut self, loss: f32, accuracy: f32, gradients: impl Iterator<Item = f64>) {
        self.loss += loss;
        self.accuracy += accuracy;
        self.gradients.iter_mut().zip(gradients).for_each(|(sum, mean)| *sum += mean);
        self.n_batches += 1;
    }

    /// Puts the means into a sample, and starts afresh.
    fn end(&mut self, sample: &mut Sample) {
        let n = self.n_batches as f32;
        (sample.recent_loss, sample.recent_accuracy) = (self.loss / n, self.accuracy / n);
        for (layer, sum) in sample.layers.iter_mut().zip(&mut self.gradients) {
            layer.recent_gradient = (std::mem::take(sum) / f64::from(n)) as f32;
        }
        (self.loss, self.accuracy, self.n_batches) = (0.0, 0.0, 0);
    }
}

#[cfg(test)]
mod tests;
