//! The state of the page, and every action of the reader. Events of the trainers are collected and applied at most twenty times a
//! second, so that no task on the page's thread is long. The events of a pause and of the end of an experiment are applied at once.

use super::embed::is_embed;
use super::files::Client;
use super::frame::once_in;
use super::pulse::{Pulse, pulse};
use super::trainers::{Report, Trainers};
use super::view::{listen, when_visible};
use super::{address, digits, messages};
use crate::pool::{Group, Output, Pool, Status, TrainerId};
use chart::link::Fingerprint;
use chart::{Figure, Keyed, Link, Options, View};
use files::Summary;
use js_sys::Array;
use lab::experiment::history::End;
use lab::recipe::{Cost, CostError};
use lab::run::protocol::Event;
use lab::{Detail, Experiment, Results, RunId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{Element, Event as DomEvent};
use std::time::Duration;

/// The period of the pool's watchdog.
const TICK: Duration = Duration::from_secs(1);
/// How long events are collected before they are applied.
const COLLECT: Duration = Duration::from_millis(50);
/// How long changes of the view are collected before they are written into the address. Browsers limit how often it may change.
const REMEMBER: Duration = Duration::from_millis(500);
/// Pixels, classes, training and held-out examples.
type Shape = [usize; 4];
/// That of the bundled digits.
const DIGITS: Shape = [784, 10, 9_000, 1_000];
/// Multiplications in a millisecond, until a run has measured the speed of this machine.
const SLOW: f64 = 3e6;

#[derive(Clone, Copy)]
pub struct Store {
    pub results: RwSignal<Results>,
    /// The status of each run, in the order of the results; None once the run has ended.
    pub statuses: RwSignal<Vec<Option<Status>>>,
    /// The step, layer and variant that all figures show.
    pub view: RwSignal<View>,
    /// What the reader has chosen for each figure, by its key.
    options: RwSignal<Keyed<Options>>,
    /// The fingerprint of the link, until the experiment changes.
    pub expected: RwSignal<Option<Fingerprint>>,
    pub data: RwSignal<digits::Progress>,
    /// The reader's own data, if they are in use.
    pub own: RwSignal<Option<Summary>>,
    /// The program that makes and reads files.
    pub client: Client,
    /// Messages for the reader: settings that could not be used, trainers that were replaced.
    pub notices: RwSignal<Vec<String>>,
    /// The speed of one trainer, in multiplications per millisecond.
    pace: RwSignal<f64>,
    max_trainers: usize,
    /// Whether no run is starting, training or pausing.
    is_settled: Memo<bool>,
    pool: StoredValue<Pool>,
    trainers: StoredValue<Option<Trainers>, LocalStorage>,
    /// The four files of the data in use, and those of the digits, once they are fetched. The digits are gzipped blobs.
    files: StoredValue<Option<Array>, LocalStorage>,
    digits: StoredValue<Option<Array>, LocalStorage>,
    /// Events that wait to be applied.
    unapplied: StoredValue<Vec<Event>>,
    group: StoredValue<Group>,
    next_run: StoredValue<u32>,
}

/// The progress of a run in logged steps: summaries and tables follow these, not every sample.
#[derive(Clone, Copy, PartialEq)]
pub struct Milestone {
    run: RunId,
    n_logged: usize,
    has_ended: bool,
}

impl Store {
    /// Reads the link, submits its experiment and fetches the digits.
    pub fn open() -> Self {
        let (link, errors) = address::read();
        let mut notices: Vec<String> = errors.iter().map(messages::link_error).collect();
        let cores = window().navigator().hardware_concurrency() as usize;
        // A page may have several embedded figures.
        let max_trainers = if is_embed() { 1 } else { cores.saturating_sub(1).max(1) };
        let link = match cost(&link.experiment, DIGITS, max_trainers) {
            Ok(_) => link,
            Err(error) => {
                notices.push(messages::too_costly(&error));
                Link::to(Experiment::tutorial())
            }
        };
        let statuses = RwSignal::new(Vec::<Option<Status>>::new());
        let store = Self {
            results: RwSignal::new(Results::new(link.experiment.clone(), RunId(0))),
            statuses,
            view: RwSignal::new(link.view),
            options: RwSignal::new(link.options),
            expected: RwSignal::new(link.fingerprint),
            data: RwSignal::new(digits::Progress::Fetching(0)),
            own: RwSignal::new(None),
            client: Client::new(),
            notices: RwSignal::new(Vec::new()),
            pace: RwSignal::new(SLOW),
            max_trainers,
            is_settled: Memo::new(move |_| {
                let is_moving = |status: &Option<Status>| {
                    matches!(status, Some(Status::Starting | Status::Running | Status::Pausing))
                };
                !statuses.with(|statuses| statuses.iter().any(is_moving))
            }),
            pool: StoredValue::new(Pool::new(max_trainers)),
            trainers: StoredValue::new_local(None),
            files: StoredValue::new_local(None),
            digits: StoredValue::new_local(None),
            unapplied: StoredValue::new(Vec::new()),
            group: StoredValue::new(Group(0)),
            next_run: StoredValue::new(1),
        };
        let apply_soon = once_in(COLLECT, move || store.apply());
        store.trainers.set_value(Some(Trainers::new(move |id, report| store.handle(id, report, &apply_soon))));
        set_interval(move || store.tick(), TICK);
        store.begin(link.experiment, false);
        store.notices.set(notices);
        store.keep_address();
        store.fetch_digits();
        store
    }

    /// The milestone of each run.
    pub fn milestones(self) -> Vec<Milestone> {
        let milestone = |run: &lab::History| Milestone {
            run: run.id,
            n_logged: run.histograms.len(),
            has_ended: run.end.is_some(),
        };
        self.results.with(|results| results.runs.iter().map(milestone).collect())
    }

    /// A pulse for an element that shows results: it changes with the results while the element is on the screen or nothing trains. So
    /// an element off the screen costs nothing during training and is up to date at its end.
    pub fn pulse(self, place: &Element) -> Pulse {
        let is_on_screen = RwSignal::new(false);
        when_visible(place, move |now| is_on_screen.set(now));
        pulse(Box::new(move || {
            let is_due = is_on_screen.get() || self.is_settled.get();
            if is_due {
                self.results.track();
            }
            is_due
        }))
    }

    /// Starts or resumes training, unless all runs have ended.
    pub fn resume(self) {
        if !self.results.with_untracked(Results::is_over) {
            self.with_pool(Pool::resume);
        }
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

    /// Returns to the untrained networks of the same seed.
    pub fn reset(self) {
        self.begin(self.experiment(), false);
    }

    pub fn experiment(self) -> Experiment {
        self.results.with_untracked(|results| results.experiment.clone())
    }

    /// Replaces the experiment. The new one trains at once if the old one was training or has ended.
    ///
    /// # Errors
    /// The experiment costs too much; nothing is changed.
    pub fn set_experiment(self, experiment: Experiment) -> Result<(), CostError> {
        cost(&experiment, self.shape(), self.max_trainers)?;
        self.expected.set(None);
        self.replace_experiment(experiment);
        address::push(&self.link());
        Ok(())
    }

    fn replace_experiment(self, experiment: Experiment) {
        let was_running = self.is_running();
        let (is_empty, is_over) = self.results.with_untracked(|results| (results.is_empty(), results.is_over()));
        self.begin(experiment, was_running || (is_over && !is_empty));
    }

    /// The options of a figure.
    pub fn options_of(self, figure: &'static dyn Figure) -> Options {
        self.options.with(|options| options.get(figure.key()).cloned().unwrap_or_default())
    }

    pub fn set_options(self, figure: &'static dyn Figure, changed: Options) {
        self.options.update(|options| *options.entry(figure.key()) = changed);
    }

    /// The link to what the reader sees. Views and options that the current experiment does not have are left out.
    pub fn link(self) -> Link {
        let link = Link {
            experiment: self.results.with(|results| results.experiment.clone()),
            view: self.view.get(),
            options: self.options.get(),
            fingerprint: self.expected.get(),
        };
        Link::from_query(&link.to_query(), &[]).0
    }

    /// Keeps the address up to date with the view, and the page with Back and Forward.
    fn keep_address(self) {
        let remember = once_in(REMEMBER, move || address::replace(&untrack(|| self.link())));
        let mut is_first = true;
        Effect::new(move || {
            self.view.track();
            self.options.track();
            // The address that was opened stays as it is until something changes.
            if !std::mem::take(&mut is_first) {
                remember();
            }
        });
        listen(&window(), "popstate", move |_: DomEvent| self.follow(address::read().0));
    }

    /// Shows what a link says.
    pub fn follow(self, link: Link) {
        let is_new = self.results.with_untracked(|results| results.experiment != link.experiment);
        if is_new && cost(&link.experiment, self.shape(), self.max_trainers).is_ok() {
            self.replace_experiment(link.experiment);
        }
        self.expected.set(link.fingerprint);
        self.view.set(link.view);
        self.options.set(link.options);
    }

    /// Draws a random seed, below a million so that it is easy to pass on.
    pub fn set_new_seed(self) {
        match getrandom::u32() {
            Ok(seed) => _ = self.set_experiment(self.experiment().with_seed(seed % 1_000_000)),
            Err(error) => self.notices.update(|notices| notices.push(format!("No new seed could be drawn: {error}."))),
        }
    }

    /// The estimated duration of the experiment on this machine, in seconds.
    pub fn predicted_seconds(self) -> f64 {
        let multiplications =
            self.results.with(|results| cost(&results.experiment, self.shape(), self.max_trainers)).unwrap_or_default();
        let n_runs = self.results.with(|results| results.runs.len());
        multiplications / self.pace.get() / self.max_trainers.min(n_runs).max(1) as f64 / 1e3
    }

    /// Cancels the runs of the old experiment and submits those of a new one.
    fn begin(self, experiment: Experiment, is_running: bool) {
        let first = RunId(self.next_run.get_value());
        let results = Results::new(experiment, first);
        self.next_run.set_value(first.0.wrapping_add(results.runs.len() as u32));
        // Histograms are drawn of a variant's first seed only.
        let drawn: Vec<RunId> = results.first_runs().map(|run| run.id).collect();
        let detail = |run| if drawn.contains(&run) { Detail::Everything } else { Detail::Curves };
        let runs: Vec<_> = results.runs.iter().map(|run| (run.id, run.settings, detail(run.id))).collect();
        // They are about earlier runs.
        self.notices.update(Vec::clear);
        self.results.set(results);
        self.with_pool(|pool, old| pool.cancel(old));
        self.group.set_value(Group(first.0));
        self.with_pool(move |pool, group| pool.submit(group, runs, is_running));
    }

    /// Changes the pool and carries out its outputs.
    fn with_pool(self, change: impl FnOnce(&mut Pool, Group)) {
        let group = self.group.get_value();
        let outputs = self.pool.try_update_value(|pool| {
            change(pool, group);
            pool.take_outputs()
        });
        outputs.unwrap_or_default().into_iter().for_each(|output| self.carry_out(output));
        self.refresh_statuses();
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
            Output::GaveUp { runs, reason } => self.results.update(|results| {
                let given_up = results.runs.iter_mut().filter(|run| runs.contains(&run.id));
                given_up.for_each(|run| run.end = Some(End::Lost(reason.clone())));
            }),
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
        if !document().hidden() {
            self.with_pool(|pool, _| pool.tick());
        }
    }

    fn shape(self) -> Shape {
        self.own.with_untracked(|own| own.as_ref().map_or(DIGITS, shape))
    }

    /// The fingerprint of the results, once all runs have finished. Results of the reader's own data have none: no link holds the data.
    pub fn fingerprint(self) -> Option<Fingerprint> {
        if self.own.with(Option::is_some) { None } else { self.results.with(Fingerprint::of) }
    }

    /// Whether there are data to train on.
    pub fn has_data(self) -> bool {
        self.own.with(Option::is_some) || self.data.with(|data| *data == digits::Progress::Here)
    }

    /// The four files of the data; none before they are fetched.
    pub fn data_files(self) -> Array {
        self.files.get_value().unwrap_or_default()
    }

    /// The name of the reader's own data.
    pub fn data_name(self) -> Option<String> {
        self.own.with_untracked(|own| own.as_ref().map(|summary| summary.name.clone()))
    }

    /// Trains on the reader's own data from now on. Returns a sentence if the experiment costs too much on them; then nothing changes.
    pub fn use_own(self, summary: Summary, files: Array) -> Option<String> {
        if let Err(error) = cost(&self.experiment(), shape(&summary), self.max_trainers) {
            return Some(messages::cost_error(&error));
        }
        self.replace_data(Some(summary), Some(files));
        None
    }

    /// Trains on the bundled digits again. If they are not here, the runs wait for them.
    pub fn use_digits(self) {
        let digits = self.digits.get_value();
        let is_missing = digits.is_none() && !matches!(self.data.get_untracked(), digits::Progress::Fetching(_));
        self.replace_data(None, digits);
        if is_missing {
            self.fetch_digits();
        }
    }

    /// Loads other data into all trainers, or none yet. All runs start over.
    fn replace_data(self, own: Option<Summary>, files: Option<Array>) {
        self.with_pool(|pool, old| pool.cancel(old));
        self.own.set(own);
        let is_here = files.is_some();
        self.files.set_value(files);
        self.with_pool(|pool, _| {
            pool.remove_data();
            if is_here {
                pool.set_data();
            }
        });
        self.begin(self.experiment(), true);
    }

    /// Fetches the digits. The reader can retry with it.
    pub fn fetch_digits(self) {
        self.data.set(digits::Progress::Fetching(0));
        spawn_local(async move {
            let on_bytes = move |bytes| {
                self.data.update(|progress| {
                    if let digits::Progress::Fetching(received) = progress {
                        *received += bytes;
                    }
                });
            };
            match digits::fetch(on_bytes).await {
                Ok(files) => {
                    self.digits.set_value(Some(files.clone()));
                    self.data.set(digits::Progress::Here);
                    // The reader may have chosen own data meanwhile.
                    if self.own.with_untracked(Option::is_none) {
                        self.files.set_value(Some(files));
                        self.with_pool(|pool, _| pool.set_data());
                    }
                }
                Err(sentence) => self.data.set(digits::Progress::Failed(sentence)),
            }
        });
    }
}

fn shape(summary: &Summary) -> Shape {
    [summary.n_pixels, summary.n_classes, summary.n_train, summary.n_held_out].map(|n| n as usize)
}

/// The multiplications of a whole experiment on data of this shape and on `max_trainers`.
///
/// # Errors
/// As [`Cost::check_all`].
fn cost(experiment: &Experiment, shape: Shape, max_trainers: usize) -> Result<f64, CostError> {
    let costs: Vec<Cost> = experiment.runs().iter().map(|run| Cost::of(&run.settings, shape)).collect();
    Cost::check_all(&costs, max_trainers)?;
    Ok(costs.iter().map(|cost| cost.run).sum())
}
