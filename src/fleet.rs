//! The three trainers, one for each scenario, and what each of them is still to be told. A trainer that dies or falls silent
//! is replaced; its run starts over, which by determinism loses nothing but time.

use super::dom::now;
use super::trainer::{Report, Trainer};
use js_sys::Array;
use lab::Scenario;
use lab::protocol::{Command, Event, VERSION};
use leptos::prelude::queue_microtask;
use std::rc::Rc;

/// A running trainer reports several times in a frame; this much silence means that it hangs.
const SILENCE_MILLISECONDS: f64 = 4_000.0;
/// A trainer that is lost this often is given up.
const MAX_LOSSES: u32 = 3;

pub struct Fleet {
    crews: [Crew; 3],
    /// The digits' four files, once they are here.
    digits: Option<Array>,
    report: Rc<dyn Fn(Scenario, Report)>,
}

#[derive(Default)]
struct Crew {
    trainer: Option<Trainer>,
    stage: Stage,
    /// The run to start as soon as the trainer is ready.
    start: Option<Command>,
    /// Whether the page wants it to train: it then talks all the time.
    is_to_train: bool,
    /// Whether a command has not been answered yet.
    is_owing: bool,
    last_heard: f64,
    n_losses: u32,
}

#[derive(Default, PartialEq)]
enum Stage {
    /// Not listening yet.
    #[default]
    Starting,
    /// Listening, without digits.
    Empty,
    /// Has the digits.
    Loaded,
}

impl Fleet {
    /// Starts all trainers; `report` hears what concerns the page.
    pub fn new(report: impl Fn(Scenario, Report) + 'static) -> Self {
        let mut fleet = Self { crews: Default::default(), digits: None, report: Rc::new(report) };
        Scenario::ALL.into_iter().for_each(|scenario| fleet.staff(scenario));
        fleet
    }

    /// Gives the digits to all who listen, and later to everyone who comes.
    pub fn set_digits(&mut self, files: Array) {
        self.digits = Some(files);
        Scenario::ALL.into_iter().for_each(|scenario| self.supply(scenario));
    }

    /// Starts a run, now or as soon as its trainer is ready.
    pub fn start(&mut self, scenario: Scenario, start: Command) {
        let crew = &mut self.crews[scenario.index()];
        if crew.stage == Stage::Loaded {
            match (&start, &crew.start) {
                // Told already; the page has not heard or not taken in that it began, and is not to begin it once more.
                (&Command::Start { run, paused, .. }, Some(Command::Start { run: told, .. })) if *told == run => {
                    crew.send(&if paused { Command::Pause { run } } else { Command::Resume { run } });
                }
                _ => crew.send(&start),
            }
        }
        crew.is_to_train = matches!(start, Command::Start { paused: false, .. });
        crew.start = Some(start);
        // One that was given up gets another chance with every run.
        if crew.n_losses >= MAX_LOSSES {
            crew.n_losses = 0;
            self.staff(scenario);
        }
    }

    pub fn send(&mut self, scenario: Scenario, command: &Command) {
        self.crews[scenario.index()].send(command);
    }

    /// Handles what is between the fleet and a trainer; true if the page should hear of it too.
    pub fn hear(&mut self, scenario: Scenario, event: &Event) -> bool {
        let crew = &mut self.crews[scenario.index()];
        crew.last_heard = now();
        crew.is_owing = false;
        match event {
            Event::Hello { version: VERSION } => {
                crew.stage = Stage::Empty;
                self.supply(scenario);
                false
            }
            Event::Hello { version } => {
                let sentence =
                    format!("it speaks version {version} of the protocol, the page {VERSION}: reload the page");
                self.report_lost(scenario, sentence);
                false
            }
            Event::Loaded { .. } => {
                crew.stage = Stage::Loaded;
                if let (Some(trainer), Some(start)) = (&crew.trainer, &crew.start) {
                    trainer.send(start);
                }
                false
            }
            Event::Refused { .. } => {
                self.digits = None;
                false
            }
            Event::Finished { .. } | Event::Diverged { .. } => {
                crew.is_to_train = false;
                true
            }
            Event::Started { .. }
            | Event::Resumed { .. }
            | Event::Sampled { .. }
            | Event::Progressed { .. }
            | Event::Paused { .. }
            | Event::Failed { .. } => true,
        }
    }

    /// Replaces a lost trainer; false if it was lost too often and is given up.
    pub fn replace(&mut self, scenario: Scenario) -> bool {
        let crew = &mut self.crews[scenario.index()];
        crew.trainer = None;
        crew.stage = Stage::Starting;
        crew.n_losses += 1;
        let again = crew.n_losses < MAX_LOSSES;
        if again {
            self.staff(scenario);
        }
        again
    }

    /// Whether the page wants this trainer to train.
    pub fn is_to_train(&self, scenario: Scenario) -> bool {
        self.crews[scenario.index()].is_to_train
    }

    /// Whether a trainer that should be talking has been silent for too long.
    pub fn is_silent(&self, scenario: Scenario) -> bool {
        let crew = &self.crews[scenario.index()];
        let should_talk = crew.stage == Stage::Loaded && (crew.is_to_train || crew.is_owing);
        should_talk && now() - crew.last_heard > SILENCE_MILLISECONDS
    }

    fn staff(&mut self, scenario: Scenario) {
        let report = self.report.clone();
        let trainer = Trainer::start(scenario.key(), move |heard| report(scenario, heard));
        let crew = &mut self.crews[scenario.index()];
        crew.is_owing = false;
        crew.last_heard = now();
        match trainer {
            Ok(trainer) => crew.trainer = Some(trainer),
            Err(reason) => self.report_lost(scenario, reason),
        }
    }

    /// Reports in a task of its own: whoever hears it may turn to the fleet.
    fn report_lost(&self, scenario: Scenario, reason: String) {
        let report = self.report.clone();
        queue_microtask(move || report(scenario, Report::Lost(reason)));
    }

    fn supply(&mut self, scenario: Scenario) {
        let crew = &self.crews[scenario.index()];
        if let (Stage::Empty, Some(trainer), Some(digits)) = (&crew.stage, &crew.trainer, &self.digits) {
            trainer.send_digits(digits);
        }
    }
}

impl Crew {
    fn send(&mut self, command: &Command) {
        match command {
            Command::Start { paused, .. } => self.is_to_train = !paused,
            Command::Resume { .. } => self.is_to_train = true,
            Command::Pause { .. } => self.is_to_train = false,
            Command::Step { .. } => {}
        }
        self.is_owing = true;
        self.last_heard = now();
        if let Some(trainer) = &self.trainer {
            trainer.send(command);
        }
    }
}
