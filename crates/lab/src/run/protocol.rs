//! The messages between a trainer and its client, and how they are encoded. Every message about a run has the run's id, so that late
//! messages of a canceled run can be ignored. The client sends single commands. The trainer sends all events of a slice of training
//! as one list: the samples of a default run would otherwise be 250 messages.

use super::training::{CannotTrain, Diverged, Measured, Outcome};
use crate::data::DatasetError;
use crate::experiment::RunId;
use crate::measure::Detail;
use crate::recipe::Settings;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Build a network. It does not train until it is resumed.
    Start {
        run: RunId,
        settings: Settings,
        detail: Detail,
    },
    /// Train until paused, or until `until` updates are made.
    Resume {
        run: RunId,
        until: Option<u32>,
    },
    Pause {
        run: RunId,
    },
    /// Train one step and measure it, then pause.
    Step {
        run: RunId,
    },
    /// Drop the run.
    Cancel {
        run: RunId,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The trainer is ready for messages.
    Hello,
    /// The trainer has its data.
    Loaded {
        train: u32,
        held_out: u32,
    },
    /// The data are invalid; the client may send other data.
    Refused {
        error: DatasetError,
    },
    /// A message of `bytes` bytes was not a command.
    NotUnderstood {
        bytes: u32,
    },
    /// The network is built; nothing has been trained.
    Started {
        run: RunId,
    },
    Sampled {
        run: RunId,
        measured: Measured,
    },
    /// Updates made, and the milliseconds that the trainer has spent on this run by its own clock.
    Progressed {
        run: RunId,
        steps: u32,
        computed_ms: f64,
    },
    Paused {
        run: RunId,
        steps: u32,
    },
    Finished {
        run: RunId,
        outcome: Outcome,
    },
    Diverged {
        run: RunId,
        diverged: Diverged,
    },
    /// The run cannot start.
    Failed {
        run: RunId,
        error: CannotTrain,
    },
}

impl Event {
    /// The run that the event is about, if any.
    pub fn run(&self) -> Option<RunId> {
        match self {
            Self::Started { run }
            | Self::Sampled { run, .. }
            | Self::Progressed { run, .. }
            | Self::Paused { run, .. }
            | Self::Finished { run, .. }
            | Self::Diverged { run, .. }
            | Self::Failed { run, .. } => Some(*run),
            Self::Hello | Self::Loaded { .. } | Self::Refused { .. } | Self::NotUnderstood { .. } => None,
        }
    }
}

/// Encodes a message.
///
/// # Errors
/// `postcard` cannot encode it.
pub fn encode<M: Serialize>(message: &M) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(message)
}

/// Decodes a message.
///
/// # Errors
/// The bytes are not exactly one message of this type.
pub fn decode<'a, M: Deserialize<'a>>(bytes: &'a [u8]) -> Result<M, postcard::Error> {
    match postcard::take_from_bytes(bytes)? {
        (message, []) => Ok(message),
        _ => Err(postcard::Error::DeserializeBadEncoding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::idx::IdxError;
    use crate::measure::histogram::Histogram;
    use crate::measure::reading::{Example, Reading};
    use crate::measure::sample::{Chain, HeldOut, Histograms, LayerHistograms, LayerSample, Sample, Size};
    use crate::recipe::Recipe;
    use nn::finite::{NonFinite, Quantity};

    fn events() -> Vec<Event> {
        let run = RunId(7);
        let size = Size { mean: 1e-5, norm: 0.25 };
        let layers = vec![LayerSample {
            gradient: size,
            recent_gradient: 0.25,
            delta: size,
            weight: size,
            pre_activation: size,
            activation: size,
            slope: 0.5,
            saturated: 0.25,
            singular_value: 2.0,
            update_ratio: 1e-3,
            chain: Chain { weights: 0.5, skip: 1.0, dropout: 1.0, slope: 0.25, norm: 1.0 },
        }];
        let sample = Sample { step: 200, loss: 2.3, accuracy: 0.1, recent_loss: 2.4, recent_accuracy: 0.2, layers };
        let histogram = Histogram::of(&[-1.0, 0.5, 2.0]);
        let layers = vec![LayerHistograms {
            weight: histogram.clone(),
            gradient: histogram.clone(),
            delta: histogram.clone(),
            pre_activation: histogram.clone(),
            activation: histogram,
        }];
        let histograms = Some(Histograms { step: 200, layers });
        let held_out = Some(HeldOut { step: 200, loss: 2.3, accuracy: 0.1, dead: vec![3, 0] });
        let reading = Some(Reading { step: 200, hidden: vec![vec![-0.5, 0.25]], outputs: vec![0.9, 0.1] });
        let example = Some(Example { label: 1, columns: 2, pixels: vec![0, 255] });
        let outcome = Outcome { steps: 2_500, fingerprint: u64::MAX, train_accuracy: 0.9, held_out_accuracy: 0.8 };
        let what = NonFinite { quantity: Quantity::Loss, layer: 5, value: f32::INFINITY };
        vec![
            Event::Hello,
            Event::Loaded { train: 9_000, held_out: 1_000 },
            Event::Refused { error: DatasetError::Images(IdxError::Empty) },
            Event::NotUnderstood { bytes: 3 },
            Event::Started { run },
            Event::Sampled { run, measured: Measured { sample, histograms, held_out, reading, example } },
            Event::Progressed { run, steps: 210, computed_ms: 12.5 },
            Event::Paused { run, steps: 210 },
            Event::Finished { run, outcome },
            Event::Diverged { run, diverged: Diverged { step: 3, what } },
            Event::Failed { run, error: CannotTrain::TooFewExamples { found: 4, batch: 5 } },
        ]
    }

    #[test]
    fn messages_survive_the_wire() {
        for event in events() {
            assert_eq!(decode::<Event>(&encode(&event).unwrap()), Ok(event));
        }
        let settings = Recipe { depth: 12, ..Recipe::default() }.check().unwrap();
        let start = Command::Start { run: RunId(1), settings, detail: Detail::Everything };
        assert_eq!(decode::<Command>(&encode(&start).unwrap()), Ok(start));
    }

    #[test]
    fn damaged_messages_are_refused() {
        for event in events() {
            let bytes = encode(&event).unwrap();
            assert!((0..bytes.len()).all(|end| decode::<Event>(&bytes[..end]).is_err()), "{event:?}");
            assert!(decode::<Event>(&[bytes, vec![0]].concat()).is_err());
        }
    }

    #[test]
    fn settings_that_cannot_run_are_refused() {
        let recipe = |depth: usize| encode(&Recipe { depth, ..Recipe::default() }).unwrap();
        assert_eq!(decode(&recipe(6)), Ok(Recipe::default().check().unwrap()));
        assert!(decode::<Settings>(&recipe(0)).is_err() && decode::<Settings>(&recipe(usize::MAX)).is_err());
    }
}
