//! The messages between a trainer and whoever watches it, and their bytes. Every message about a run names it, so that late
//! ones of an older run can be dropped. The watcher sends one command at a time; the trainer sends a list of events, all of a
//! slice of training at once: by themselves the samples of a default run would be 250 messages.

use super::settings::Settings;
use super::training::{Measured, Outcome};
use serde::{Deserialize, Serialize};

/// Raised whenever a message changes: a worker from a stale cache is noticed by its hello.
pub const VERSION: u32 = 7;

/// One run of one trainer; a restart is a new run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunId(pub u32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Build the network of `settings`; trains at once unless `paused`.
    Start {
        run: RunId,
        settings: Settings,
        paused: bool,
    },
    Pause {
        run: RunId,
    },
    Resume {
        run: RunId,
    },
    /// One step of a paused run.
    Step {
        run: RunId,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The trainer listens.
    Hello {
        version: u32,
    },
    /// The trainer has its digits.
    Loaded {
        train: u32,
        held_out: u32,
    },
    /// The digits cannot be read, and why; others may be sent.
    Refused {
        sentence: String,
    },
    /// The run's network is built; it trains at once or waits to be resumed.
    Started {
        run: RunId,
        is_running: bool,
    },
    Resumed {
        run: RunId,
    },
    Sampled {
        run: RunId,
        measured: Measured,
    },
    /// How far the run is, and its milliseconds by the trainer's own clock: those it computed, and those with its rests.
    Progressed {
        run: RunId,
        steps: u32,
        computing: f64,
        elapsed: f64,
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
        step: u32,
        sentence: String,
    },
    /// The trainer cannot go on, and why.
    Failed {
        sentence: String,
    },
}

impl Event {
    /// The run that the event is about, if any.
    pub fn run(&self) -> Option<RunId> {
        match self {
            Self::Started { run, .. }
            | Self::Resumed { run }
            | Self::Sampled { run, .. }
            | Self::Progressed { run, .. }
            | Self::Paused { run, .. }
            | Self::Finished { run, .. }
            | Self::Diverged { run, .. } => Some(*run),
            Self::Hello { .. } | Self::Loaded { .. } | Self::Refused { .. } | Self::Failed { .. } => None,
        }
    }
}

/// A message as bytes.
///
/// # Errors
/// Memory ran out.
pub fn encode<M: Serialize>(message: &M) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(message)
}

/// The message in `bytes`, all of which it must fill.
///
/// # Errors
/// The bytes are no such message.
pub fn decode<'a, M: Deserialize<'a>>(bytes: &'a [u8]) -> Result<M, postcard::Error> {
    match postcard::take_from_bytes(bytes)? {
        (message, []) => Ok(message),
        _ => Err(postcard::Error::DeserializeBadEncoding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recipe;
    use crate::histogram::Histogram;
    use crate::sample::{Chain, HeldOut, Histograms, LayerHistograms, LayerSample, Sample, Size};
    use nn::Activation;

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
        let outcome = Outcome { steps: 2_500, fingerprint: u64::MAX, train_accuracy: 0.9, held_out_accuracy: 0.8 };
        vec![
            Event::Hello { version: VERSION },
            Event::Loaded { train: 9_000, held_out: 1_000 },
            Event::Refused { sentence: "no digits".into() },
            Event::Started { run, is_running: true },
            Event::Resumed { run },
            Event::Sampled { run, measured: Measured { sample, histograms, held_out } },
            Event::Progressed { run, steps: 210, computing: 12.5, elapsed: 36.0 },
            Event::Paused { run, steps: 210 },
            Event::Finished { run, outcome },
            Event::Diverged { run, step: 3, sentence: "training diverged".into() },
            Event::Failed { sentence: "no digits".into() },
        ]
    }

    #[test]
    fn messages_survive_the_wire() {
        for event in events() {
            assert_eq!(decode::<Event>(&encode(&event).unwrap()), Ok(event));
        }
        let settings = Settings::tutorial(Activation::LeakyRelu { slope: 0.2 }, 9);
        let start = Command::Start { run: RunId(1), settings, paused: true };
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
        let recipe = |depth: usize| encode(&Recipe { depth, ..Recipe::tutorial(Activation::Relu, 1) }).unwrap();
        assert_eq!(decode(&recipe(6)), Ok(Settings::tutorial(Activation::Relu, 1)));
        assert!(decode::<Settings>(&recipe(0)).is_err() && decode::<Settings>(&recipe(usize::MAX)).is_err());
    }
}
