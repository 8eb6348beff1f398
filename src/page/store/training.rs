//! Training: passes the reader's actions to the pool, carries out what the pool asks for, and applies the trainers' events to the results.
//!
//! One seed of each network is paced, so that a reader can watch: its runs are let on to a step a little ahead, again and again. Several
//! seeds train as fast as the machine can.
//!
//! Events are coalesced: they are applied at most twenty times a second, so that no task on the page's thread is long. After a pause or
//! the end of an experiment they are applied at once.

use super::Store;
use crate::notices::Notices;
use crate::page::frame::once_in;
use crate::page::trainers::{Report, Trainers};
use crate::page::{digits, dom, messages};
use crate::pool::{Group, Output, Pool, Status, TICKS_PER_SECOND, TrainerId};
use chart::Speed;
use lab::experiment::history::End;
use lab::recipe::{Cost, CostError, DataShape};
use lab::run::protocol::Event;
use lab::{Detail, Experiment, Results, RunId};
use leptos::prelude::*;
use std::rc::Rc;
use std::time::Duration;

/// The period of the pool's watchdog.
const TICK: Duration = Duration::from_millis(1_000 / TICKS_PER_SECOND as u64);
/// How long events are collected before they are applied.
const COLLECT: Duration = Duration::from_millis(50);
/// How long paced runs wait before they are let on.
const PACE: Duration = Duration::from_millis(30);
/// A paced run does not make up for a longer time, in seconds: the page was hidden, or training was paused.
const LONGEST_GAP: f64 = 0.2;
/// Milliseconds.
const UNNOTICED: f64 = 1_000.0;

impl Store {
    /// Sets up the receiver of the trainers' events and the pool's watchdog. The pool spawns trainers when it needs them.
    pub(super) fn start_trainers(self) {
        let apply_soon = once_in(COLLECT, move || self.apply());
        self.trainers.set_value(Some(Trainers::new(move |id, report| self.handle(id, report, &apply_soon))));
        set_interval(move || self.tick(), TICK);
        self.pace_soon.set_value(Some(Rc::new(once_in(PACE, move || self.pace()))));
    }

    /// The first limit of the runs of an experiment: 0 if they are paced.
    fn first_limit(self, experiment: &Experiment) -> Option<u32> {
        (experiment.n_seeds() == 1 && self.speed.get_untracked() != Speed::Fast).then_some(0)
    }

    /// Lets paced runs on if all of them wait.
    fn pace(self) {
        let now = now();
        let elapsed = ((now - self.paced_at.get_value()) / 1e3).min(LONGEST_GAP);
        self.paced_at.set_value(now);
        let (speed, steps) = (self.speed.get_untracked(), self.results.with_untracked(Results::steps));
        self.with_pool(|pool, group| {
            if let Some(step) = pool.waits_at(group) {
                pool.set_limit(group, speed.next(step, steps, elapsed));
            }
        });
    }

    pub fn set_speed(self, speed: Speed) {
        if self.speed.get_untracked() == speed {
            return;
        }
        self.speed.set(speed);
        let limit = self.first_limit(&self.experiment());
        self.with_pool(|pool, group| {
            // Runs that train to their ends stop for a moment, and go on at the new speed.
            let is_running = pool.is_running(group);
            pool.pause(group);
            pool.set_limit(group, limit);
            if is_running {
                pool.resume(group);
            }
        });
    }

    /// Starts or resumes training, unless all runs have ended.
    pub fn resume(self) {
        if !self.results.with_untracked(Results::is_over) {
            self.with_pool(Pool::resume);
        }
    }

    /// Starts training without the reader, who has trained nothing yet.
    pub fn run_alone(self) {
        if !self.results.with_untracked(Results::is_empty) {
            return;
        }
        self.started_alone_at.set_value(now());
        self.resume();
    }

    /// Whether training started by itself so recently that the reader may not have noticed.
    pub fn has_just_started_alone(self) -> bool {
        now() - self.started_alone_at.get_value() < UNNOTICED
    }

    pub fn is_running(self) -> bool {
        self.pool.with_value(|pool| pool.is_running(self.group.get_value()))
    }

    /// Starts or resumes training; starts over if all runs have ended.
    pub fn run(self) {
        if self.results.with_untracked(Results::is_over) {
            return self.begin(self.experiment(), true);
        }
        self.with_pool(Pool::resume);
    }

    pub fn pause(self) {
        self.with_pool(Pool::pause);
    }

    /// Trains one step of every run.
    pub fn step(self) {
        self.with_pool(Pool::step);
    }

    /// Returns to the untrained networks of the same seed. Loads again what has not loaded.
    pub fn reset(self) {
        if matches!(self.data.get_untracked(), digits::Progress::Failed(_)) {
            self.fetch_digits();
        }
        self.with_pool(|pool, _| pool.restart_loading());
        self.begin(self.experiment(), false);
    }

    /// The estimated duration of the experiment on this machine, in seconds.
    pub fn predicted_seconds(self) -> f64 {
        let multiplications =
            self.results.with(|results| cost(&results.experiment, self.shape(), self.max_trainers)).unwrap_or_default();
        let n_runs = self.results.with(|results| results.runs.len());
        multiplications / self.pace.get() / self.max_trainers.min(n_runs).max(1) as f64 / 1e3
    }

