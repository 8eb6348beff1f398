//! Trains one network: evaluate, forward, backward, measure, update. The same settings give the same bits. Work is done in small
//! units, none longer than a training step, so that the caller can stop between any two of them.

mod recent;

use super::evaluation::Evaluation;
use crate::data::{Batches, Split};
use crate::measure::reading::{Example, Reading};
use crate::measure::sample::{HeldOut, Histograms, Sample};
use crate::measure::{Detail, histograms, measure, set_update_ratios};
use crate::recipe::{Cost, DataShape, Settings};
use nn::finite::{NonFinite, first_non_finite};
use nn::optimizer::{self, Optimization};
use nn::{Mlp, Tape, rng::Rng};
use recent::Recent;
use serde::{Deserialize, Serialize};
use std::hash::Hasher;
use thiserror::Error;

pub struct Training {
    settings: Settings,
    detail: Detail,
    /// Updates made.
    step: u32,
    stage: Stage,
    mlp: Mlp<f32>,
    tape: Tape<f32>,
    optimization: Optimization<f32>,
    batches: Batches,
    dropout: Rng,
    recent: Recent,
}

/// What the next unit of work does.
enum Stage {
    /// Evaluating the held-out examples before a logged step.
    HeldOut(Evaluation),
    /// A training step.
    Step {
        held_out: Option<HeldOut>,
    },
    /// Evaluating the training examples after the last step.
    TrainAccuracy(Evaluation),
    /// Evaluating the held-out examples after the last step.
    HeldOutAccuracy {
        train_accuracy: f32,
        evaluation: Evaluation,
    },
    Done(Outcome),
}

/// The result of a unit of work.
#[derive(Debug)]
pub enum Progress {
    /// Nothing to report.
    Working,
    /// A training step that was measured.
    Measured(Box<Measured>),
    Finished(Outcome),
}

/// What was measured at one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub sample: Sample,
    /// At logged steps.
    pub histograms: Option<Histograms>,
    /// At logged steps.
    pub held_out: Option<HeldOut>,
    pub reading: Option<Reading>,
    /// At step 0, what is read.
    pub example: Option<Example>,
}

/// The result of a finished run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub steps: u32,
    /// Hash of the bits of all parameters: equal fingerprints are equal networks.
    pub fingerprint: u64,
    /// Share of all training examples classified correctly.
    pub train_accuracy: f32,
    /// Share of all held-out examples classified correctly.
    pub held_out_accuracy: f32,
}

/// The error of a run in which a number became infinite or NaN.
#[derive(Clone, Debug, Error, PartialEq, Serialize, Deserialize)]
#[error("training diverged at step {step}: {what}")]
pub struct Diverged {
    pub step: u32,
    pub what: NonFinite,
}

/// Why a run cannot start.
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
pub enum CannotTrain {
    #[error("there are {found} examples to train on, but a batch needs {batch}")]
    TooFewExamples { found: usize, batch: usize },
    #[error("this network needs about {} MB of memory, more than there is", bytes.div_ceil(1 << 20))]
    TooLittleMemory { bytes: usize },
}

