//! The pool with simulated trainers: real sessions, driven step by step in an order that the test chooses.

use super::*;
use lab::Split;
use lab::data::{Dataset, DatasetError, idx::IdxError};
use lab::recipe::Recipe;
use lab::run::{Outcome, Session, Training};
use nn::rng::Rng;
use nn::{Activation, SparseRows};
use std::collections::BTreeMap;
use std::collections::VecDeque;

const GROUP: Group = Group(1);
const STEPS: u32 = 40;

/// Forty images of one shade each.
fn split() -> Split {
    let x = SparseRows::from_dense(20, (0..40 * 20).map(|i| (i / 20 % 10) as f32 / 10.0));
    let images = Dataset { x, labels: (0..40).map(|i| i % 10).collect(), columns: 5 };
    Split::new(images.clone(), images).unwrap()
}

fn settings(run: RunId) -> Settings {
    let tanh = Recipe::tutorial(Activation::Tanh, run.0);
    Recipe { depth: 2, width: 4, batch: 5, steps: STEPS, ..tanh }.check().unwrap()
}

/// The end of a run without disturbances.
fn undisturbed(run: RunId) -> Outcome {
    let split = split();
    Training::new(settings(run), Detail::Outcome, &split).unwrap().run_to_end(&split, drop).unwrap()
}

/// A worker: messages to it and from it wait until the test delivers them.
#[derive(Default)]
struct Worker {
    session: Option<Session>,
    is_started: bool,
    inbox: VecDeque<Output>,
    outbox: VecDeque<Event>,
    /// A worker that hangs neither receives nor sends messages.
    hangs: bool,
}

struct World {
    pool: Pool,
    workers: BTreeMap<TrainerId, Worker>,
    /// Updates made, by every event that the page would have applied.
    steps: BTreeMap<RunId, u32>,
    outcomes: BTreeMap<RunId, Outcome>,
    replaced: Vec<RunId>,
    given_up: Vec<RunId>,
    n_spawned: usize,
}

impl World {
    fn new(max_trainers: usize) -> Self {
        Self {
            pool: Pool::new(max_trainers),
            workers: BTreeMap::new(),
            steps: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            replaced: Vec::new(),
            given_up: Vec::new(),
            n_spawned: 0,
        }
    }

    /// A world with data and `n` submitted runs.
    fn with_runs(max_trainers: usize, n: u32, detail: Detail, is_running: bool) -> Self {
        let mut world = Self::new(max_trainers);
        world.pool.set_data();
        world.submit(GROUP, 1..=n, detail, is_running);
        world
    }

    fn submit(&mut self, group: Group, runs: impl IntoIterator<Item = u32>, detail: Detail, is_running: bool) {
        let runs = runs.into_iter().map(RunId).map(|run| (run, settings(run), detail));
        self.pool.submit(group, runs, is_running);
        self.carry_out();
    }

    /// Carries out the pool's outputs; messages wait in the workers' inboxes.
    fn carry_out(&mut self) {
        for output in self.pool.take_outputs() {
            match output {
                Output::Spawn(id) => {
                    self.n_spawned += 1;
                    self.workers.insert(id, Worker::default());
                }
                Output::Terminate(id) => _ = self.workers.remove(&id),
                Output::Load(id) | Output::Send(id, _) => {
                    self.workers.get_mut(&id).expect("a trainer that is there").inbox.push_back(output)
                }
                Output::Replaced { runs, .. } => self.replaced.extend(runs),
                Output::GaveUp { runs, .. } => self.given_up.extend(runs),
            }
        }
    }

