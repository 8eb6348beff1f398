//! The page's trainers and their jobs, as a pure state machine: its inputs are events, commands of the reader and ticks of a clock; its
//! outputs are [`Output`]s. No other module knows whether a run is running. Knows no workers, message bytes or results.
//!
//! Jobs belong to groups (the runs of one experiment), which run, pause and step together. Jobs that the page shows while
//! they train are all assigned at once and spread evenly over the trainers, which interleave them. Jobs with only an outcome wait in a
//! queue; a trainer has one of them at a time. A
//! group may have a limit, a step at which its runs wait for the next one, so that the page can pace training. After a pause, all runs of a
//! group train to the step of the one that is ahead.
//!
//! A trainer that fails, or is silent when an answer is due, is replaced, and its jobs start over: runs are deterministic, so only time is
//! lost. Silence is counted in ticks, so that it does not count while the whole page sleeps. An idle trainer is not watched until it is
//! sent something.

mod job;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod tests;
mod trainer;
#[cfg(test)]
mod world;

pub use trainer::TrainerId;

use job::{Job, Phase, Wanted};
use lab::measure::Detail;
use lab::recipe::DataShape;
use lab::run::protocol::{Command, Event};
use lab::{RunId, Settings};
use trainer::{Stage, Trainer};

/// The runs of one experiment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group(pub u32);

/// The status of a run that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its network is not built yet.
    Starting,
    /// Paused before the first step.
    Ready,
    Running,
    /// A run of its group still trains to the step at which all of them pause.
    Pausing,
    Paused,
}

impl Status {
    /// Whether nothing happens to the run until the reader acts.
    pub fn is_still(self) -> bool {
        matches!(self, Self::Ready | Self::Paused)
    }
}

/// What the page has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    Spawn(TrainerId),
    /// Send the data.
    Load(TrainerId),
    Send(TrainerId, Command),
    Terminate(TrainerId),
    /// A trainer was lost. These runs had begun and start over; there are none if trainers are lost again and again before a run begins.
    Replaced {
        runs: Vec<RunId>,
        reason: String,
    },
    /// Trainers were lost too often. These runs have ended without a result.
    GaveUp {
        runs: Vec<RunId>,
        reason: String,
    },
}

/// How often the page calls [`Pool::tick`].
pub const TICKS_PER_SECOND: u32 = 4;
/// A trainer is lost if an answer is due and does not come within so many ticks. A machine may be slow: after each loss of a run the time
/// is doubled, and it is at least twice the longest that a trainer needed to answer while it trained.
const ANSWER_TICKS: u32 = 6;
/// Trainers have the time of another answer for every so many pixels that they have to read. The bundled digits have fewer.
const PIXELS_PER_ANSWER: usize = 1 << 23;
/// The multiplications of a slow machine in a tick.
const PER_TICK: f64 = 3e8;
/// After each of its first losses, a run waits so many ticks for the next trainer. After one more it is given up.
const RETRY_AFTER: [u32; 3] = [0, TICKS_PER_SECOND, 4 * TICKS_PER_SECOND];

pub struct Pool {
    max_trainers: usize,
    /// In the order of their ids.
    trainers: Vec<Trainer>,
    /// In the order of their runs' ids.
    jobs: Vec<Job>,
    has_data: bool,
    /// The data that were sent last.
    shape: Option<DataShape>,
    next_trainer: u32,
    /// No trainer is spawned for so many ticks.
    retry_after: u32,
    /// The most ticks that a trainer needed to answer while it trained.
    slowest_answer: u32,
    outputs: Vec<Output>,
}

impl Pool {
    /// A pool of at most `max_trainers` trainers, or one if that is 0. Trainers are spawned when there are jobs.
    pub fn new(max_trainers: usize) -> Self {
        Self {
            max_trainers: max_trainers.max(1),
            trainers: Vec::new(),
            jobs: Vec::new(),
            has_data: false,
            shape: None,
            next_trainer: 0,
            retry_after: 0,
            slowest_answer: 0,
            outputs: Vec::new(),
        }
    }

