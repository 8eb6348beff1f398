//! Simulated trainers for the pool's tests: real sessions, driven step by step in an order that a test chooses.

use super::*;
use lab::Split;
use lab::data::Dataset;
use lab::recipe::Recipe;
use lab::run::{Outcome, Session, Training};
use nn::{Activation, SparseRows};
use std::collections::{BTreeMap, VecDeque};
use std::sync::LazyLock;

pub const GROUP: Group = Group(1);
pub const STEPS: u32 = 40;

/// The shape of [`SPLIT`].
pub const SHAPE: DataShape = DataShape { n_pixels: 20, n_classes: 10, n_train: 40, n_held_out: 40 };

/// Forty images of one shade each, to train on and again to evaluate.
static SPLIT: LazyLock<Split> = LazyLock::new(|| {
    let x = SparseRows::from_dense(20, (0..40 * 20).map(|i| (i / 20 % 10) as f32 / 10.0));
    let images = Dataset { x, labels: (0..40).map(|i| i % 10).collect(), columns: 5 };
    Split::new(images.clone(), images).unwrap()
});

pub fn settings(run: RunId) -> Settings {
    let tanh = Recipe::tutorial(Activation::Tanh, run.0);
    Recipe { depth: 2, width: 4, batch: 5, steps: STEPS, ..tanh }.check().unwrap()
}

/// The end of a run without disturbances.
pub fn undisturbed(settings: Settings) -> Outcome {
    Training::new(settings, Detail::Outcome, &SPLIT).unwrap().run_to_end(&SPLIT, drop).unwrap()
}

/// A worker: messages to it and from it wait until the test delivers them.
#[derive(Default)]
pub struct Worker {
    pub session: Option<Session>,
    is_started: bool,
    pub inbox: VecDeque<Output>,
    pub outbox: VecDeque<Event>,
    /// A worker that hangs neither receives nor sends messages.
    pub hangs: bool,
}

pub struct World {
    pub pool: Pool,
    pub workers: BTreeMap<TrainerId, Worker>,
    /// Updates made, by every event that the page would have applied.
    pub steps: BTreeMap<RunId, u32>,
    pub outcomes: BTreeMap<RunId, Outcome>,
    pub replaced: Vec<RunId>,
    pub given_up: Vec<RunId>,
    pub n_spawned: usize,
}

impl World {
    pub fn new(max_trainers: usize) -> Self {
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
    pub fn with_runs(max_trainers: usize, n: u32, detail: Detail, is_running: bool) -> Self {
        let mut world = Self::new(max_trainers);
        world.pool.set_data(SHAPE);
        world.submit(GROUP, 1..=n, detail, is_running);
        world
    }

    pub fn submit(&mut self, group: Group, runs: impl IntoIterator<Item = u32>, detail: Detail, is_running: bool) {
        let runs = runs.into_iter().map(RunId).map(|run| (run, settings(run), detail));
        self.pool.submit(group, runs, is_running);
        self.carry_out();
    }

    /// Carries out the pool's outputs; messages wait in the workers' inboxes.
    pub fn carry_out(&mut self) {
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
    pub fn turn(&mut self, id: TrainerId) {
        let Some(worker) = self.workers.get_mut(&id).filter(|worker| !worker.hangs) else { return };
        if !worker.is_started {
            worker.is_started = true;
            worker.outbox.push_back(Event::Hello);
        } else if let Some(message) = worker.inbox.pop_front() {
            match message {
                Output::Load(_) => {
                    worker.session = Some(Session::new(SPLIT.clone()));
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

    pub fn deliver(&mut self, id: TrainerId) {
        let Some(event) = self.workers.get_mut(&id).and_then(|worker| worker.outbox.pop_front()) else { return };
        if self.pool.handle(id, &event) {
            match event {
                Event::Sampled { run, measured } => {
                    let job = self.pool.jobs.iter().find(|job| job.run == run).expect("a job of the pool");
                    assert_eq!(job.steps, measured.sample.step + 1, "a sample is taken before its step's update");
                }
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

    /// A tick of the page's clock while the reader sees the page.
    pub fn tick(&mut self) {
        self.pool.watch();
        self.pool.tick();
    }

    pub fn turn_all(&mut self) {
        let ids: Vec<TrainerId> = self.workers.keys().copied().collect();
        ids.into_iter().for_each(|id| self.turn(id));
    }

    /// Whether no worker has anything to do that it can do.
    pub fn is_idle(&self) -> bool {
        let is_idle = |worker: &Worker| {
            let is_working = worker.session.as_ref().is_some_and(Session::is_running);
            worker.is_started && worker.inbox.is_empty() && worker.outbox.is_empty() && !is_working
        };
        self.workers.values().all(|worker| worker.hangs || is_idle(worker))
    }

    /// Runs all workers until nothing changes.
    pub fn settle(&mut self) {
        for _ in 0..100_000 {
            self.turn_all();
            if self.is_idle() {
                return;
            }
        }
        panic!("the workers never come to rest");
    }

    pub fn lose(&mut self, id: TrainerId) {
        self.workers.remove(&id);
        self.pool.lost(id, "killed");
        self.carry_out();
    }

    pub fn first(&self) -> TrainerId {
        *self.workers.keys().next().expect("a worker")
    }

    pub fn check_outcomes(&self, n: u32) {
        let expected: BTreeMap<RunId, Outcome> =
            (1..=n).map(RunId).map(|run| (run, undisturbed(settings(run)))).collect();
        assert_eq!(self.outcomes, expected);
    }
}