    /// One worker handles a message or does a unit of work; then the page handles one of its events.
    fn turn(&mut self, id: TrainerId) {
        let Some(worker) = self.workers.get_mut(&id).filter(|worker| !worker.hangs) else { return };
        if !worker.is_started {
            worker.is_started = true;
            worker.outbox.push_back(Event::Hello);
        } else if let Some(message) = worker.inbox.pop_front() {
            match message {
                Output::Load(_) => {
                    worker.session = Some(Session::new(split()));
                    worker.outbox.push_back(Event::Loaded { train: 40, held_out: 40 });
                }
                Output::Send(_, command) => {
                    let session = worker.session.as_mut().expect("no command before the data");
                    worker.outbox.extend(session.handle(command));
                }
                other => unreachable!("{other:?}"),
            }
        } else if let Some(session) = &mut worker.session {
            let next = session.next_run();
            worker.outbox.extend(session.advance().into_iter().flatten());
            let progress = session.steps().find(|(run, _)| Some(*run) == next);
            worker.outbox.extend(progress.map(|(run, steps)| Event::Progressed { run, steps, computed_ms: 0.0 }));
        }
        self.deliver(id);
    }

    fn deliver(&mut self, id: TrainerId) {
        let Some(event) = self.workers.get_mut(&id).and_then(|worker| worker.outbox.pop_front()) else { return };
        if self.pool.handle(id, &event) {
            match event {
                Event::Started { run } => _ = self.steps.insert(run, 0),
                Event::Progressed { run, steps, .. } | Event::Paused { run, steps } => {
                    _ = self.steps.insert(run, steps)
                }
                Event::Finished { run, outcome } => _ = self.outcomes.insert(run, outcome),
                _ => {}
            }
        }
        self.carry_out();
    }

    /// Runs all workers until nothing changes.
    fn settle(&mut self) {
        for _ in 0..100_000 {
            let ids: Vec<TrainerId> = self.workers.keys().copied().collect();
            ids.into_iter().for_each(|id| self.turn(id));
            let is_idle = |worker: &Worker| {
                let is_working = worker.session.as_ref().is_some_and(Session::is_running);
                worker.is_started && worker.inbox.is_empty() && worker.outbox.is_empty() && !is_working
            };
            if self.workers.values().all(|worker| worker.hangs || is_idle(worker)) {
                return;
            }
        }
        panic!("the workers never come to rest");
    }

    fn lose(&mut self, id: TrainerId) {
        self.workers.remove(&id);
        self.pool.lost(id, "killed");
        self.carry_out();
    }

    fn first(&self) -> TrainerId {
        *self.workers.keys().next().expect("a worker")
    }

    fn check_outcomes(&self, n: u32) {
        let expected: BTreeMap<RunId, Outcome> = (1..=n).map(RunId).map(|run| (run, undisturbed(run))).collect();
        assert_eq!(self.outcomes, expected);
    }
}

#[test]
fn there_are_no_more_trainers_than_jobs_and_than_there_may_be() {
    for (max_trainers, n_jobs, expected) in [(0, 3, 1), (1, 3, 1), (2, 3, 2), (3, 3, 3), (8, 3, 3), (4, 0, 0)] {
        let mut world = World::with_runs(max_trainers, n_jobs, Detail::Curves, true);
        world.settle();
        assert_eq!(world.n_spawned, expected, "{max_trainers} trainers, {n_jobs} jobs");
        world.check_outcomes(n_jobs);
    }
}

#[test]
fn watched_jobs_are_spread_evenly_and_advance_side_by_side() {
    let mut world = World::with_runs(2, 6, Detail::Curves, false);
    world.settle();
    let loads: Vec<usize> = world.workers.values().map(|w| w.session.as_ref().unwrap().steps().count()).collect();
    assert_eq!(loads, [3, 3]);
    assert!((1..=6).all(|run| world.pool.status(RunId(run)) == Some(Status::Ready)));
}

#[test]
fn jobs_that_nobody_watches_wait_in_a_queue() {
    let mut world = World::with_runs(2, 9, Detail::Outcome, true);
    while world.outcomes.len() < 9 {
        let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
        ids.into_iter().for_each(|id| world.turn(id));
        let sessions = world.workers.values().filter_map(|worker| worker.session.as_ref());
        sessions.for_each(|session| assert!(session.steps().count() <= 1));
    }
    world.check_outcomes(9);
}