    /// Removes and returns the outputs since the last call, in order.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// Adds runs as one group, which trains at once if `is_running`. Their ids are larger than those of all earlier runs.
    pub fn submit(
        &mut self,
        group: Group,
        runs: impl IntoIterator<Item = (RunId, Settings, Detail)>,
        is_running: bool,
    ) {
        let wanted = if is_running { Wanted::Run } else { Wanted::Pause };
        let job = |(run, settings, detail)| Job::new(run, group, settings, detail, wanted);
        self.jobs.extend(runs.into_iter().map(job));
        self.retry_after = 0;
        self.assign();
    }

    /// Forgets the runs of a group.
    pub fn cancel(&mut self, group: Group) {
        let canceled: Vec<Job> = self.jobs.extract_if(.., |job| job.group == group).collect();
        for job in canceled {
            if let (Some(trainer), true) = (job.trainer, job.phase != Phase::Waiting) {
                self.send(trainer, Command::Cancel { run: job.run });
            }
        }
        self.assign();
    }

    /// Starts or resumes a group.
    pub fn resume(&mut self, group: Group) {
        self.forgive();
        self.want(group, Wanted::Run);
    }

    /// Replaces the trainers that have not loaded their data, whatever keeps them from it.
    pub fn restart_loading(&mut self) {
        let is_loading = |trainer: &mut Trainer| trainer.stage != Stage::Loaded;
        let ids: Vec<TrainerId> = self.trainers.extract_if(.., is_loading).map(|trainer| trainer.id).collect();
        self.outputs.extend(ids.iter().copied().map(Output::Terminate));
        let jobs = self.jobs.iter_mut().filter(|job| job.trainer.is_some_and(|id| ids.contains(&id)));
        jobs.for_each(|job| job.trainer = None);
        self.forgive();
    }

    /// Earlier losses count no more.
    fn forgive(&mut self) {
        self.jobs.iter_mut().for_each(|job| job.n_losses = 0);
        self.retry_after = 0;
        self.assign();
    }

    /// Pauses a group. Its runs stop at the same step.
    pub fn pause(&mut self, group: Group) {
        self.want(group, Wanted::Pause);
    }

    /// Lets the runs of a group train to this step and wait there; with None they train to their ends.
    pub fn set_limit(&mut self, group: Group, limit: Option<u32>) {
        self.jobs.iter_mut().filter(|job| job.group == group).for_each(|job| job.limit = limit);
        self.drive();
    }

    /// The step of the run that is behind if all runs of a group that have not ended wait at their limit.
    pub fn waits_at(&self, group: Group) -> Option<u32> {
        let steps = || self.in_group(group).map(|job| job.steps).min();
        self.in_group(group).all(Job::is_at_limit).then(steps).flatten()
    }

    /// Trains one step of each run of a paused group; does nothing until all its runs have stopped.
    pub fn step(&mut self, group: Group) {
        if self.in_group(group).all(|job| job.wanted == Wanted::Pause && job.phase == Phase::Still) {
            self.want(group, Wanted::Step);
        }
    }

    /// Whether any run of a group is training or will train.
    pub fn is_running(&self, group: Group) -> bool {
        self.in_group(group).any(|job| job.wanted == Wanted::Run)
    }

    /// The status of a run; None once it has ended.
    pub fn status(&self, run: RunId) -> Option<Status> {
        let job = self.jobs.iter().find(|job| job.run == run)?;
        let is_group_still = !self.in_group(job.group).any(|job| job.phase.is_training());
        Some(job.status(is_group_still))
    }

    /// The data have arrived. Every trainer gets them as soon as it is ready for messages.
    pub fn set_data(&mut self, shape: DataShape) {
        self.shape = Some(shape);
        self.send_data();
    }

    fn send_data(&mut self) {
        self.has_data = true;
        for trainer in &mut self.trainers {
            if trainer.stage == Stage::Empty {
                trainer.load();
                self.outputs.push(Output::Load(trainer.id));
            }
        }
    }

    /// Trainers wait for other data. To be called while there are no jobs.
    pub fn remove_data(&mut self) {
        self.has_data = false;
        let has_heard = |trainer: &&mut Trainer| trainer.stage != Stage::Starting;
        self.trainers.iter_mut().filter(has_heard).for_each(|trainer| trainer.stage = Stage::Empty);
    }