    /// Cancels the runs of the old experiment and submits those of a new one.
    pub(super) fn begin(self, experiment: Experiment, is_running: bool) {
        let first = RunId(self.next_run.get_value());
        let results = Results::new(experiment, first);
        self.next_run.set_value(first.0.wrapping_add(results.runs.len() as u32));
        // Histograms are drawn of a variant's first seed only.
        let drawn: Vec<RunId> = results.first_runs().map(|run| run.id).collect();
        let detail = |run| if drawn.contains(&run) { Detail::Everything } else { Detail::Curves };
        let limit = self.first_limit(&results.experiment);
        let runs: Vec<_> = results.runs.iter().map(|run| (run.id, run.settings, detail(run.id))).collect();
        // They are about earlier runs.
        self.notices.update(Notices::clear);
        self.results.set(results);
        self.with_pool(|pool, old| pool.cancel(old));
        self.group.set_value(Group(first.0));
        self.with_pool(move |pool, group| {
            pool.submit(group, runs, is_running);
            pool.set_limit(group, limit);
        });
    }

    /// Changes the pool and carries out its outputs.
    pub(super) fn with_pool(self, change: impl FnOnce(&mut Pool, Group)) {
        let group = self.group.get_value();
        let outputs = self.pool.try_update_value(|pool| {
            change(pool, group);
            pool.take_outputs()
        });
        outputs.unwrap_or_default().into_iter().for_each(|output| self.carry_out(output));
        self.refresh_statuses();
        if self.pool.with_value(|pool| pool.waits_at(group)).is_some() {
            self.pace_soon.with_value(|pace| pace.iter().for_each(|pace| pace()));
        }
    }

    fn carry_out(self, output: Output) {
        let Some(trainers) = self.trainers.with_value(Clone::clone) else { return };
        match output {
            Output::Spawn(id) => trainers.spawn(id),
            Output::Load(id) => self.files.with_value(|files| files.iter().for_each(|files| trainers.load(id, files))),
            Output::Send(id, command) => trainers.send(id, &command),
            Output::Terminate(id) => trainers.terminate(id),
            Output::Replaced { runs, reason } => {
                self.notices.update(|notices| notices.push(messages::replaced(runs.len(), &reason)));
            }
            Output::GaveUp { runs, reason } => {
                dom::report_lost();
                self.results.update(|results| {
                    let given_up = results.runs.iter_mut().filter(|run| runs.contains(&run.id));
                    given_up.for_each(|run| run.end = Some(End::Lost(reason.clone())));
                });
            }
        }
    }

    fn refresh_statuses(self) {
        let status = |run: &lab::History| self.pool.with_value(|pool| pool.status(run.id));
        let statuses: Vec<Option<Status>> =
            self.results.with_untracked(|results| results.runs.iter().map(status).collect());
        if self.statuses.with_untracked(|old| *old != statuses) {
            self.statuses.set(statuses);
        }
    }

    fn handle(self, id: TrainerId, report: Report, apply_soon: &impl Fn()) {
        let events = match report {
            Report::Lost(reason) => return self.with_pool(|pool, _| pool.lost(id, &reason)),
            Report::Events(events) => events,
        };
        let mut known = Vec::new();
        let mut is_running = false;
        self.with_pool(|pool, group| {
            known.extend(events.into_iter().filter(|event| {
                if let Event::Refused { error } = event {
                    self.data.set(digits::Progress::Failed(format!("they cannot be read: {error}")));
                }
                pool.handle(id, event)
            }));
            is_running = pool.is_running(group);
        });
        self.unapplied.update_value(|events| events.extend(known));
        // After a pause or the end, the reader waits for the last events.
        if is_running { apply_soon() } else { self.apply() }
    }

    /// Applies the collected events.
    fn apply(self) {
        let events = self.unapplied.try_update_value(std::mem::take).unwrap_or_default();
        if events.is_empty() {
            return;
        }
        let has_finished = events.iter().any(|event| matches!(event, Event::Finished { .. }));
        self.results.update(|results| events.into_iter().for_each(|event| _ = results.apply(event)));
        if has_finished {
            self.measure_pace();
        }
    }

    /// Updates the speed of this machine from the finished runs.
    fn measure_pace(self) {
        let shape = self.shape();
        let pace = |run: &lab::History| {
            let is_measured = run.outcome().is_some() && run.computed_ms > 0.0;
            is_measured.then(|| Cost::of(&run.settings, shape).run / run.computed_ms)
        };
        let paces: Vec<f64> = self.results.with_untracked(|results| results.runs.iter().filter_map(pace).collect());
        if !paces.is_empty() {
            self.pace.set(paces.iter().sum::<f64>() / paces.len() as f64);
        }
    }

    fn tick(self) {
        let is_seen = !document().hidden();
        if is_seen {
            self.watch_digits();
        }
        self.with_pool(|pool, _| {
            if is_seen {
                pool.watch();
            }
            pool.tick();
        });
    }
}

/// Milliseconds of the page's clock.
fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// The multiplications of a whole experiment on data of this shape and on `max_trainers`.
///
/// # Errors
/// As [`Cost::check_all`].
pub(super) fn cost(experiment: &Experiment, shape: DataShape, max_trainers: usize) -> Result<f64, CostError> {
    let costs: Vec<Cost> = experiment.runs().iter().map(|run| Cost::of(&run.settings, shape)).collect();
    Cost::check_all(&costs, max_trainers)?;
    Ok(costs.iter().map(|cost| cost.run).sum())
}
