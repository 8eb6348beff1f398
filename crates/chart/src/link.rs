//! A link to what a reader sees: the experiment, the shared view, every figure's own options, the speed of training, whether the article
//! asks its questions, and the fingerprint of the results.
//!
//! `?seed=1&depth=12&run=sigmoid&run=relu&at=1200&layer=3&focus=2&gradient-first.axis=linear&fingerprint=1-53338340797911f5`:
//! `at` is the step of the crosshair, `layer` the highlighted layer from 1, `focus` the highlighted run from 1, `FIGURE.KEY` an option
//! of a figure, `FIGURE.at` its own crosshair, `speed` one of `slow`, `normal` and `fast`, and `questions` is `on` or `off`. A fingerprint is the trainer's version and 64 bits in hexadecimal digits. `v` is the
//! version of this format; without it, it is 1. What is at its default is left out. Links stay valid for ever, so every kind of link
//! that was ever written is in the tests.

use crate::figure::Figure;
use crate::reading::Cursor;
use crate::speed::Speed;
use crate::view::{Keyed, Options, View};
use crate::{Control, ControlKind, Target};
use lab::experiment::LinkError;
use lab::run::VERSION;
use lab::text::{number, quoted, thousands};
use lab::{Experiment, Results, RunId};
use std::fmt;
use thiserror::Error;

const STEP: &str = "at";
const LAYER: &str = "layer";
const VARIANT: &str = "focus";
const SPEED: &str = "speed";
const QUESTIONS: &str = "questions";
const FINGERPRINT: &str = "fingerprint";
const FORMAT: &str = "v";
/// The version of the format.
const FORMAT_VERSION: &str = "1";
/// Bytes of a query that are read. Servers take fewer, so longer addresses are none that anyone was given.
const MAX_LENGTH: usize = 1 << 14;
/// Parameters that other sites append to links. They are ignored without a message.
const OF_OTHERS: [&str; 6] = ["utm", "fbclid", "gclid", "msclkid", "ref", "source"];

#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub experiment: Experiment,
    pub view: View,
    /// By the key of the figure.
    pub options: Keyed<Options>,
    pub speed: Speed,
    /// Whether the article asks its questions.
    pub questions: bool,
    /// Of the results that the author of the link saw.
    pub fingerprint: Option<Fingerprint>,
}

/// The bits of the results of all runs, and the trainer's version that made them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    pub version: u32,
    pub bits: u64,
}

/// A part of a link that is invalid.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Error {
    #[error(transparent)]
    Experiment(#[from] LinkError),
    #[error("{name} is “{found}”, but must be {expected}")]
    Value { name: String, found: String, expected: String },
    #[error("v is “{found}”, but this page reads links of version {FORMAT_VERSION} only: a newer page has written it")]
    Format { found: String },
    #[error("it has {} characters, and only the first {} are read", thousands(*found as f64), thousands(MAX_LENGTH as f64))]
    Length { found: usize },
    /// The first names, and how many more parameters are unknown.
    #[error("this page has no setting {}{}", names.join(", "), more(*n_more))]
    Unknown { names: Vec<String>, n_more: usize },
}

impl Fingerprint {
    /// The fingerprint of results that this program has computed; None until every run has finished.
    pub fn of(results: &Results) -> Option<Self> {
        Some(Self { version: VERSION, bits: results.fingerprint()? })
    }

    /// Reads what [`Display`](fmt::Display) writes.
    fn parse(text: &str) -> Option<Self> {
        let (version, bits) = text.split_once('-')?;
        let is_hex = bits.len() == 16 && bits.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self { version: version.parse().ok()?, bits: u64::from_str_radix(bits, 16).ok().filter(|_| is_hex)? })
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}-{:016x}", self.version, self.bits)
    }
}

impl Link {
    /// A link to an experiment, with everything else at its default.
    pub fn to(experiment: Experiment) -> Self {
        Self {
            experiment,
            view: View::default(),
            options: Keyed::default(),
            speed: Speed::default(),
            questions: true,
            fingerprint: None,
        }
    }

    /// Decodes the query of a link. What is invalid takes its default and is reported once. `others` are parameters that the page reads
    /// itself.
    pub fn from_query(query: &str, others: &[&str]) -> (Self, Vec<Error>) {
        let whole = query.strip_prefix('?').unwrap_or(query);
        let query = &whole[..whole.floor_char_boundary(MAX_LENGTH)];
        let (experiment, errors) = Experiment::from_query(query);
        let mut reader = Reader {
            blank: Results::new(experiment.with_n_seeds(1), RunId::default()),
            link: Self::to(experiment),
            errors: errors.into_iter().map(Error::from).collect(),
            unknown: Vec::new(),
            n_more_unknown: 0,
        };
        if query.len() < whole.len() {
            reader.errors.insert(0, Error::Length { found: whole.len() });
        }
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !Experiment::is_parameter(&name) && !others.contains(&&*name) {
                reader.read(&name, &value);
            }
        }
        if !reader.unknown.is_empty() {
            reader.errors.push(Error::Unknown { names: reader.unknown, n_more: reader.n_more_unknown });
        }
        (reader.link, reader.errors)
    }

    /// The query of this link.
    pub fn to_query(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(self.experiment.to_query());
        let mut add =
            |name: &str, value: Option<String>| value.iter().for_each(|value| _ = pairs.append_pair(name, value));
        add(STEP, self.view.step.map(|step| step.to_string()));
        add(LAYER, self.view.layer.map(|layer| layer.to_string()));
        add(VARIANT, self.view.variant.map(|variant| (variant + 1).to_string()));
        for (figure, options) in self.options.iter() {
            options.iter().for_each(|(key, value)| add(&format!("{figure}.{key}"), Some(value.to_owned())));
            add(&format!("{figure}.{STEP}"), options.cursor.map(|x| x.to_string()));
        }
        add(SPEED, (self.speed != Speed::default()).then(|| self.speed.key().to_owned()));
        add(QUESTIONS, (!self.questions).then(|| "off".into()));
        add(FINGERPRINT, self.fingerprint.map(|fingerprint| fingerprint.to_string()));
        pairs.finish()
    }

    /// The options of a figure.
    pub fn options_of(&self, figure: &dyn Figure) -> Options {
        self.options.get(figure.key()).cloned().unwrap_or_default()
    }
}

