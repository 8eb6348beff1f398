//! Trains one run and records what the formats need of it.

use super::network::Network;
use lab::data::Batches;
use lab::run::{CannotTrain, Diverged, Measured, Outcome, Progress};
use lab::{Detail, Settings, Split, Training};
use std::ops::ControlFlow;
use thiserror::Error;

/// What to record of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// How much is measured.
    pub detail: Detail,
    /// Whether what is measured is kept.
    pub samples: bool,
    /// Whether the initial and the final network are kept.
    pub networks: bool,
    /// Whether the batch, the loss and the dropped units of every step are kept.
    pub trajectory: bool,
}

impl Default for Need {
    fn default() -> Self {
        Self { detail: Detail::Outcome, samples: false, networks: false, trajectory: false }
    }
}

impl Need {
    /// What both need.
    pub fn and(self, other: Self) -> Self {
        let rank = |detail| match detail {
            Detail::Outcome => 0,
            Detail::Curves => 1,
            Detail::Everything => 2,
        };
        Self {
            detail: if rank(self.detail) < rank(other.detail) { other.detail } else { self.detail },
            samples: self.samples || other.samples,
            networks: self.networks || other.networks,
            trajectory: self.trajectory || other.trajectory,
        }
    }
}

/// A run from its start to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub settings: Settings,
    /// In the order of their steps; empty unless needed.
    pub samples: Vec<Measured>,
    pub end: Result<Outcome, Diverged>,
    /// The network before the first step.
    pub initial: Option<Network>,
    /// The network after the last step; None if the run diverged.
    pub last: Option<Network>,
    pub trajectory: Option<Trajectory>,
}

/// What another program needs to repeat every step of a run. `steps` are those that were completed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trajectory {
    /// The examples of each batch, `[steps, batch]`.
    pub batches: Vec<u32>,
    /// The mean loss of each batch before its update, `[steps]`.
    pub losses: Vec<f32>,
    /// Which units were not dropped, as bits: `[steps, bytes]`. The bits of a step are `[hidden layers, batch, width]`, the first one
    /// in the highest bit of its byte; the last byte is filled with zeros. Empty without dropout.
    pub masks: Vec<u8>,
}

/// Why there is no record.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Stopped {
    #[error(transparent)]
    CannotTrain(#[from] CannotTrain),
    #[error("canceled")]
    Canceled,
}

/// Trains a run to its end. After each unit of work, none longer than a training step, `on_work` is called with the updates made
/// so far and, after a sampled step, what was measured; it can cancel.
///
/// # Errors
/// The run cannot start, or was canceled.
pub fn record(
    settings: Settings,
    split: &Split,
    need: Need,
    mut on_work: impl FnMut(u32, Option<&Measured>) -> ControlFlow<()>,
) -> Result<Record, Stopped> {
    let mut training = Training::new(settings, need.detail, split)?;
    let network = |training: &Training| need.networks.then(|| Network::of(training));
    let initial = network(&training);
    let mut recorder = need.trajectory.then(|| Recorder::new(&training, split)).flatten();
    let mut samples = Vec::new();
    let end = loop {
        let n_updates = training.steps_done();
        let (measured, end) = match training.advance(split) {
            Ok(Progress::Working) => (None, None),
            Ok(Progress::Measured(measured)) => (Some(measured), None),
            Ok(Progress::Finished(outcome)) => (None, Some(Ok(outcome))),
            Err(diverged) => (None, Some(Err(diverged))),
        };
        if let Some(recorder) = recorder.as_mut().filter(|_| training.steps_done() > n_updates) {
            recorder.push_step(&training);
        }
        if let Some(end) = end {
            break end;
        }
        if on_work(training.steps_done(), measured.as_deref()).is_break() {
            return Err(Stopped::Canceled);
        }
        samples.extend(measured.filter(|_| need.samples).map(|measured| *measured));
    };
    let last = network(&training).filter(|_| end.is_ok());
    Ok(Record { settings, samples, end, initial, last, trajectory: recorder.map(|recorder| recorder.trajectory) })
}

struct Recorder {
    batches: Batches,
    trajectory: Trajectory,
}

impl Recorder {
    /// None only where [`Training::new`] fails too.
    fn new(training: &Training, split: &Split) -> Option<Self> {
        let settings = training.settings();
        let recipe = settings.recipe();
        let batches = Batches::new(split.train.len(), recipe.batch, recipe.seed)?;
        Some(Self { batches, trajectory: Trajectory::default() })
    }

