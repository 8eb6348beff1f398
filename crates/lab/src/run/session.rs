//! A trainer without its thread. [`Session::handle`] takes a command; [`Session::advance`] does one unit of work and returns its
//! events. Runs that train at the same time are interleaved: the next unit belongs to the run with the fewest steps. Knows no clock
//! and no worker; the caller decides how often to advance and where events go.

use super::protocol::{Command, Event};
use super::training::{Progress, Training};
use crate::data::Split;
use crate::experiment::RunId;

pub struct Session {
    split: Split,
    jobs: Vec<Job>,
}

struct Job {
    run: RunId,
    training: Training,
    mode: Mode,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Paused,
    /// Trains to its end, or until `until` updates are made.
    Running {
        until: Option<u32>,
    },
    /// Trains one step, measures it and pauses.
    Stepping,
}

impl Session {
    pub fn new(split: Split) -> Self {
        Self { split, jobs: Vec::new() }
    }

    /// Whether [`advance`](Self::advance) has work to do.
    pub fn is_running(&self) -> bool {
        self.jobs.iter().any(|job| job.mode != Mode::Paused)
    }

    /// The run of the next unit of work: of those that train, the one with the fewest steps.
    pub fn next_run(&self) -> Option<RunId> {
        self.jobs
            .iter()
            .filter(|job| job.mode != Mode::Paused)
            .min_by_key(|job| job.training.steps_done())
            .map(|job| job.run)
    }

    /// All runs that have not ended, with the updates they have made.
    pub fn steps(&self) -> impl Iterator<Item = (RunId, u32)> {
        self.jobs.iter().map(|job| (job.run, job.training.steps_done()))
    }

    /// Carries out a command. Returns the event that answers it, if any. A command for an unknown run is late and is ignored.
    pub fn handle(&mut self, command: Command) -> Option<Event> {
        match command {
            Command::Start { run, settings, detail } => {
                self.jobs.retain(|job| job.run != run);
                Some(match Training::new(settings, detail, &self.split) {
                    Ok(training) => {
                        self.jobs.push(Job { run, training, mode: Mode::Paused });
                        Event::Started { run }
                    }
                    Err(error) => Event::Failed { run, error },
                })
            }
            Command::Resume { run, until } => {
                let job = self.job(run)?;
                if until.is_some_and(|until| job.training.steps_done() >= until) {
                    return Some(Event::Paused { run, steps: job.training.steps_done() });
                }
                job.mode = Mode::Running { until };
                None
            }
            Command::Pause { run } => {
                let job = self.job(run)?;
                // A run that waits at its target has said so. After its last step only evaluations are left, and its end follows.
                if job.mode == Mode::Paused || job.training.is_trained() {
                    return None;
                }
                job.mode = Mode::Paused;
                Some(Event::Paused { run, steps: job.training.steps_done() })
            }
            Command::Step { run } => {
                self.job(run)?.mode = Mode::Stepping;
                None
            }
            Command::Cancel { run } => {
                self.jobs.retain(|job| job.run != run);
                None
            }
        }
    }

    /// Does one unit of work. Returns its events, at most two.
    pub fn advance(&mut self) -> [Option<Event>; 2] {
        let next = self.next_run();
        let Self { split, jobs } = self;
        let Some(place) = jobs.iter().position(|job| Some(job.run) == next) else { return [None, None] };
        let Job { run, training, mode } = &mut jobs[place];
        let run = *run;
        let before = training.steps_done();
        let progress = if *mode == Mode::Stepping { training.advance_measured(split) } else { training.advance(split) };
        let steps = training.steps_done();
        let is_at_target = match *mode {
            Mode::Running { until } => until.is_some_and(|until| steps >= until),
            Mode::Stepping => steps > before,
            Mode::Paused => false,
        };
        let event = match progress {
            Ok(Progress::Working) => None,
            Ok(Progress::Measured(measured)) => Some(Event::Sampled { run, measured: *measured }),
            Ok(Progress::Finished(outcome)) => Some(Event::Finished { run, outcome }),
            Err(diverged) => Some(Event::Diverged { run, diverged }),
        };
        if matches!(event, Some(Event::Finished { .. } | Event::Diverged { .. })) {
            jobs.remove(place);
            return [event, None];
        }
        if is_at_target && !training.is_trained() {
            *mode = Mode::Paused;
            return [event, Some(Event::Paused { run, steps })];
        }
        [event, None]
    }

