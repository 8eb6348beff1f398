//! What the page knows, and every gesture that changes it. Events from the trainers are gathered and applied some ten or twenty
//! times a second, so that words and drawings change in frames of their own and none is long; the end of an experiment is
//! applied at once.

use super::digits;
use super::dom::matches_media;
use super::fleet::Fleet;
use super::frame::once_in;
use super::trainer::Report;
use super::view::when_visible;
use lab::history::{History, Status};
use lab::protocol::{Command, Event, RunId};
use lab::{Experiment, Plan, Scenario};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::Element;
use std::time::Duration;

/// How often the page looks whether a trainer has fallen silent.
const WATCH_EVERY: Duration = Duration::from_secs(1);

/// How long events are gathered before they are applied. Where trainers and page share too few cores, each drawing makes the
/// run longer.
fn rest() -> Duration {
    let has_cores = window().navigator().hardware_concurrency() > Scenario::ALL.len() as f64;
    Duration::from_millis(if has_cores { 40 } else { 90 })
}

#[derive(Clone, Copy)]
pub struct Store {
    pub experiment: RwSignal<Experiment>,
    pub digits: RwSignal<digits::Progress>,
    /// What the reader should know: URL fields that could not be read, trainers that were replaced.
    pub notices: RwSignal<Vec<String>>,
    is_settled: Memo<bool>,
    fleet: StoredValue<Option<Fleet>, LocalStorage>,
    /// Events that wait to be applied.
    unapplied: StoredValue<Vec<(Scenario, Event)>>,
    next_run: StoredValue<u32>,
}

/// A memo that tells those who get it that it is time to look again.
pub type Pulse = Memo<u32>;

/// Ticks whenever something that `is_due` depends on changes and it says so.
pub fn pulse(is_due: Box<dyn Fn() -> bool + Send + Sync>) -> Pulse {
    Memo::new(move |ticks: Option<&u32>| ticks.copied().unwrap_or_default().wrapping_add(is_due().into()))
}

/// See [`Store::milestone`].
#[derive(Clone, Copy, PartialEq)]
pub struct Milestone {
    run: RunId,
    n_logged: usize,
    is_done: bool,
}

impl Store {
    /// Reads the URL, starts the trainers and fetches the digits.
    pub fn open() -> Self {
        let (plan, errors) = Plan::from_query(&location().search().unwrap_or_default());
        let of_address = errors.iter().map(|error| format!("From the address of this page: {error}.")).collect();
        let experiment = RwSignal::new(Experiment::new(plan, RunId(0)));
        let notices = RwSignal::new(Vec::new());
        let store = Self {
            experiment,
            digits: RwSignal::new(digits::Progress::Fetching(0)),
            notices,
            is_settled: Memo::new(move |_| experiment.with(Experiment::is_settled)),
            fleet: StoredValue::new_local(None),
            unapplied: StoredValue::new(Vec::new()),
            next_run: StoredValue::new(1),
        };
        let apply_soon = once_in(rest(), move || store.apply());
        let fleet = Fleet::new(move |scenario, report| match report {
            Report::Lost(reason) => store.replace(scenario, &reason),
            Report::Events(events) => {
                let was_training = store.is_training();
                events.into_iter().for_each(|event| store.hear(scenario, event));
                // What the reader waits for is told at once.
                if was_training && !store.is_training() { store.apply() } else { apply_soon() }
            }
        });
        store.fleet.set_value(Some(fleet));
        set_interval(move || store.watch(), WATCH_EVERY);
        store.begin(plan, true);
        notices.set(of_address);
        store.fetch_digits();
        store
    }

    /// How far the experiment has come, in logged steps; untouched by the samples between them.
    pub fn milestone(self) -> [Milestone; 3] {
        self.experiment.with(|experiment| {
            Scenario::ALL.map(|scenario| {
                let History { run, histograms, outcome, .. } = experiment.run(scenario);
                Milestone { run: *run, n_logged: histograms.len(), is_done: outcome.is_some() }
            })
        })
    }