    /// Handles an event of a trainer. Returns whether the page should apply it: whether it is about a run of the pool and comes from the
    /// run's trainer.
    pub fn handle(&mut self, id: TrainerId, event: &Event) -> bool {
        let Some(trainer) = self.trainers.iter_mut().find(|trainer| trainer.id == id) else { return false };
        let silence = trainer.reset_silence();
        if trainer.stage == Stage::Loaded {
            self.slowest_answer = self.slowest_answer.max(silence);
        }
        match event {
            Event::Hello => {
                trainer.stage = Stage::Empty;
                if self.has_data {
                    self.send_data();
                }
            }
            Event::Loaded { .. } => {
                if trainer.has_loaded() {
                    trainer.stage = Stage::Loaded;
                    self.assign();
                }
            }
            Event::Refused { .. } => {
                if trainer.has_loaded() {
                    trainer.stage = Stage::Empty;
                    self.has_data = false;
                }
            }
            Event::NotUnderstood { .. } => self.lost(id, "it did not understand a message"),
            Event::Started { .. }
            | Event::Sampled { .. }
            | Event::Progressed { .. }
            | Event::Paused { .. }
            | Event::Finished { .. }
            | Event::Diverged { .. }
            | Event::Failed { .. } => {}
        }
        let is_of_event = |job: &&mut Job| Some(job.run) == event.run() && job.trainer == Some(id);
        let Some(job) = self.jobs.iter_mut().find(is_of_event) else { return false };
        match event {
            Event::Started { .. } => (job.phase, job.steps) = (Phase::Still, 0),
            Event::Paused { steps, .. } => (job.phase, job.steps) = (Phase::Still, *steps),
            Event::Progressed { steps, .. } => job.steps = *steps,
            Event::Sampled { measured, .. } => job.steps = measured.sample.step + 1,
            Event::Finished { .. } | Event::Diverged { .. } | Event::Failed { .. } => {
                self.jobs.retain(|job| Some(job.run) != event.run());
                self.forgive();
            }
            Event::Hello | Event::Loaded { .. } | Event::Refused { .. } | Event::NotUnderstood { .. } => {}
        }
        self.drive();
        true
    }

    /// Handles the loss of a trainer; `reason` is for the reader.
    pub fn lost(&mut self, id: TrainerId, reason: &str) {
        self.remove(|trainer| trainer.id == id, reason);
    }

    /// Removes trainers. They are removed together, so that a job of one does not go to another of them.
    fn remove(&mut self, is_lost: impl Fn(&Trainer) -> bool, reason: &str) {
        let ids: Vec<TrainerId> =
            self.trainers.extract_if(.., |trainer| is_lost(trainer)).map(|trainer| trainer.id).collect();
        if ids.is_empty() {
            return;
        }
        self.outputs.extend(ids.iter().copied().map(Output::Terminate));
        // An idle trainer has no jobs and is replaced when it is needed.
        let (mut begun, mut given_up, mut is_first) = (Vec::new(), Vec::new(), true);
        for job in self.jobs.iter_mut().filter(|job| job.trainer.is_some_and(|id| ids.contains(&id))) {
            is_first &= job.n_losses == 0;
            match RETRY_AFTER.get(job.n_losses as usize) {
                Some(&ticks) => {
                    self.retry_after = self.retry_after.max(ticks);
                    begun.extend((job.phase != Phase::Waiting).then_some(job.run));
                    job.start_over();
                }
                None => given_up.push(job.run),
            }
        }
        self.jobs.retain(|job| !given_up.contains(&job.run));
        if !begun.is_empty() || (given_up.is_empty() && !is_first) {
            self.outputs.push(Output::Replaced { runs: begun, reason: reason.to_owned() });
        }
        if !given_up.is_empty() {
            self.outputs.push(Output::GaveUp { runs: given_up, reason: reason.to_owned() });
        }
        self.assign();
    }

    /// The watchdog: to be called [`TICKS_PER_SECOND`] times a second while the reader sees the page. Trainers that do not answer are
    /// replaced.
    pub fn watch(&mut self) {
        let mut silent = Vec::new();
        let loading_ticks = self.loading_ticks();
        for trainer in &mut self.trainers {
            let jobs = || self.jobs.iter().filter(|job| job.trainer == Some(trainer.id));
            let n_losses = jobs().map(|job| job.n_losses).max().unwrap_or_default();
            let active = jobs().filter(|job| job.phase.is_active());
            let training_ticks = active.filter_map(|job| self.shape.map(|shape| job.ticks(shape))).max();
            let extra = if trainer.stage == Stage::Loading { loading_ticks } else { training_ticks.unwrap_or(0) };
            let limit = extra + (ANSWER_TICKS << n_losses).max(2 * self.slowest_answer);
            if trainer.tick(training_ticks.is_some(), limit) {
                silent.push(trainer.id);
            }
        }
        self.remove(|trainer| silent.contains(&trainer.id), "it did not answer");
    }