/// A link that is being read.
struct Reader {
    link: Link,
    /// The experiment without results: it determines which options figures have.
    blank: Results,
    errors: Vec<Error>,
    /// At most [`MAX_NAMES`], each once.
    unknown: Vec<String>,
    n_more_unknown: usize,
}

/// The most unknown names in a message.
const MAX_NAMES: usize = 5;

/// “ and 3 more”.
fn more(n: usize) -> String {
    if n == 0 { String::new() } else { format!(" and {} more", thousands(n as f64)) }
}

impl Reader {
    fn read(&mut self, name: &str, value: &str) {
        match name {
            STEP => self.link.view.step = self.whole(name, value, 0, self.blank.steps()),
            LAYER => {
                let layer = self.whole(name, value, 1, self.blank.depth() as u32);
                self.link.view.layer = layer.map(|layer| layer as usize);
            }
            VARIANT => {
                let variant = self.whole(name, value, 1, self.blank.experiment.variants().len() as u32);
                self.link.view.variant = variant.map(|variant| variant as usize - 1);
            }
            SPEED => match Speed::find(value) {
                Some(speed) => self.link.speed = speed,
                None => self.refuse(name, value, format!("one of {}", Speed::ALL.map(Speed::key).join(", "))),
            },
            QUESTIONS => match value {
                "on" | "off" => self.link.questions = value == "on",
                _ => self.refuse(name, value, "on or off".into()),
            },
            FINGERPRINT => {
                self.link.fingerprint = Fingerprint::parse(value);
                if self.link.fingerprint.is_none() {
                    self.refuse(name, value, "a version, a hyphen and 16 hexadecimal digits".into());
                }
            }
            FORMAT if value == FORMAT_VERSION => {}
            FORMAT => self.errors.push(Error::Format { found: quoted(value) }),
            _ => match name.split_once('.').and_then(|(key, option)| Some((crate::find(key)?, option))) {
                Some((figure, option)) => self.option(figure, name, option, value),
                None if OF_OTHERS.contains(&name.split('_').next().unwrap_or(name)) => {}
                None => self.unknown(name),
            },
        }
    }

    fn option(&mut self, figure: &'static dyn Figure, name: &str, option: &str, value: &str) {
        let options = self.link.options.entry(figure.key());
        if option == STEP && figure.cursor() == Cursor::Own {
            options.cursor = number(value);
            if options.cursor.is_none() {
                self.refuse(name, value, "a number".into());
            }
            return;
        }
        let controls = figure.controls(&self.blank).into_iter();
        let Some(control) =
            controls.filter(|control| control.target == Target::Own).find(|control| control.key == option)
        else {
            return self.unknown(name);
        };
        match refusal(&control, value) {
            None => options.set(control.key, value.into()),
            Some(expected) => self.refuse(name, value, expected),
        }
    }

    fn whole(&mut self, name: &str, value: &str, min: u32, max: u32) -> Option<u32> {
        let number = value.parse().ok().filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.refuse(name, value, format!("a whole number from {min} to {max}"));
        }
        number
    }

    fn unknown(&mut self, name: &str) {
        let name = quoted(name);
        if self.unknown.contains(&name) {
            return;
        }
        if self.unknown.len() < MAX_NAMES {
            self.unknown.push(name);
        } else {
            self.n_more_unknown += 1;
        }
    }

    fn refuse(&mut self, name: &str, found: &str, expected: String) {
        self.errors.push(Error::Value { name: name.into(), found: quoted(found), expected });
    }
}

/// What a control expects instead of `value`; None if the value is valid.
fn refusal(control: &Control, value: &str) -> Option<String> {
    match &control.kind {
        ControlKind::Switch => (!["yes", "no"].contains(&value)).then(|| "yes or no".into()),
        ControlKind::Choice(choices) => {
            let keys: Vec<&str> = choices.iter().map(|(key, _)| key.as_str()).collect();
            (!keys.contains(&value)).then(|| format!("one of {}", keys.join(", ")))
        }
        ControlKind::Number { min, max, .. } => {
            let is_valid = number(value).is_some_and(|number| (*min..=*max).contains(&number));
            (!is_valid).then(|| format!("a number from {min} to {max}"))
        }
        ControlKind::Numbers { min, max, most, .. } => {
            let is_valid = |text: &str| number(text).is_some_and(|number| (*min..=*max).contains(&number));
            let is_list = value.split(' ').count() <= *most && value.split(' ').all(is_valid);
            (!is_list).then(|| format!("up to {most} numbers from {min} to {max} with spaces between them"))
        }
    }
}

#[cfg(test)]
mod tests;