    fn push_step(&mut self, training: &Training) {
        let Self { batches, trajectory } = self;
        trajectory.batches.extend(batches.next_batch());
        let tape = training.tape();
        trajectory.losses.push(tape.loss);
        let layers = training.mlp().layers().iter().zip(&tape.layers);
        let masks = layers.filter_map(|(layer, activity)| Some((layer, activity.mask()?)));
        let are_kept = masks.flat_map(|(layer, mask)| layer.unpadded(mask)).map(|factor| factor != 0.0);
        push_bits(&mut trajectory.masks, are_kept);
    }
}

/// Appends bits, the first one in the highest bit of its byte.
fn push_bits(bytes: &mut Vec<u8>, bits: impl Iterator<Item = bool>) {
    for (i, bit) in bits.enumerate() {
        if i % 8 == 0 {
            bytes.push(0);
        }
        if let Some(byte) = bytes.last_mut() {
            *byte |= u8::from(bit) << (7 - i % 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::Recipe;
    use nn::rng::Rng;

    const ALL: Need = Need { detail: Detail::Everything, samples: true, networks: true, trajectory: true };

    fn split() -> Split {
        folder::load(&folder::bundled()).unwrap()
    }

    #[test]
    fn what_is_recorded_changes_no_bit_of_the_run() {
        let (split, settings) = (split(), Recipe { steps: 41, dropout: 0.5, ..Recipe::default() }.check().unwrap());
        let with = |need| record(settings, &split, need, |_, _| ControlFlow::Continue(())).unwrap();
        let (all, least) = (with(ALL), with(Need::default()));
        assert_eq!(all.end, least.end);
        assert_eq!((least.samples.len(), least.initial, least.last, least.trajectory), (0, None, None, None));
        assert_eq!(all.samples.iter().map(|m| m.sample.step).collect::<Vec<_>>(), [0, 10, 20, 30, 40]);
        assert_eq!(all.last.unwrap().fingerprint, all.end.unwrap().fingerprint);
    }

    #[test]
    fn a_trajectory_has_the_losses_that_are_measured_and_the_units_that_are_dropped() {
        let (split, dropout) = (split(), 0.5);
        let recipe = Recipe { steps: 21, batch: 3, depth: 3, width: 5, dropout, ..Recipe::default() };
        let record = record(recipe.check().unwrap(), &split, ALL, |_, _| ControlFlow::Continue(())).unwrap();
        let Trajectory { batches, losses, masks } = record.trajectory.unwrap();
        // Two hidden layers of 3 × 5 units in 30 bits.
        assert_eq!((batches.len(), losses.len(), masks.len()), (63, 21, 84));
        for measured in &record.samples {
            assert_eq!(losses[measured.sample.step as usize], measured.sample.loss);
        }
        // Masks are drawn for rows of 8 numbers, of which 5 are units.
        let mut rng = Rng::dropout(recipe.seed);
        for step in masks.chunks_exact(4) {
            let drawn: Vec<bool> = (0..2 * 3 * 8).map(|_| rng.unit() >= dropout).collect();
            let units = drawn.chunks_exact(8).flat_map(|row| &row[..5]);
            assert!(units.enumerate().all(|(i, &kept)| kept == (step[i / 8] >> (7 - i % 8) & 1 == 1)));
        }
    }

    #[test]
    fn a_run_can_be_canceled_between_any_two_units_of_work() {
        let (split, settings) = (split(), Recipe { steps: 100, ..Recipe::default() }.check().unwrap());
        let mut n = 0;
        let stopped = record(settings, &split, ALL, |steps, _| {
            n = steps;
            if steps < 7 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert_eq!((stopped, n), (Err(Stopped::Canceled), 7));
        let settings = Recipe { batch: 512, ..Recipe::default() }.check().unwrap();
        let few = Split::new(first(&split, 30), first(&split, 30)).unwrap();
        let sentence = record(settings, &few, ALL, |_, _| ControlFlow::Continue(())).unwrap_err().to_string();
        assert_eq!(sentence, "there are 30 examples to train on, but a batch needs 512");
    }

    fn first(split: &Split, n: usize) -> lab::Dataset {
        let codes: Vec<f32> = (0..n).flat_map(|i| dense(split, i)).collect();
        let x = nn::SparseRows::from_dense(split.n_inputs(), codes.into_iter());
        lab::Dataset { x, labels: split.train.labels[..n].to_vec(), columns: 28 }
    }

    fn dense(split: &Split, i: usize) -> Vec<f32> {
        let mut row = vec![0.0; split.n_inputs()];
        split.train.x.row(i).for_each(|(column, x)| row[column] = x);
        row
    }

    #[test]
    fn needs_add_up() {
        let outcome = Need::default();
        let curves = Need { detail: Detail::Curves, samples: true, ..outcome };
        let networks = Need { networks: true, ..outcome };
        assert_eq!(curves.and(networks), Need { networks: true, ..curves });
        assert_eq!(networks.and(curves).and(ALL), ALL);
    }
}
