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
        let step = training.step(split);
        *is_running = step.is_ok();
        match step {
            Ok(measured) => measured.map(|measured| Event::Sampled { run: *run, measured }),
            Err(diverged) => Some(Event::Diverged { run: *run, step: diverged.step, sentence: diverged.to_string() }),
        }
    }

    fn start(&mut self, run: RunId, settings: Settings, paused: bool) -> Event {
        self.current = None;
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
        Some(match training.step_measured(split) {
            Ok(measured) => Event::Sampled { run, measured },
            Err(diverged) => Event::Diverged { run, step: diverged.step, sentence: diverged.to_string() },
        })
    }

    fn current_run(&mut self, run: RunId) -> Option<&mut Current> {
        self.current.as_mut().filter(|current| current.run == run)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::data::Digits;
    use crate::{Recipe, Training};
    use nn::{Activation, SparseRows};

    const RUN: RunId = RunId(1);

    /// Forty digits of one colour each.
    fn split(colour: impl Fn(usize) -> f32) -> Split {
        let x = SparseRows::from_dense(784, (0..40 * 784).map(|i| colour(i / 784)));
        let digits = Digits { x, labels: (0..40).map(|i| i % 10).collect() };
        Split { train: digits.clone(), held_out: digits }
    }

    pub fn grey() -> Split {
        split(|example| (example % 10) as f32 / 10.0)
    }

    fn start(run: RunId, paused: bool) -> Command {
        let recipe = Recipe { depth: 3, width: 4, steps: 25, ..Recipe::tutorial(Activation::Tanh, 1) };
        let settings = recipe.check().unwrap();
        Command::Start { run, settings, paused }
    }

    #[test]
    fn a_run_tells_its_samples_and_its_end_whoever_drives_it() {
        let mut session = Session::new(grey());
        assert_eq!(session.handle(start(RUN, false)), Some(Event::Started { run: RUN, is_running: true }));
        let events: Vec<Event> = (0..26).filter_map(|_| session.step()).collect();
        let Command::Start { settings, .. } = start(RUN, false) else { unreachable!() };
        let mut training = Training::new(settings, &grey().train).unwrap();
        let measured: Vec<_> = (0..25).filter_map(|_| training.step(&grey()).unwrap()).collect();
        assert_eq!(measured.iter().map(|m| m.sample.step).collect::<Vec<_>>(), [0, 10, 20]);
        let sampled = measured.into_iter().map(|measured| Event::Sampled { run: RUN, measured });
        let outcome = training.outcome(&grey());
        assert_eq!(events, sampled.chain([Event::Finished { run: RUN, outcome }]).collect::<Vec<_>>());
        assert!(!session.is_running() && session.step().is_none());
    }

    #[test]
    fn a_paused_run_moves_by_single_steps_only_and_late_commands_are_passed_over() {
        let mut session = Session::new(grey());
        session.handle(start(RUN, true));
        assert!(session.step().is_none());
        for step in 0..3 {
            let event = session.handle(Command::Step { run: RUN });
            assert!(matches!(event, Some(Event::Sampled { measured, .. }) if measured.sample.step == step));
        }
        session.handle(start(RunId(2), true));
        assert_eq!(
            [Command::Pause { run: RUN }, Command::Resume { run: RUN }].map(|late| session.handle(late)),
            [None, None]
        );
        assert_eq!(session.progress(), Some((RunId(2), 0)));
        assert_eq!(session.handle(Command::Resume { run: RunId(2) }), Some(Event::Resumed { run: RunId(2) }));
        session.step();
        assert_eq!(session.handle(Command::Step { run: RunId(2) }), None);
        assert_eq!(session.handle(Command::Pause { run: RunId(2) }), Some(Event::Paused { run: RunId(2), steps: 1 }));
    }

    #[test]
    fn a_loss_that_is_no_number_is_an_event_and_ends_the_run() {
        let mut session = Session::new(split(|_| f32::INFINITY));
        session.handle(start(RUN, false));
        let sentence = "training diverged at step 0: the pre-activation z of layer 1 is NaN".to_owned();
        assert_eq!(session.step(), Some(Event::Diverged { run: RUN, step: 0, sentence }));
        assert!(!session.is_running());
    }
}