#[test]
fn nothing_trains_before_the_data_are_there() {
    let mut world = World::new(2);
    world.submit(GROUP, 1..=3, Detail::Everything, true);
    world.settle();
    assert!(world.outcomes.is_empty());
    assert_eq!(world.pool.status(RunId(1)), Some(Status::Starting));
    world.pool.set_data();
    world.carry_out();
    world.settle();
    world.check_outcomes(3);
    assert_eq!(world.pool.status(RunId(1)), None);
}

#[test]
fn a_pause_shows_at_once_and_all_runs_stop_at_the_same_step() {
    for max_trainers in 1..=3 {
        let mut world = World::with_runs(max_trainers, 3, Detail::Everything, true);
        let mut rng = Rng::weights(max_trainers as u32);
        // One trainer is much faster than the others.
        while world.steps.values().copied().max().unwrap_or_default() < STEPS / 2 {
            let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
            let pick = (rng.unit() * rng.unit() * ids.len() as f64) as usize;
            world.turn(ids[pick]);
        }
        world.pool.pause(GROUP);
        assert!(!world.pool.is_running(GROUP));
        let statuses = |world: &World| [1, 2, 3].map(|run| world.pool.status(RunId(run)));
        let [paused, pausing] = [Some(Status::Paused), Some(Status::Pausing)];
        assert!(statuses(&world).contains(&pausing) && !statuses(&world).contains(&Some(Status::Running)));
        world.carry_out();
        while statuses(&world) != [paused; 3] {
            // As long as one trains, none is shown as paused.
            assert!(!(statuses(&world).contains(&pausing) && statuses(&world).contains(&paused)));
            let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
            ids.into_iter().for_each(|id| world.turn(id));
        }
        let steps: Vec<u32> = world.steps.values().copied().collect();
        assert!(steps.len() == 3 && steps.iter().all(|&n| n == steps[0] && n < STEPS), "{max_trainers}: {steps:?}");
        world.settle();
        assert_eq!(world.steps.values().copied().collect::<Vec<_>>(), steps, "they have stopped");
        world.pool.resume(GROUP);
        world.carry_out();
        world.settle();
        world.check_outcomes(3);
    }
}

#[test]
fn runs_wait_at_their_limit_and_a_pause_between_two_limits_stops_them_at_one_step() {
    let mut world = World::with_runs(2, 3, Detail::Everything, true);
    let steps = |world: &World| world.steps.values().copied().collect::<Vec<u32>>();
    for limit in [0, 3, 10] {
        world.pool.set_limit(GROUP, Some(limit));
        world.carry_out();
        world.settle();
        assert_eq!(steps(&world), [limit; 3]);
        assert!(world.pool.waits_at(GROUP) == Some(limit) && world.pool.is_running(GROUP));
        assert!((1..=3).all(|run| world.pool.status(RunId(run)) == Some(Status::Running)));
    }
    world.pool.set_limit(GROUP, Some(20));
    world.carry_out();
    (0..12).for_each(|_| world.turn(world.first()));
    world.pool.pause(GROUP);
    world.carry_out();
    world.settle();
    let paused = steps(&world);
    assert!(paused.iter().all(|&n| n == paused[0] && (10..20).contains(&n)), "{paused:?}");
    world.pool.set_limit(GROUP, None);
    world.pool.resume(GROUP);
    world.carry_out();
    world.settle();
    world.check_outcomes(3);
}

#[test]
fn a_step_is_one_step_of_every_run_and_only_of_a_paused_group() {
    let mut world = World::with_runs(2, 3, Detail::Everything, false);
    world.settle();
    for n in 1..=3 {
        world.pool.step(GROUP);
        world.carry_out();
        world.settle();
        assert!(world.steps.values().all(|&steps| steps == n), "{:?}", world.steps);
    }
    world.pool.resume(GROUP);
    world.carry_out();
    world.pool.step(GROUP);
    assert!(world.pool.is_running(GROUP));
}