    /// Ticks when what a place shows is to follow the experiment: with every change while the place is on the screen; off the
    /// screen only while nothing trains, so that in the end everything is up to date.
    pub fn pulse(self, place: &Element) -> Pulse {
        let is_on_screen = RwSignal::new(false);
        when_visible(place, move |now| is_on_screen.set(now));
        pulse(Box::new(move || {
            let is_due = is_on_screen.get() || self.is_settled.get();
            if is_due {
                self.experiment.track();
            }
            is_due
        }))
    }

    /// Trains, goes on, or trains anew where everything is over.
    pub fn run(self) {
        let (is_over, plan) = self.experiment.with_untracked(|experiment| (experiment.is_over(), experiment.plan));
        if is_over {
            return self.begin(plan, false);
        }
        self.command(|status, run, settings| match status {
            Status::Starting => Some(Command::Start { run, settings, paused: false }),
            Status::Ready | Status::Paused => Some(Command::Resume { run }),
            Status::Running | Status::Done | Status::Diverged(_) | Status::Failed(_) => None,
        });
    }

    pub fn pause(self) {
        self.command(|status, run, settings| match status {
            Status::Starting => Some(Command::Start { run, settings, paused: true }),
            // One that has not said yet that it goes on is told too, or it would go on alone.
            Status::Ready | Status::Running | Status::Paused => Some(Command::Pause { run }),
            Status::Done | Status::Diverged(_) | Status::Failed(_) => None,
        });
    }

    /// One step of all three.
    pub fn step(self) {
        self.command(|status, run, _| {
            matches!(status, Status::Ready | Status::Paused).then_some(Command::Step { run })
        });
    }

    /// Back to the untrained networks of the same seed.
    pub fn reset(self) {
        self.begin(self.experiment.with_untracked(|experiment| experiment.plan), true);
    }

    /// Another plan; it trains at once if the old one was training or over.
    pub fn set_plan(self, plan: Plan) {
        let paused = self.experiment.with_untracked(|experiment| {
            experiment.is_empty() || experiment.runs().all(|(_, history)| history.status == Status::Paused)
        });
        self.begin(plan, paused);
        remember(&plan);
    }

    /// A seed that nobody chose, below a million so that it can be told to somebody.
    pub fn set_new_seed(self) {
        let plan = self.experiment.with_untracked(|experiment| experiment.plan);
        match getrandom::u32() {
            Ok(seed) => self.set_plan(plan.with_seed(seed % 1_000_000)),
            Err(error) => self.notices.update(|notices| notices.push(format!("No new seed could be drawn: {error}."))),
        }
    }

    /// Starts all three runs of a plan.
    fn begin(self, plan: Plan, paused: bool) {
        let run = self.new_run();
        // What was said of earlier runs has had its time.
        self.notices.update(Vec::clear);
        self.experiment.set(Experiment::new(plan, run));
        for scenario in Scenario::ALL {
            self.start(scenario, run, paused);
        }
    }

    fn start(self, scenario: Scenario, run: RunId, paused: bool) {
        let settings = self.experiment.with_untracked(|experiment| experiment.run(scenario).settings);
        self.fleet(|fleet| fleet.start(scenario, Command::Start { run, settings, paused }));
    }

    fn new_run(self) -> RunId {
        let run = self.next_run.get_value();
        self.next_run.set_value(run.wrapping_add(1));
        RunId(run)
    }

    /// Sends each trainer the command that its status calls for.
    fn command(self, choose: impl Fn(&Status, RunId, lab::Settings) -> Option<Command>) {
        self.experiment.with_untracked(|experiment| {
            for (scenario, history) in experiment.runs() {
                match choose(&history.status, history.run, history.settings) {
                    Some(start @ Command::Start { .. }) => self.fleet(|fleet| fleet.start(scenario, start)),
                    Some(command) => self.fleet(|fleet| fleet.send(scenario, &command)),
                    None => None,
                };
            }
        });
    }