impl Training {
    /// Builds the network and everything that training it on `split` needs.
    ///
    /// # Errors
    /// There are fewer examples than a batch needs, or too little memory.
    pub fn new(settings: Settings, detail: Detail, split: &Split) -> Result<Self, CannotTrain> {
        let recipe = settings.recipe();
        let too_few = CannotTrain::TooFewExamples { found: split.train.len(), batch: recipe.batch };
        let batches = Batches::new(split.train.len(), recipe.batch, recipe.seed).ok_or(too_few)?;
        let shape = DataShape {
            n_pixels: split.n_inputs(),
            n_classes: split.n_classes(),
            n_train: split.train.len(),
            n_held_out: split.held_out.len(),
        };
        // A failed allocation aborts a WebAssembly program. So the memory is first reserved in one piece, which can fail with an
        // error, and released again; the allocations that follow then succeed.
        let Cost { bytes, .. } = Cost::of(&settings, shape);
        Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| CannotTrain::TooLittleMemory { bytes })?;
        let mlp = Mlp::new(settings.architecture(shape.n_pixels, shape.n_classes), &mut Rng::weights(recipe.seed));
        let optimization = Optimization::of_network(recipe.optimizer, mlp.layers());
        let mut training = Self {
            settings,
            detail,
            step: 0,
            stage: Stage::Step { held_out: None },
            tape: Tape::new(&mlp, recipe.batch),
            optimization,
            batches,
            dropout: Rng::dropout(recipe.seed),
            recent: Recent::new(mlp.layers().len()),
            mlp,
        };
        training.stage = training.next_stage();
        Ok(training)
    }

    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Updates made so far.
    pub fn steps_done(&self) -> u32 {
        self.step
    }

    /// Whether all updates are made, so that only evaluations are left.
    pub fn is_trained(&self) -> bool {
        self.step >= self.settings.recipe().steps
    }

    pub fn mlp(&self) -> &Mlp<f32> {
        &self.mlp
    }

    /// The results of the last pass: those of a training step after the unit of work that made an update, else of an evaluation.
    pub fn tape(&self) -> &Tape<f32> {
        &self.tape
    }

    /// Does one unit of work. A step is measured if a sample is due.
    ///
    /// # Errors
    /// A number is not finite. The training cannot go on.
    pub fn advance(&mut self, split: &Split) -> Result<Progress, Diverged> {
        let is_due = self.detail != Detail::Outcome && self.step.is_multiple_of(self.settings.sample_every());
        self.unit(split, is_due)
    }

    /// Does one unit of work. A step is always measured.
    ///
    /// # Errors
    /// As [`advance`](Self::advance).
    pub fn advance_measured(&mut self, split: &Split) -> Result<Progress, Diverged> {
        self.unit(split, true)
    }

    /// Trains to the end and passes each measured step to `on_sample`.
    ///
    /// # Errors
    /// As [`advance`](Self::advance).
    pub fn run_to_end(&mut self, split: &Split, mut on_sample: impl FnMut(Measured)) -> Result<Outcome, Diverged> {
        loop {
            match self.advance(split)? {
                Progress::Working => {}
                Progress::Measured(measured) => on_sample(*measured),
                Progress::Finished(outcome) => return Ok(outcome),
            }
        }
    }

    fn unit(&mut self, split: &Split, is_measured: bool) -> Result<Progress, Diverged> {
        let Self { stage, mlp, tape, .. } = self;
        let batch = self.settings.recipe().batch;
        match stage {
            Stage::HeldOut(evaluation) => {
                if evaluation.advance(mlp, tape, &split.held_out, batch) {
                    let held_out = Some(evaluation.held_out(self.step));
                    self.stage = Stage::Step { held_out };
                }
            }
            Stage::Step { held_out } => {
                let held_out = held_out.take();
                let measured = self.step(split, held_out, is_measured)?;
                self.stage = self.next_stage();
                return Ok(measured.map_or(Progress::Working, |measured| Progress::Measured(Box::new(measured))));
            }
            Stage::TrainAccuracy(evaluation) => {
                if evaluation.advance(mlp, tape, &split.train, batch) {
                    let train_accuracy = evaluation.accuracy();
                    self.stage = Stage::HeldOutAccuracy { train_accuracy, evaluation: Evaluation::new(&self.mlp) };
                }
            }
            Stage::HeldOutAccuracy { train_accuracy, evaluation } => {
                if evaluation.advance(mlp, tape, &split.held_out, batch) {
                    let (train_accuracy, held_out_accuracy) = (*train_accuracy, evaluation.accuracy());
                    let (steps, fingerprint) = (self.step, self.fingerprint());
                    self.stage = Stage::Done(Outcome { steps, fingerprint, train_accuracy, held_out_accuracy });
                }
            }
            Stage::Done(outcome) => return Ok(Progress::Finished(*outcome)),
        }
        // Before a logged step, the held-out loss may be infinite: batch normalization trains networks that overflow without it.
        if self.is_trained() && !self.tape.is_finite(&self.mlp) {
            self.check()?;
        }
        Ok(Progress::Working)
    }

    /// The stage after the current number of updates.
    fn next_stage(&self) -> Stage {
        if self.step >= self.settings.recipe().steps {
            Stage::TrainAccuracy(Evaluation::new(&self.mlp))
        } else if self.detail != Detail::Outcome && self.settings.is_logged(self.step) {
            Stage::HeldOut(Evaluation::new(&self.mlp))
        } else {
            Stage::Step { held_out: None }
        }
    }

    /// One training step; what was measured, if `is_measured`.
    fn step(
        &mut self,
        split: &Split,
        held_out: Option<HeldOut>,
        is_measured: bool,
    ) -> Result<Option<Measured>, Diverged> {
        let is_detailed = is_measured && self.detail == Detail::Everything;
        let reading = is_detailed.then(|| Reading::of(self.step, &self.mlp, &mut self.tape, split));
        let example = (is_detailed && self.step == 0).then(|| Example::of(split));
        self.tape.measures_chain = is_measured;
        self.pass(split)?;
        if !is_measured {
            self.update()?;
            return Ok(None);
        }
        let with_histograms = is_detailed && self.settings.is_logged(self.step);
        let (mut sample, histograms) = self.measure(with_histograms);
        let before = self.mlp.parameters().to_vec();
        self.update()?;
        set_update_ratios(&self.mlp, &before, &mut sample.layers);
        self.recent.take_means(&mut sample);
        Ok(Some(Measured { sample, histograms, held_out, reading, example }))
    }

    /// The forward and the backward pass over the next batch.
    fn pass(&mut self, split: &Split) -> Result<(), Diverged> {
        let (x, labels) = (&split.train.x, &split.train.labels);
        let rows = self.batches.next_batch();
        self.tape.draw_masks(self.settings.recipe().dropout, &mut self.dropout);
        self.mlp.forward(x, labels, rows, &mut self.tape);
        if !self.tape.is_finite(&self.mlp) {
            return self.check();
        }
        self.mlp.backward(x, labels, rows, &mut self.tape);
        Ok(())
    }

    /// Clips the gradient, updates the parameters, and adds the batch to the means of the next sample.
    fn update(&mut self) -> Result<(), Diverged> {
        let clip = self.settings.recipe().clip;
        let factor = clip.map_or(1.0, |norm| optimizer::clip(&mut self.tape.gradient, norm));
        self.mlp.update_running_moments(&self.tape);
        if !self.optimization.update(self.mlp.parameters_mut(), &self.tape.gradient) {
            self.check()?;
        }
        self.step += 1;
        if self.detail != Detail::Outcome {
            let (loss, accuracy) = (self.tape.loss, self.accuracy());
            // The optimizer gets the clipped gradient; what is measured is the gradient of the batch.
            let sums = self.optimization.gradient_sums().iter().map(|sum| sum / factor);
            let means = sums.zip(self.mlp.layers()).map(|(sum, layer)| sum / layer.n_weights() as f64);
            self.recent.add(loss, accuracy, means);
        }
        Ok(())
    }

    /// # Errors
    /// A number is not finite.
    fn check(&self) -> Result<(), Diverged> {
        let what = first_non_finite(&self.mlp, &self.tape, &self.optimization);
        what.map_or(Ok(()), |what| Err(Diverged { step: self.step, what }))
    }

    /// Accuracy on the last batch, 0 to 1.
    fn accuracy(&self) -> f32 {
        self.tape.correct as f32 / self.tape.batch as f32
    }

    /// Measures the current step, after its backward pass.
    fn measure(&mut self, with_histograms: bool) -> (Sample, Option<Histograms>) {
        let layers = measure(&self.mlp, &self.tape);
        let histograms = with_histograms.then(|| histograms(&self.mlp, &self.tape));
        let (step, loss, accuracy) = (self.step, self.tape.loss, self.accuracy());
        let sample = Sample { step, loss, accuracy, recent_loss: 0.0, recent_accuracy: 0.0, layers };
        (sample, histograms.map(|layers| Histograms { step, layers }))
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
}

#[cfg(test)]
mod tests;
