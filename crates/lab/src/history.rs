//! What a watcher keeps of one run. [`History::apply`] takes events as they come and drops those of other runs.

use super::protocol::{Event, RunId};
use super::sample::{HeldOut, Histograms, Sample};
use super::settings::Settings;
use super::training::{LOG_EVERY, Outcome};

#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// The trainer is not there yet.
    Starting,
    /// The network is built and nothing has been trained.
    Ready,
    Running,
    Paused,
    Done,
    Diverged(String),
    Failed(String),
}

impl Status {
    pub fn label(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Diverged(_) => "diverged",
            Self::Failed(_) => "failed",
        }
    }
}

#[derive(Clone, Debug)]
pub struct History {
    pub run: RunId,
    pub settings: Settings,
    pub status: Status,
    /// Updates made so far.
    pub steps: u32,
    /// Milliseconds by the trainer's own clock: those it computed.
    pub computing: f64,
    /// The same with its rests, without pauses.
    pub elapsed: f64,
    /// In increasing step; at most one for each step of `Recipe::STEPS`, one in ten in an undisturbed run.
    pub samples: Vec<Sample>,
    /// One for each logged step.
    pub histograms: Vec<Histograms>,
    /// One for each logged step.
    pub held_out: Vec<HeldOut>,
    pub outcome: Option<Outcome>,
}

impl History {
    pub fn new(run: RunId, settings: Settings) -> Self {
        Self {
            run,
            settings,
            status: Status::Starting,
            steps: 0,
            computing: 0.0,
            elapsed: 0.0,
            samples: Vec::new(),
            histograms: Vec::new(),
            held_out: Vec::new(),
            outcome: None,
        }
    }

    /// Takes an event in; false if it is of another run and was dropped.
    pub fn apply(&mut self, event: Event) -> bool {
        if event.run().is_some_and(|run| run != self.run) {
            return false;
        }
        match event {
            Event::Hello { .. } | Event::Loaded { .. } | Event::Refused { .. } => {}
            // What was kept of an earlier beginning of the same run is not to stand beside what follows.
            Event::Started { is_running, .. } => {
                let status = if is_running { Status::Running } else { Status::Ready };
                *self = Self { status, ..Self::new(self.run, self.settings) };
            }
            Event::Resumed { .. } => self.status = Status::Running,
            Event::Sampled { measured, .. } => {
                if self.status == Status::Ready {
                    self.status = Status::Paused; // A single step of a run that has not begun.
                }
                self.steps = measured.sample.step + 1;
                self.samples.push(measured.sample);
                self.histograms.extend(measured.histograms);
                self.held_out.extend(measured.held_out);
            }
            Event::Progressed { steps, computing, elapsed, .. } => {
                self.steps = steps;
                self.computing = computing;
                self.elapsed = elapsed;
            }
            Event::Paused { steps, .. } => {
                self.steps = steps;
                self.status = Status::Paused;
            }
            Event::Finished { outcome, .. } => {
                self.steps = outcome.steps;
                self.outcome = Some(outcome);
                self.status = Status::Done;
            }
            Event::Diverged { step, sentence, .. } => {
                self.steps = step;
                self.status = Status::Diverged(sentence);
            }
            Event::Failed { sentence } => self.status = Status::Failed(sentence),
        }
        true
    }

    /// The samples of the steps that the tutorial logs.
    pub fn logged(&self) -> impl DoubleEndedIterator<Item = &Sample> {
        self.samples.iter().filter(|sample| sample.step.is_multiple_of(LOG_EVERY))
    }

    pub fn steps_per_second(&self) -> Option<f64> {
        (self.elapsed > 0.0).then(|| f64::from(self.steps) / self.elapsed * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recipe;
    use crate::protocol::Command;
    use crate::session::Session;
    use crate::session::tests::grey;
    use nn::Activation;

    #[test]
    fn a_run_that_is_started_twice_is_kept_once() {
        let settings = Recipe { batch: 10, steps: 21, ..Recipe::tutorial(Activation::Tanh, 1) }.check().unwrap();
        let (run, mut session) = (RunId(1), Session::new(grey()));
        let mut history = History::new(run, settings);
        for steps in [15, 22] {
            history.apply(session.handle(Command::Start { run, settings, paused: false }).unwrap());
            (0..steps).for_each(|_| session.step().into_iter().for_each(|event| assert!(history.apply(event))));
        }
        assert!(history.samples.iter().map(|sample| sample.step).eq([0, 10, 20]));
        assert_eq!((history.histograms.len(), history.held_out.len(), history.status), (1, 1, Status::Done));
    }
}
