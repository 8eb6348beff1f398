//! The pool under a hundred thousand random schedules: whatever the reader does and whatever fails, runs end as they would without
//! disturbances, and nothing happens that the reader did not want.

use super::world::{SHAPE, World, undisturbed};
use super::*;
use lab::recipe::Recipe;
use lab::run::Outcome;
use nn::Activation;
use nn::rng::Rng;
use std::collections::BTreeMap;

const N_SCHEDULES: u32 = 100_000;
/// Fewer than a run survives.
const N_FAULTS: usize = RETRY_AFTER.len();

/// Runs have one of three settings, by their ids, so that their undisturbed ends are known.
fn settings(run: RunId) -> Settings {
    let tanh = Recipe::tutorial(Activation::Tanh, run.0 % 3);
    Recipe { depth: 2, width: 2, batch: 2, steps: 5 + run.0 % 3, ..tanh }.check().unwrap()
}

struct Schedule {
    world: World,
    rng: Rng,
    group: Group,
    runs: Vec<RunId>,
    detail: Detail,
    n_faults: usize,
    /// Workers that the pool has given up, whose last messages are still under way.
    late: Vec<(TrainerId, Event)>,
}

impl Schedule {
    fn new(seed: u32) -> Self {
        let mut rng = Rng::weights(seed);
        let world = World::new(1 + (rng.unit() * 3.0) as usize);
        let mut schedule = Self {
            world,
            rng,
            group: Group(0),
            runs: Vec::new(),
            detail: Detail::Curves,
            n_faults: 0,
            late: Vec::new(),
        };
        schedule.submit();
        schedule
    }

    fn below(&mut self, n: usize) -> usize {
        (self.rng.unit() * n as f64) as usize
    }

    /// Other runs replace the current ones.
    fn submit(&mut self) {
        let first = self.runs.last().map_or(1, |run| run.0 + 1);
        let n = 1 + self.below(3) as u32;
        self.detail = if self.below(4) == 0 { Detail::Outcome } else { Detail::Curves };
        let is_running = self.below(2) == 0;
        self.world.pool.cancel(self.group);
        if self.below(4) == 0 {
            self.world.pool.remove_data();
        }
        self.group = Group(first);
        self.runs = (first..first + n).map(RunId).collect();
        let runs = self.runs.iter().map(|&run| (run, settings(run), self.detail));
        self.world.pool.submit(self.group, runs, is_running);
        self.world.steps.clear();
        self.world.outcomes.clear();
    }

    fn fault(&mut self) {
        let ids: Vec<TrainerId> = self.world.workers.keys().copied().collect();
        if ids.is_empty() || self.n_faults == N_FAULTS {
            return;
        }
        self.n_faults += 1;
        let id = ids[self.below(ids.len())];
        let worker = self.world.workers.get_mut(&id).unwrap();
        match self.rng.unit() {
            ..0.4 => worker.hangs = true,
            ..0.5 => _ = self.world.pool.handle(id, &Event::NotUnderstood { bytes: 3 }),
            _ => {
                self.late.extend(worker.outbox.drain(..).map(|event| (id, event)));
                self.world.lose(id);
            }
        }
    }

    fn act(&mut self) {
        let Self { world, group, .. } = self;
        let group = *group;
        match (self.rng.unit() * 100.0) as usize {
            0..4 => world.pool.set_data(SHAPE),
            4..7 => {
                world.pool.pause(group);
                assert!(!world.pool.is_running(group), "paused at once");
            }
            7..10 => world.pool.resume(group),
            10..13 => world.pool.step(group),
            13..16 => {
                let limit = self.below(10) as u32;
                self.world.pool.set_limit(group, Some(limit));
            }
            16 => world.pool.restart_loading(),
            17 => self.submit(),
            18..20 => self.fault(),
            20..26 => world.tick(),
            26 => {
                if let Some((id, event)) = self.late.pop() {
                    assert!(!world.pool.handle(id, &event), "an event of a lost trainer is kept: {event:?}");
                }
            }
            _ => {
                let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
                if !ids.is_empty() {
                    let id = ids[self.below(ids.len())];
                    self.world.turn(id);
                }
            }
        }
        self.world.carry_out();
        self.check();
    }

    fn check(&self) {
        let Self { world, runs, group, .. } = self;
        assert!(world.workers.len() <= world.pool.max_trainers);
        let kept = world.steps.keys().chain(world.outcomes.keys());
        kept.for_each(|run| assert!(runs.contains(run), "an event of another group is kept: {run:?}"));
        for run in runs {
            let status = world.pool.status(*run);
            let has_ended = world.outcomes.contains_key(run) || world.given_up.contains(run);
            assert_eq!(status.is_none(), has_ended, "{run:?}");
            assert!(status != Some(Status::Running) || world.pool.is_running(*group));
        }
    }

    /// Lets everything work that still can, with time enough for trainers to be replaced.
    fn settle(&mut self) {
        for _ in 0..1_000 {
            self.world.tick();
            self.world.carry_out();
            (0..4).for_each(|_| self.world.turn_all());
            let Pool { trainers, jobs, retry_after, .. } = &self.world.pool;
            let is_loading = trainers.iter().any(|trainer| matches!(trainer.stage, Stage::Starting | Stage::Loading));
            let is_due = is_loading || jobs.iter().any(|job| job.phase.is_active()) || *retry_after > 0;
            if !is_due && self.world.is_idle() {
                return self.check();
            }
        }
        panic!("the workers never come to rest");
    }

    fn finish(&mut self, expected: &BTreeMap<u32, Outcome>) {
        let group = self.group;
        self.world.pool.set_data(SHAPE);
        self.world.pool.pause(group);
        self.settle();
        let steps = |world: &World| {
            let running = world.steps.iter().filter(|(run, _)| world.pool.status(**run).is_some());
            running.map(|(_, &steps)| steps).collect::<Vec<u32>>()
        };
        let paused = steps(&self.world);
        // Runs that nobody watches wait for an idle trainer.
        if self.detail == Detail::Curves {
            assert!(paused.iter().all(|&n| n == paused[0]), "paused at one step: {paused:?}");
            let expected = if paused.first() == Some(&0) { Status::Ready } else { Status::Paused };
            for run in &self.runs {
                let status = self.world.pool.status(*run);
                let is_right = |status: Status| status == expected && status.is_still();
                assert!(status.is_none_or(is_right), "{run:?}: {status:?} at {paused:?}");
            }
            self.world.pool.step(group);
            self.settle();
            steps(&self.world).iter().for_each(|&n| assert_eq!(n, paused[0] + 1));
        }
        self.world.pool.set_limit(group, None);
        self.world.pool.resume(group);
        self.settle();
        for run in &self.runs {
            assert_eq!(self.world.outcomes.get(run), Some(&expected[&(run.0 % 3)]), "{run:?}");
        }
    }
}

#[test]
fn whatever_happens_runs_end_as_if_nothing_had_happened() {
    let expected: BTreeMap<u32, Outcome> = (0..3).map(|i| (i, undisturbed(settings(RunId(i))))).collect();
    let check = |seed: u32| {
        let mut schedule = Schedule::new(seed);
        for _ in 0..schedule.below(100) {
            schedule.act();
        }
        schedule.finish(&expected);
    };
    for seed in 0..N_SCHEDULES {
        let result = std::panic::catch_unwind(|| check(seed));
        result.unwrap_or_else(|panic| {
            eprintln!("this was schedule {seed}");
            std::panic::resume_unwind(panic)
        });
    }
}
