//! A trainer without its thread: commands go in by [`Session::handle`], each [`Session::step`] trains a step and says what
//! there is to say. It knows no clock and no worker; whoever drives it decides how often to step and where events go.

use super::protocol::{Command, Event, RunId};
use super::settings::Settings;
use super::training::Training;
use crate::data::Split;

pub struct Session {
    split: Split,
    current: Option<Current>,
}

struct Current {
    run: RunId,
    training: Training,
    is_running: bool,
}

impl Session {
    pub fn new(split: Split) -> Self {
        Self { split, current: None }
    }

    /// Whether there is something to do: the driver then calls [`step`](Self::step).
    pub fn is_running(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.is_running)
    }

    /// The run at hand and the updates it has made.
    pub fn progress(&self) -> Option<(RunId, u32)> {
        self.current.as_ref().map(|current| (current.run, current.training.steps_done()))
    }

    /// Obeys a command; one that names another run than the current one is late and is passed over.
    pub fn handle(&mut self, command: Command) -> Option<Event> {
        match command {
            Command::Start { run, settings, paused } => Some(self.start(run, settings, paused)),
            Command::Pause { run } => {
                let current = self.current_run(run)?;
                current.is_running = false;
                Some(Event::Paused { run, steps: current.training.steps_done() })
            }
            Command::Resume { run } => {
                self.current_run(run)?.is_running = true;
                Some(Event::Resumed { run })
            }
            Command::Step { run } => self.single_step(run),
        }
    }

    /// Trains one step of a running run.
    pub fn step(&mut self) -> Option<Event> {
        let Self { split, current } = self;
        let Current { run, training, is_running } = current.as_mut().filter(|current| current.is_running)?;
        if training.is_done() {
            *is_running = false;
            return Some(Event::Finished { run: *run, outcome: training.outcome(split) });
        }
        let step = training.step(&split.train);
        *is_running = step.is_ok();
        match step {
            Ok(measured) => measured.map(|measured| Event::Sampled { run: *run, measured }),
            Err(diverged) => Some(Event::Diverged { run: *run, step: diverged.step, sentence: diverged.to_string() }),
        }
    }

    fn start(&mut self, run: RunId, settings: Settings, paused: bool) -> Event {
        match Training::new(settings, &self.split.train) {
            Ok(training) => {
                self.current = Some(Current { run, training, is_running: !paused });
                Event::Started { run, is_running: !paused }
            }
            Err(error) => Event::Failed { sentence: error.to_string() },
        }
    }

    fn single_step(&mut self, run: RunId) -> Option<Event> {
        let Self { split, current } = self;
        let Current { training, .. } = current.as_mut().filter(|current| current.run == run && !current.is_running)?;
        if training.is_done() {
            return Some(Event::Finished { run, outcome: training.outcome(split) });
        }
        Some(match training.step_measured(&split.train) {
            Ok(measured) => Event::Sampled { run, measured },
            Err(diverged) => Event::Diverged { run, step: diverged.step, sentence: diverged.to_string() },
        })
    }

    fn current_run(&mut self, run: RunId) -> Option<&mut Current> {
        self.current.as_mut().filter(|current| current.run == run)
    }
}
