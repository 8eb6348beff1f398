//! One run in the pool.

use super::{Group, PER_TICK, Status, TrainerId};
use lab::measure::Detail;
use lab::recipe::{Cost, DataShape};
use lab::run::protocol::Command;
use lab::{RunId, Settings};

pub struct Job {
    pub run: RunId,
    pub group: Group,
    pub settings: Settings,
    pub detail: Detail,
    pub trainer: Option<TrainerId>,
    pub wanted: Wanted,
    pub phase: Phase,
    /// Updates made, as last reported.
    pub steps: u32,
    /// A paused run trains to this step: the reader asked for it, or it was made before the run's trainer was lost.
    pub steps_due: u32,
    /// Trainers of the run that were lost since a run last ended or the reader last wanted something.
    pub n_losses: u32,
    /// The step at which a run that may train waits; None if it does not wait.
    pub limit: Option<u32>,
}

/// What the reader wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Run,
    Pause,
    /// One step, then a pause.
    Step,
}

/// What the trainer does, as far as the pool knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not sent to a trainer.
    Waiting,
    /// Sent; the network is not built yet.
    Starting,
    /// The network is built and does not train.
    Still,
    /// Trains until a pause command or to its limit.
    Running,
    /// Trains to a target step, or a pause command is in flight. `Paused` will follow.
    Stopping,
}

impl Phase {
    /// Whether the trainer will send an event without another command.
    pub fn is_active(self) -> bool {
        self == Self::Starting || self.is_training()
    }

    pub fn is_training(self) -> bool {
        matches!(self, Self::Running | Self::Stopping)
    }
}

impl Job {
    pub fn new(run: RunId, group: Group, settings: Settings, detail: Detail, wanted: Wanted) -> Self {
        Self {
            run,
            group,
            settings,
            detail,
            trainer: None,
            wanted,
            phase: Phase::Waiting,
            steps: 0,
            steps_due: 0,
            n_losses: 0,
            limit: None,
        }
    }

    /// Whether the page shows the run while it trains. Such a run does not wait in a queue.
    pub fn is_watched(&self) -> bool {
        self.detail != Detail::Outcome
    }

    /// The ticks for its longest work between two messages, besides those for any answer.
    pub fn ticks(&self, shape: DataShape) -> u32 {
        (Cost::of(&self.settings, shape).longest() / PER_TICK) as u32
    }

    /// What the page shows.
    pub fn status(&self, is_group_still: bool) -> Status {
        match (self.wanted, self.phase) {
            (_, Phase::Waiting | Phase::Starting) => Status::Starting,
            (Wanted::Run, _) => Status::Running,
            (Wanted::Pause | Wanted::Step, _) if !is_group_still => Status::Pausing,
            (Wanted::Pause | Wanted::Step, _) if self.steps == 0 => Status::Ready,
            (Wanted::Pause | Wanted::Step, _) => Status::Paused,
        }
    }

    /// Whether the run may train and waits at its limit.
    pub fn is_at_limit(&self) -> bool {
        self.wanted == Wanted::Run && self.phase == Phase::Still && self.limit.is_some_and(|limit| self.steps >= limit)
    }

    /// Resets the job after its trainer was lost.
    pub fn start_over(&mut self) {
        self.trainer = None;
        self.n_losses += 1;
        self.phase = Phase::Waiting;
        self.steps_due = self.steps.max(self.steps_due);
        self.steps = 0;
    }

    /// The next command that the run needs to reach what is wanted, if any. `target` is the step to which a paused run trains, so that
    /// its group is at one step.
    pub fn next_command(&mut self, target: Option<u32>) -> Option<Command> {
        let run = self.run;
        match (self.wanted, self.phase) {
            (Wanted::Run, Phase::Still) if !self.is_at_limit() => {
                self.phase = Phase::Running;
                Some(Command::Resume { run, until: self.limit })
            }
            (Wanted::Pause, Phase::Running) => {
                self.phase = Phase::Stopping;
                Some(Command::Pause { run })
            }
            (Wanted::Step, Phase::Still) => {
                self.phase = Phase::Stopping;
                self.wanted = Wanted::Pause;
                self.steps_due = self.steps + 1;
                Some(Command::Step { run })
            }
            (Wanted::Pause, Phase::Still) => {
                let until = target.filter(|&target| target > self.steps);
                until?;
                self.phase = Phase::Stopping;
                Some(Command::Resume { run, until })
            }
            (_, Phase::Waiting | Phase::Starting | Phase::Stopping)
            | (Wanted::Run, Phase::Still)
            | (Wanted::Run | Wanted::Step, Phase::Running) => None,
        }
    }
}