    fn job(&mut self, run: RunId) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.run == run)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::data::Dataset;
    use crate::measure::Detail;
    use crate::recipe::{Recipe, Settings};
    use nn::{Activation, SparseRows};

    const RUN: RunId = RunId(1);

    /// Forty images of one shade each.
    fn split(shade: impl Fn(usize) -> f32) -> Split {
        let x = SparseRows::from_dense(784, (0..40 * 784).map(|i| shade(i / 784)));
        let digits = Dataset { x, labels: (0..40).map(|i| i % 10).collect(), columns: 28 };
        Split::new(digits.clone(), digits).unwrap()
    }

    pub fn grey() -> Split {
        split(|example| (example % 10) as f32 / 10.0)
    }

    fn settings(steps: u32) -> Settings {
        let recipe = Recipe { depth: 3, width: 4, steps, ..Recipe::tutorial(Activation::Tanh, 1) };
        recipe.check().unwrap()
    }

    fn start(run: RunId) -> Command {
        Command::Start { run, settings: settings(25), detail: Detail::Everything }
    }

    fn resume(run: RunId) -> Command {
        Command::Resume { run, until: None }
    }

    /// Advances while there is work.
    fn events(session: &mut Session) -> Vec<Event> {
        let mut events = Vec::new();
        while session.is_running() {
            events.extend(session.advance().into_iter().flatten());
        }
        events
    }

    #[test]
    fn a_run_reports_its_samples_and_its_end_whoever_drives_it() {
        let mut session = Session::new(grey());
        assert_eq!(session.handle(start(RUN)), Some(Event::Started { run: RUN }));
        assert_eq!(session.advance(), [None, None]);
        session.handle(resume(RUN));
        let mut training = Training::new(settings(25), Detail::Everything, &grey()).unwrap();
        let mut expected = Vec::new();
        let outcome =
            training.run_to_end(&grey(), |measured| expected.push(Event::Sampled { run: RUN, measured })).unwrap();
        assert_eq!(expected.len(), 3, "steps 0, 10 and 20");
        expected.push(Event::Finished { run: RUN, outcome });
        assert_eq!(events(&mut session), expected);
        assert_eq!(session.steps().count(), 0);
    }

    #[test]
    fn runs_advance_side_by_side_and_reach_the_same_target() {
        let mut session = Session::new(grey());
        let runs = [RunId(1), RunId(2), RunId(3)];
        for run in runs {
            session.handle(start(run));
            session.handle(Command::Resume { run, until: Some(7) });
        }
        while session.is_running() {
            session.advance();
            let steps: Vec<u32> = session.steps().map(|(_, steps)| steps).collect();
            assert!(steps.iter().max().unwrap() - steps.iter().min().unwrap() <= 1, "{steps:?}");
        }
        assert!(session.steps().map(|(_, steps)| steps).eq([7; 3]));
        assert_eq!(
            session.handle(Command::Resume { run: RUN, until: Some(7) }),
            Some(Event::Paused { run: RUN, steps: 7 })
        );
    }

    #[test]
    fn a_paused_run_moves_by_single_measured_steps_and_late_commands_are_ignored() {
        let mut session = Session::new(grey());
        session.handle(start(RUN));
        for step in 0..3 {
            assert_eq!(session.handle(Command::Step { run: RUN }), None);
            let [Event::Sampled { measured, .. }, paused] = &events(&mut session)[..] else { panic!("two events") };
            assert_eq!((measured.sample.step, paused), (step, &Event::Paused { run: RUN, steps: step + 1 }));
        }
        session.handle(Command::Cancel { run: RUN });
        for late in [Command::Pause { run: RUN }, resume(RUN), Command::Step { run: RUN }] {
            assert_eq!(session.handle(late), None);
        }
        assert!(!session.is_running());
    }

    #[test]
    fn a_pause_takes_effect_at_once_and_a_started_run_starts_over() {
        let mut session = Session::new(grey());
        session.handle(start(RUN));
        session.handle(resume(RUN));
        while session.steps().all(|(_, steps)| steps < 4) {
            session.advance();
        }
        assert_eq!(session.handle(Command::Pause { run: RUN }), Some(Event::Paused { run: RUN, steps: 4 }));
        assert!(!session.is_running());
        session.handle(start(RUN));
        assert!(session.steps().eq([(RUN, 0)]));
    }

    #[test]
    fn a_pause_is_not_answered_while_a_run_waits_or_only_evaluates() {
        let mut session = Session::new(grey());
        session.handle(start(RUN));
        assert_eq!(session.handle(Command::Pause { run: RUN }), None);
        session.handle(resume(RUN));
        while session.steps().all(|(_, steps)| steps < 25) {
            session.advance();
        }
        assert_eq!(session.handle(Command::Pause { run: RUN }), None);
        let end = events(&mut session);
        assert!(matches!(end[..], [Event::Finished { run: RUN, .. }]), "{end:?}");
    }

    #[test]
    fn a_run_that_diverges_or_cannot_start_ends_with_its_reason() {
        let mut session = Session::new(split(|_| f32::INFINITY));
        session.handle(start(RUN));
        session.handle(resume(RUN));
        let [Event::Diverged { run: RUN, diverged }] = &events(&mut session)[..] else { panic!("one event") };
        assert_eq!(diverged.to_string(), "training diverged at step 0: the pre-activation z of layer 1 is NaN");
        let recipe = Recipe { batch: 41, ..*settings(25).recipe() };
        let start = Command::Start { run: RUN, settings: recipe.check().unwrap(), detail: Detail::Curves };
        let Some(Event::Failed { error, .. }) = session.handle(start) else { panic!("too few examples") };
        assert_eq!(error.to_string(), "there are 40 examples to train on, but a batch needs 41");
    }
}