#[test]
fn a_lost_trainer_is_replaced_and_its_runs_come_to_the_same_end() {
    let mut world = World::with_runs(1, 3, Detail::Curves, true);
    while world.steps.get(&RunId(3)).copied().unwrap_or_default() < STEPS / 2 {
        world.turn(world.first());
    }
    let lost = world.first();
    world.lose(lost);
    assert_eq!(world.replaced, [1, 2, 3].map(RunId));
    assert!(!world.pool.handle(lost, &Event::Paused { run: RunId(1), steps: 3 }), "it is not listened to any more");
    world.settle();
    world.check_outcomes(3);
}

#[test]
fn a_paused_run_whose_trainer_is_lost_stands_where_it_stood() {
    // Of one trainer all runs are lost, of two only some.
    for max_trainers in 1..=2 {
        let mut world = World::with_runs(max_trainers, 3, Detail::Curves, true);
        while world.steps.values().copied().max().unwrap_or_default() < STEPS / 2 {
            let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
            ids.into_iter().for_each(|id| world.turn(id));
        }
        world.pool.pause(GROUP);
        world.carry_out();
        world.settle();
        let before = world.steps.clone();
        world.lose(world.first());
        world.settle();
        assert_eq!(world.steps, before, "{max_trainers} trainers");
    }
}

#[test]
fn an_idle_trainer_that_is_lost_takes_nothing_with_it() {
    let mut world = World::with_runs(2, 2, Detail::Curves, true);
    world.settle();
    world.lose(world.first());
    world.settle();
    assert_eq!((world.replaced.len(), world.n_spawned), (0, 2));
    world.check_outcomes(2);
}

#[test]
fn a_trainer_that_falls_silent_is_replaced_wherever_it_stood() {
    // Turns before it hangs: before its hello, before the data, before a network, while it trains.
    for n_turns in [0, 1, 2, 3, 30] {
        let mut world = World::with_runs(1, 2, Detail::Curves, true);
        let hung = world.first();
        (0..n_turns).for_each(|_| world.turn(hung));
        world.workers.get_mut(&hung).unwrap().hangs = true;
        for _ in 0..30 {
            world.pool.tick();
            world.carry_out();
            // The others are well: they are heard of between two ticks.
            let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
            ids.into_iter().for_each(|id| world.turn(id));
        }
        assert_eq!(world.replaced, [1, 2].map(RunId), "after {n_turns} turns");
        world.settle();
        world.check_outcomes(2);
    }
}

#[test]
fn silence_without_work_is_no_reason_to_replace_a_trainer() {
    let mut world = World::with_runs(2, 2, Detail::Curves, false);
    world.settle();
    (0..100).for_each(|_| world.pool.tick());
    world.carry_out();
    assert!(world.replaced.is_empty());
}

#[test]
fn runs_whose_trainers_are_lost_again_and_again_are_given_up_and_may_be_tried_again() {
    let mut world = World::with_runs(1, 2, Detail::Curves, true);
    for _ in 0..MAX_LOSSES {
        world.turn(world.first());
        world.lose(world.first());
    }
    assert_eq!(world.given_up, [1, 2].map(RunId));
    assert_eq!(world.pool.status(RunId(1)), None);
    world.submit(Group(2), 1..=2, Detail::Curves, true);
    world.settle();
    world.check_outcomes(2);
}

#[test]
fn a_canceled_group_trains_no_more_and_makes_room_for_the_next() {
    let mut world = World::with_runs(1, 3, Detail::Curves, true);
    (0..40).for_each(|_| world.turn(world.first()));
    world.pool.cancel(GROUP);
    world.submit(Group(2), 7..=8, Detail::Curves, true);
    world.settle();
    assert_eq!(world.outcomes.keys().copied().collect::<Vec<_>>(), [7, 8].map(RunId));
    assert_eq!(world.n_spawned, 1);
}

