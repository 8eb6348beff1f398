//! Fields: what a setting is called, which values it can have, and how a recipe holds it. [`FIELDS`] is the table of all fields. It
//! drives validation, links, forms, command-line flags and the keys of exported files.

mod table;

pub use table::FIELDS;

use super::Recipe;
use crate::text::{number, quoted};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// One setting of a run.
#[derive(Clone, Copy)]
pub struct Field {
    /// The name in links, flags and files.
    pub key: &'static str,
    /// The name that a reader sees.
    pub label: &'static str,
    pub group: Group,
    pub kind: Kind,
    /// Which recipes have the field, to follow “it applies only to”; empty if all do.
    pub applies_to: &'static str,
    /// Values that a form offers as buttons, and what a figure calls them.
    pub presets: &'static [(&'static str, f64)],
    /// Reads the value; None where the field does not apply. The recipe is not changed.
    get: fn(&mut Recipe) -> Option<Value>,
    /// Sets a value that [`Kind::check`] accepts; does nothing where the field does not apply.
    set: fn(&mut Recipe, Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Network,
    Initialization,
    Training,
}

impl Group {
    pub const ALL: [Self; 3] = [Self::Network, Self::Initialization, Self::Training];

    pub fn label(self) -> &'static str {
        match self {
            Self::Network => "Network",
            Self::Initialization => "Initialization",
            Self::Training => "Training",
        }
    }
}

/// The type and the range of a field.
#[derive(Clone, Copy)]
pub enum Kind {
    Whole {
        min: u32,
        max: u32,
    },
    /// An arrow key adds `step`; values between two steps are accepted too.
    Real {
        min: f64,
        max: f64,
        step: f64,
    },
    /// A real number or [`Value::Off`].
    OptionalReal {
        min: f64,
        max: f64,
        step: f64,
    },
    /// One of a list of names.
    Choice(fn() -> Vec<Choice>),
}

/// One of the values of a [`Kind::Choice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub key: &'static str,
    pub label: &'static str,
}

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Whole(u32),
    Real(f64),
    Choice(&'static str),
    /// The value of an optional field that is switched off.
    Off,
}

/// A value that a field cannot have; `expected` follows “must be”.
#[derive(Clone, Debug, Error, PartialEq, Serialize, Deserialize)]
#[error("{key} is {found}, but must be {expected}")]
pub struct FieldError {
    pub key: String,
    pub found: String,
    pub expected: String,
}

/// How links, flags and files write [`Value::Off`].
pub const OFF: &str = "none";

impl Field {
    pub fn find(key: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.key == key)
    }

    /// The value in a recipe; None where the field does not apply.
    pub fn get(&self, recipe: &Recipe) -> Option<Value> {
        (self.get)(&mut recipe.clone())
    }

    /// Sets the field of a recipe to a value that [`parse`](Self::parse) returned; does nothing where the field does not apply.
    pub fn set(&self, recipe: &mut Recipe, value: Value) {
        (self.set)(recipe, value);
    }

    /// Reads a value of this field.
    ///
    /// # Errors
    /// The text is not a value of this field, or the value is out of range.
    pub fn parse(&self, text: &str) -> Result<Value, FieldError> {
        let value = match self.kind {
            Kind::Whole { .. } => text.parse().ok().map(Value::Whole),
            Kind::Real { .. } => real(text),
            Kind::OptionalReal { .. } if ["", OFF].contains(&text) => Some(Value::Off),
            Kind::OptionalReal { .. } => real(text),
            Kind::Choice(all) => all().iter().find(|choice| choice.key == text).map(|choice| Value::Choice(choice.key)),
        };
        let value = value.filter(|&value| self.kind.check(value));
        value.ok_or_else(|| FieldError { found: format!("“{}”", quoted(text)), ..self.error() })
    }

    /// The error for an invalid value; the caller fills in `found`.
    fn error(&self) -> FieldError {
        FieldError { key: self.key.into(), found: String::new(), expected: self.kind.to_string() }
    }

    /// The error for setting the field where it does not apply.
    pub(crate) fn does_not_apply(&self, found: &str) -> FieldError {
        let expected = format!("left out: it applies only to {}", self.applies_to);
        FieldError { found: format!("“{}”", quoted(found)), expected, ..self.error() }
    }

    /// A value for all runs of which each has its own.
    pub(crate) fn is_overridden(&self, found: &str) -> FieldError {
        FieldError {
            found: format!("“{}”", quoted(found)),
            expected: "left out: every run has its own".into(),
            ..self.error()
        }
    }

    /// Checks a recipe's value of this field.
    ///
    /// # Errors
    /// The value is out of range.
    pub(super) fn check(&self, recipe: &Recipe) -> Result<(), FieldError> {
        match self.get(recipe) {
            Some(value) if !self.kind.check(value) => Err(FieldError { found: value.to_string(), ..self.error() }),
            _ => Ok(()),
        }
    }

    /// A value as a reader sees it, for example “ReLU” or “slope 0.2”.
    pub fn describe(&self, value: Value) -> String {
        match (self.kind, value) {
            (Kind::Choice(all), Value::Choice(key)) => {
                all().iter().find(|choice| choice.key == key).map_or(key, |choice| choice.label).into()
            }
            (_, value) => format!("{} {value}", self.key),
        }
    }
}

impl Kind {
    /// Whether a value has this type and is in the range. NaN is in no range.
    fn check(self, value: Value) -> bool {
        match (self, value) {
            (Self::Whole { min, max }, Value::Whole(value)) => (min..=max).contains(&value),
            (Self::Real { min, max, .. } | Self::OptionalReal { min, max, .. }, Value::Real(value)) => {
                (min..=max).contains(&value)
            }
            (Self::OptionalReal { .. }, Value::Off) => true,
            (Self::Choice(all), Value::Choice(key)) => all().iter().any(|choice| choice.key == key),
            _ => false,
        }
    }
}

/// Describes the allowed values, to follow “must be”.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole { min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Real { min, max, .. } => write!(f, "a number from {} to {}", Value::Real(*min), Value::Real(*max)),
            Self::OptionalReal { min, max, .. } => {
                write!(f, "{OFF} or a number from {} to {}", Value::Real(*min), Value::Real(*max))
            }
            Self::Choice(all) => {
                let keys: Vec<&str> = all().iter().map(|choice| choice.key).collect();
                write!(f, "one of {}", keys.join(", "))
            }
        }
    }
}

/// Formats a value as links and files write it; [`Field::parse`] reads it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(value) => value.fmt(f),
            Self::Real(value) if *value != 0.0 && !(1e-4..1e6).contains(&value.abs()) => write!(f, "{value:e}"),
            Self::Real(value) => value.fmt(f),
            Self::Choice(key) => f.write_str(key),
            Self::Off => f.write_str(OFF),
        }
    }
}

// Values reach `set` only through `Kind::check`, so the fallbacks are never used.
impl Value {
    fn whole(self) -> u32 {
        if let Self::Whole(value) = self { value } else { 0 }
    }

    fn real(self) -> f64 {
        if let Self::Real(value) = self { value } else { f64::NAN }
    }

    fn choice(self) -> &'static str {
        if let Self::Choice(key) = self { key } else { "" }
    }
}

/// Parses a number. −0 becomes 0, so that equal values are written alike.
fn real(text: &str) -> Option<Value> {
    number(text).map(|value| Value::Real(value + 0.0))
}

#[cfg(test)]
mod tests;