    /// Counts the time until the next trainer is spawned after losses. To be called [`TICKS_PER_SECOND`] times a second.
    pub fn tick(&mut self) {
        if self.retry_after > 0 {
            self.retry_after -= 1;
            self.assign();
        }
    }

    /// The ticks for reading the data, besides those for any answer.
    fn loading_ticks(&self) -> u32 {
        let n_pixels = self.shape.map_or(0, |shape| shape.n_pixels * (shape.n_train + shape.n_held_out));
        ANSWER_TICKS * (n_pixels / PIXELS_PER_ANSWER) as u32
    }

    fn in_group(&self, group: Group) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter(move |job| job.group == group)
    }

    fn trainer(&mut self, id: TrainerId) -> Option<&mut Trainer> {
        self.trainers.iter_mut().find(|trainer| trainer.id == id)
    }

    fn want(&mut self, group: Group, wanted: Wanted) {
        let jobs = self.jobs.iter_mut().filter(|job| job.group == group);
        jobs.for_each(|job| job.wanted = wanted);
        self.drive();
    }

    /// Assigns jobs to trainers, spawns trainers as needed, and starts the jobs whose trainer has the data.
    fn assign(&mut self) {
        for i in 0..self.jobs.len() {
            if self.jobs[i].trainer.is_some() {
                continue;
            }
            let load = |id: TrainerId| self.jobs.iter().filter(|job| job.trainer == Some(id)).count();
            let least = self.trainers.iter().map(|trainer| (load(trainer.id), trainer.id)).min();
            self.jobs[i].trainer = match least {
                Some((0, id)) => Some(id),
                // The job waits for the next trainer.
                _ if self.retry_after > 0 => None,
                _ if self.trainers.len() < self.max_trainers => Some(self.spawn()),
                Some((_, id)) if self.jobs[i].is_watched() => Some(id),
                // The job waits for an idle trainer.
                _ => None,
            };
        }
        let Self { trainers, jobs, outputs, .. } = self;
        for job in jobs.iter_mut().filter(|job| job.phase == Phase::Waiting) {
            let is_its = |trainer: &&mut Trainer| Some(trainer.id) == job.trainer && trainer.stage == Stage::Loaded;
            if let Some(trainer) = trainers.iter_mut().find(is_its) {
                job.phase = Phase::Starting;
                trainer.reset_silence();
                let Job { run, settings, detail, .. } = *job;
                outputs.push(Output::Send(trainer.id, Command::Start { run, settings, detail }));
            }
        }
    }

    fn spawn(&mut self) -> TrainerId {
        let id = TrainerId(self.next_trainer);
        self.next_trainer += 1;
        self.trainers.push(Trainer::new(id));
        self.outputs.push(Output::Spawn(id));
        id
    }

    /// Sends the commands that the jobs need to reach what is wanted.
    fn drive(&mut self) {
        let mut commands = Vec::new();
        let targets: Vec<Option<u32>> = self.jobs.iter().map(|job| self.pause_target(job.group)).collect();
        for (job, target) in self.jobs.iter_mut().zip(targets) {
            let command = job.next_command(target);
            commands.extend(job.trainer.zip(command));
        }
        for (id, command) in commands {
            self.send(id, command);
        }
    }

    /// The step to which all runs of a paused group train: the step of the run that is ahead. None until all runs have stopped.
    fn pause_target(&self, group: Group) -> Option<u32> {
        let all_still = self.in_group(group).all(|job| job.phase == Phase::Still && job.wanted == Wanted::Pause);
        all_still.then(|| self.in_group(group).map(|job| job.steps.max(job.steps_due)).max()).flatten()
    }

    fn send(&mut self, id: TrainerId, command: Command) {
        if let Some(trainer) = self.trainer(id) {
            trainer.reset_silence();
            self.outputs.push(Output::Send(id, command));
        }
    }
}