#[test]
fn other_data_are_loaded_before_the_next_runs_start() {
    let mut world = World::with_runs(2, 3, Detail::Curves, true);
    (0..40).for_each(|_| world.turn(world.first()));
    world.pool.cancel(GROUP);
    world.pool.remove_data();
    world.pool.set_data();
    world.submit(Group(2), 7..=9, Detail::Curves, true);
    let first = &world.workers[&world.first()];
    assert!(matches!(first.inbox.back(), Some(Output::Load(_))), "a run starts on the old data: {:?}", first.inbox);
    world.settle();
    assert_eq!(world.outcomes.keys().copied().collect::<Vec<_>>(), [7, 8, 9].map(RunId));
    assert_eq!(world.n_spawned, 2);
}

/// A trainer inflates data while it handles messages, so an answer may come after other data were sent.
#[test]
fn late_answers_about_older_data_start_nothing() {
    let (loaded, refused) =
        (Event::Loaded { train: 40, held_out: 40 }, Event::Refused { error: DatasetError::Images(IdxError::Empty) });
    for late in [&loaded, &refused] {
        for has_new_data in [false, true] {
            let mut pool = Pool::new(1);
            pool.set_data();
            pool.submit(GROUP, [(RunId(1), settings(RunId(1)), Detail::Curves)], true);
            pool.handle(TrainerId(0), &Event::Hello);
            pool.cancel(GROUP);
            pool.remove_data();
            if has_new_data {
                pool.set_data();
            }
            pool.submit(Group(2), [(RunId(2), settings(RunId(2)), Detail::Curves)], true);
            pool.handle(TrainerId(0), late);
            if !has_new_data {
                pool.set_data();
            }
            let outputs = pool.take_outputs();
            assert!(!outputs.iter().any(|output| matches!(output, Output::Send(..))), "{late:?}: {outputs:?}");
            pool.handle(TrainerId(0), &loaded);
            let outputs = pool.take_outputs();
            assert!(matches!(outputs[..], [Output::Send(_, Command::Start { run: RunId(2), .. })]), "{outputs:?}");
        }
    }
}

/// Whatever the reader does and whatever fails, runs end as they would without disturbances.
#[test]
fn random_schedules_end_in_undisturbed_outcomes() {
    for seed in 0..300 {
        let mut rng = Rng::weights(seed);
        let mut below = move |n: usize| (rng.unit() * n as f64) as usize;
        let mut world = World::new(1 + below(3));
        world.submit(GROUP, 1..=3, Detail::Curves, below(2) == 0);
        let mut n_losses = 0;
        for _ in 0..below(400) {
            match below(60) {
                0 => world.pool.set_data(),
                1 => world.pool.pause(GROUP),
                2 => world.pool.resume(GROUP),
                3 => world.pool.step(GROUP),
                5 => world.pool.set_limit(GROUP, Some(below(STEPS as usize + 5) as u32)),
                4 if n_losses < MAX_LOSSES as usize - 1 && !world.workers.is_empty() => {
                    n_losses += 1;
                    let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
                    world.lose(ids[below(ids.len())]);
                }
                _ => {
                    let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
                    if !ids.is_empty() {
                        world.turn(ids[below(ids.len())]);
                    }
                }
            }
            world.carry_out();
        }
        world.pool.set_data();
        world.pool.pause(GROUP);
        world.carry_out();
        world.settle();
        let steps: Vec<u32> =
            world.steps.iter().filter(|(run, _)| !world.outcomes.contains_key(run)).map(|(_, &n)| n).collect();
        assert!(steps.iter().all(|&n| n == steps[0]), "seed {seed}: {steps:?}");
        world.pool.set_limit(GROUP, None);
        world.pool.resume(GROUP);
        world.carry_out();
        world.settle();
        world.check_outcomes(3);
    }
}