    fn hear(self, scenario: Scenario, event: Event) {
        if let Event::Refused { sentence } = &event {
            self.digits.set(digits::Progress::Failed(sentence.clone()));
        }
        if self.fleet(|fleet| fleet.hear(scenario, &event)) == Some(true) {
            self.unapplied.update_value(|events| events.push((scenario, event)));
        }
    }

    /// Applies what has been heard since the last time.
    fn apply(self) {
        let events = self.unapplied.try_update_value(std::mem::take).unwrap_or_default();
        if events.is_empty() {
            return;
        }
        self.experiment.update(|experiment| {
            for (scenario, event) in events {
                experiment.run_mut(scenario).apply(event);
            }
        });
    }

    /// Puts a new trainer in the place of a lost one and starts its run over.
    fn replace(self, scenario: Scenario, reason: &str) {
        let (label, reason) = (scenario.label(), reason.trim_end_matches('.'));
        let is_to_train = self.fleet(|fleet| fleet.is_to_train(scenario)).unwrap_or(false);
        let run = self.new_run();
        let is_replaced = self.fleet(|fleet| fleet.replace(scenario)).unwrap_or(false);
        self.experiment.update(|experiment| {
            let settings = experiment.run(scenario).settings;
            *experiment.run_mut(scenario) = History::new(run, settings);
            if !is_replaced {
                let sentence = format!("The {label} trainer could not be kept alive: {reason}.");
                experiment.run_mut(scenario).status = Status::Failed(sentence);
            }
        });
        if is_replaced {
            let notice = format!("The {label} trainer stopped ({reason}). A new one starts its run over.");
            self.notices.update(|notices| notices.push(notice));
            self.start(scenario, run, !is_to_train);
        }
    }

    /// Replaces trainers that should be talking and are not.
    fn watch(self) {
        if document().hidden() {
            return;
        }
        for scenario in Scenario::ALL {
            if self.fleet(|fleet| fleet.is_silent(scenario)) == Some(true) {
                self.replace(scenario, "it fell silent");
            }
        }
    }

    /// Fetches the digits; also the reader's way to try again.
    pub fn fetch_digits(self) {
        self.digits.set(digits::Progress::Fetching(0));
        spawn_local(async move {
            let on_bytes = move |bytes| {
                self.digits.update(|progress| {
                    if let digits::Progress::Fetching(received) = progress {
                        *received += bytes;
                    }
                });
            };
            match digits::fetch(on_bytes).await {
                Ok(files) => {
                    self.fleet(|fleet| fleet.set_digits(files));
                    self.digits.set(digits::Progress::Here);
                }
                Err(sentence) => self.digits.set(digits::Progress::Failed(sentence)),
            }
        });
    }

    /// Whether some trainer is to train.
    fn is_training(self) -> bool {
        self.fleet(|fleet| Scenario::ALL.into_iter().any(|scenario| fleet.is_to_train(scenario))).unwrap_or(false)
    }

    /// Acts on the fleet; None before there is one.
    fn fleet<T>(self, act: impl FnOnce(&mut Fleet) -> T) -> Option<T> {
        self.fleet.try_update_value(|fleet| fleet.as_mut().map(act)).flatten()
    }
}

/// Whether nothing should start by itself.
pub fn prefers_stillness() -> bool {
    matches_media("(prefers-reduced-motion: reduce)")
}

/// Writes a plan into the address of the page, leaving fields that are not its own.
fn remember(plan: &Plan) {
    let query = plan.to_query(&location().search().unwrap_or_default());
    let hash = location().hash().unwrap_or_default();
    let url = format!("?{query}{hash}");
    if let Ok(history) = window().history() {
        _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&url));
    }
}
