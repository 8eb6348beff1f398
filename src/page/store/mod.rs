//! The state of the page, and every action of the reader: here the experiment, the view and the link to both, in [`training`] what the
//! trainers do, in [`data`] what they train on.

mod data;
mod training;

use super::dom::prefers_reduced_motion;
use super::embed::is_embed;
use super::files::Client;
use super::frame::once_in;
use super::pulse::{Pulse, pulse};
use super::trainers::Trainers;
use super::view::{listen, when_visible};
use super::{address, digits, messages};
use crate::notices::Notices;
use crate::pool::{Group, Pool, Status};
use chart::link::Fingerprint;
use chart::{Figure, Keyed, Link, Options, Speed, View};
use data::DIGITS;
use files::Summary;
use js_sys::Array;
use lab::recipe::CostError;
use lab::run::protocol::Event;
use lab::{Experiment, Results, RunId};
use leptos::prelude::*;
use leptos::web_sys::{Element, Event as DomEvent};
use std::rc::Rc;
use std::time::Duration;
use training::cost;

/// How long changes of the view are collected before they are written into the address. Browsers limit how often it may change.
const REMEMBER: Duration = Duration::from_millis(500);
/// The assumed speed of a trainer in multiplications per millisecond, until a run has measured it.
const DEFAULT_PACE: f64 = 3e6;

#[derive(Clone, Copy)]
pub struct Store {
    pub results: RwSignal<Results>,
    /// The status of each run, in the order of the results; None once the run has ended.
    pub statuses: RwSignal<Vec<Option<Status>>>,
    /// The step, layer and variant that all figures show.
    pub view: RwSignal<View>,
    /// What the reader has chosen for each figure, by its key.
    options: RwSignal<Keyed<Options>>,
    pub speed: RwSignal<Speed>,
    /// Whether the article asks its questions.
    pub questions: RwSignal<bool>,
    /// The fingerprint of the link, until the experiment changes.
    pub expected: RwSignal<Option<Fingerprint>>,
    pub data: RwSignal<digits::Progress>,
    /// The reader's own data, if they are in use.
    pub own: RwSignal<Option<Summary>>,
    /// The program that makes and reads files.
    pub client: Client,
    /// Messages for the reader: settings that could not be used, trainers that were replaced.
    pub notices: RwSignal<Notices>,
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
    /// The bytes of the digits at the last tick, and how many ticks before had as many.
    stall: StoredValue<(u32, u32)>,
    /// Attempts to fetch the digits.
    n_fetches: StoredValue<u32>,
    /// Events that wait to be applied.
    unapplied: StoredValue<Vec<Event>>,
    /// When training last started by itself, in milliseconds of the page's clock.
    started_alone_at: StoredValue<f64>,
    /// When paced runs were last let on, in milliseconds of the page's clock.
    paced_at: StoredValue<f64>,
    /// Lets paced runs on after a moment.
    pace_soon: StoredValue<Option<Rc<dyn Fn()>>, LocalStorage>,
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
    /// Reads the link and submits its experiment, which waits for the digits.
    pub fn open() -> Self {
        let (link, errors) = address::read();
        let mut notices = messages::link_errors(&errors, &link.experiment);
        let cores = window().navigator().hardware_concurrency() as usize;
        // A page may have several embedded figures.
        let max_trainers = if is_embed() { 1 } else { cores.saturating_sub(1).max(1) };
        let link = match cost(&link.experiment, DIGITS, max_trainers) {
            Ok(_) => link,
            Err(error) => {
                notices.push(messages::too_costly(&error, "The tutorial’s"));
                Link::to(Experiment::tutorial())
            }
        };
        let statuses = RwSignal::new(Vec::<Option<Status>>::new());
        let store = Self {
            results: RwSignal::new(Results::new(link.experiment.clone(), RunId(0))),
            statuses,
            view: RwSignal::new(link.view),
            options: RwSignal::new(link.options),
            speed: RwSignal::new(link.speed),
            questions: RwSignal::new(link.questions),
            expected: RwSignal::new(link.fingerprint),
            data: RwSignal::new(digits::Progress::Fetching(0)),
            own: RwSignal::new(None),
            client: Client::new(),
            notices: RwSignal::new(Notices::default()),
            pace: RwSignal::new(DEFAULT_PACE),
            max_trainers,
            is_settled: Memo::new(move |_| {
                statuses.with(|statuses| statuses.iter().flatten().all(|status| status.is_still()))
            }),
            pool: StoredValue::new(Pool::new(max_trainers)),
            trainers: StoredValue::new_local(None),
            files: StoredValue::new_local(None),
            digits: StoredValue::new_local(None),
            stall: StoredValue::new((0, 0)),
            n_fetches: StoredValue::new(0),
            unapplied: StoredValue::new(Vec::new()),
            started_alone_at: StoredValue::new(f64::NEG_INFINITY),
            paced_at: StoredValue::new(0.0),
            pace_soon: StoredValue::new_local(None),
            group: StoredValue::new(Group(0)),
            next_run: StoredValue::new(1),
        };
        store.start_trainers();
        // A link to another experiment than the recorded one shows its own results, wherever on the page it leads.
        let is_own = !is_embed() && link.experiment != Experiment::tutorial();
        store.begin(link.experiment, is_own && !prefers_reduced_motion());
        store.notices.set(notices);
        store.keep_address();
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

    pub fn options_of_untracked(self, figure: &'static dyn Figure) -> Options {
        untrack(|| self.options_of(figure))
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
            speed: self.speed.get(),
            questions: self.questions.get(),
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
            self.speed.track();
            // The address that was opened stays as it is until something changes.
            if !std::mem::take(&mut is_first) {
                remember();
            }
        });
        listen(&window(), "popstate", move |_: DomEvent| {
            if let Err(error) = self.follow(address::read().0) {
                self.notices.update(|notices| notices.push(messages::too_costly(&error, "The last one")));
            }
        });
    }

    /// Shows what a link says.
    ///
    /// # Errors
    /// The link's experiment costs too much; the experiment stays as it is.
    pub fn follow(self, link: Link) -> Result<(), CostError> {
        let is_new = self.results.with_untracked(|results| results.experiment != link.experiment);
        if is_new {
            cost(&link.experiment, self.shape(), self.max_trainers)?;
            self.replace_experiment(link.experiment);
        }
        self.expected.set(link.fingerprint);
        self.set_speed(link.speed);
        self.questions.set(link.questions);
        self.view.set(link.view);
        self.options.set(link.options);
        Ok(())
    }

    /// Draws a random seed, below a million so that it is easy to pass on.
    pub fn set_new_seed(self) {
        match getrandom::u32() {
            Ok(seed) => _ = self.set_experiment(self.experiment().with_seed(seed % 1_000_000)),
            Err(error) => self.notices.update(|notices| notices.push(format!("No new seed could be drawn: {error}."))),
        }
    }

    /// The fingerprint of the results, once all runs have finished. Results of the reader's own data have none: no link holds the data.
    pub fn fingerprint(self) -> Option<Fingerprint> {
        if self.own.with(Option::is_some) { None } else { self.results.with(Fingerprint::of) }
    }
}
