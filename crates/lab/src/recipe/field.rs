//! The table of fields: everything about one setting stands in its row. The table drives validation, links, forms, command-line
//! flags and the columns of exported files. To add a setting, add it to [`Recipe`], add its row here, and use it.

use super::Recipe;
use nn::{Activation, Initializer, Loss, Norm, Optimizer};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// One setting of a run.
pub struct Field {
    /// The name in links, flags and files.
    pub key: &'static str,
    /// The name that a reader sees.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    pub group: Group,
    pub kind: Kind,
    /// Which recipes have the field; empty if all do.
    pub applies_to: &'static str,
    /// Values worth offering beside free input.
    pub presets: &'static [f64],
    /// The value; None where the field does not apply.
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
    /// `step` is what an arrow key adds; values between are accepted.
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
    /// Keys and labels.
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
    /// Of an optional field that is not used.
    Off,
}

/// A value that a field cannot have.
#[derive(Clone, Debug, Error, PartialEq, Serialize, Deserialize)]
#[error("{key} is {found}, but must be {expected}")]
pub struct FieldError {
    pub key: String,
    pub found: String,
    pub expected: String,
}

pub const OFF: &str = "none";
const NO: &str = "no";
const YES: &str = "yes";

/// Where a field is not listed with its own condition.
const ALWAYS: &str = "";

/// Every field. A field stands behind those that decide whether it applies and what its default is: an optimizer brings its
/// customary constants.
pub static FIELDS: [Field; 21] = [
    Field {
        key: "seed",
        label: "Seed",
        help: "Determines the initial weights, the order of the batches and the dropout",
        group: Group::Training,
        kind: Kind::Whole { min: 0, max: u32::MAX },
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Whole(recipe.seed)),
        set: |recipe, value| recipe.seed = value.whole(),
    },
    Field {
        key: "activation",
        label: "Activation",
        help: "The function that hidden units apply",
        group: Group::Network,
        kind: Kind::Choice(|| choices(&Activation::ALL, Activation::key, Activation::label)),
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Choice(recipe.activation.key())),
        set: |recipe, value| set_choice(&mut recipe.activation, Activation::from_key, value),
    },
    Field {
        key: "slope",
        label: "Leaky slope",
        help: "What a leaky ReLU multiplies negative inputs by: 0.01 in the tutorial's text, 0.2 in its code",
        group: Group::Network,
        kind: Kind::Real { min: 0.0, max: 1.0, step: 0.01 },
        applies_to: "leaky ReLU",
        presets: &[Activation::TEXT_SLOPE, Activation::SCRIPT_SLOPE],
        get: |recipe| recipe.activation.slope_mut().map(|slope| Value::Real(*slope)),
        set: |recipe, value| set_real(recipe.activation.slope_mut(), value),
    },
    Field {
        key: "depth",
        label: "Layers of weights",
        help: "Layers of weights, the output layer included",
        group: Group::Network,
        kind: Kind::Whole { min: 1, max: 50 },
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Whole(recipe.depth as u32)),
        set: |recipe, value| recipe.depth = value.whole() as usize,
    },
    Field {
        key: "width",
        label: "Units of a hidden layer",
        help: "Units of a hidden layer",
        group: Group::Network,
        kind: Kind::Whole { min: 1, max: 512 },
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Whole(recipe.width as u32)),
        set: |recipe, value| recipe.width = value.whole() as usize,
    },
    Field {
        key: "init",
        label: "Initial weights",
        help: "The distribution that initial weights are drawn from",
        group: Group::Initialization,
        kind: Kind::Choice(|| choices(&Initializer::ALL, Initializer::key, Initializer::label)),
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Choice(recipe.initializer.key())),
        set: |recipe, value| set_choice(&mut recipe.initializer, Initializer::from_key, value),
    },
    Field {
        key: "std",
        label: "Standard deviation",
        help: "Standard deviation of normal initial weights",
        group: Group::Initialization,
        kind: Kind::Real { min: 0.0, max: 100.0, step: 0.01 },
        applies_to: "normal initial weights",
        presets: &[],
        get: |recipe| recipe.initializer.std_mut().map(|std| Value::Real(*std)),
        set: |recipe, value| set_real(recipe.initializer.std_mut(), value),
    },
    Field {
        key: "norm",
        label: "Normalization",
        help: "Normalization of the pre-activations of hidden layers",
        group: Group::Network,
        kind: Kind::Choice(|| {
            let mut all = choices(&Norm::ALL, Norm::key, Norm::label);
            all.push(Choice { key: OFF, label: "no normalization" });
            all
        }),
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Choice(recipe.norm.map_or(OFF, Norm::key))),
        set: |recipe, value| recipe.norm = Norm::from_key(value.choice()),
    },
    Field {
        key: "residual",
        label: "Skip connections",
        help: "Whether a hidden layer's input is added to its output where their widths match",
        group: Group::Network,
        kind: Kind::Choice(|| {
            vec![Choice { key: NO, label: "no skip connections" }, Choice { key: YES, label: "skip connections" }]
        }),
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Choice(if recipe.residual { YES } else { NO })),
        set: |recipe, value| recipe.residual = value.choice() == YES,
    },
    Field {
        key: "dropout",
        label: "Dropout",
        help: "Probability that a hidden unit is dropped from a training pass",
        group: Group::Network,
        kind: Kind::Real { min: 0.0, max: 0.95, step: 0.05 },
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Real(recipe.dropout)),
        set: |recipe, value| recipe.dropout = value.real(),
    },
    Field {
        key: "loss",
        label: "Loss",
        help: "What training minimizes",
        group: Group::Training,
        kind: Kind::Choice(|| choices(&Loss::ALL, Loss::key, Loss::label)),
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Choice(recipe.loss.key())),
        set: |recipe, value| set_choice(&mut recipe.loss, Loss::from_key, value),
    },
    Field {
        key: "optimizer",
        label: "Optimizer",
        help: "How gradients become steps; brings its customary constants",
        group: Group::Training,
        kind: Kind::Choice(|| choices(&Optimizer::ALL, Optimizer::key, Optimizer::label)),
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Choice(recipe.optimizer.key())),
        set: |recipe, value| set_choice(&mut recipe.optimizer, Optimizer::from_key, value),
    },
    Field {
        key: "rate",
        label: "Learning rate",
        help: "Learning rate",
        group: Group::Training,
        kind: Kind::Real { min: 0.0, max: 100.0, step: 0.0001 },
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Real(recipe.optimizer.learning_rate())),
        set: |recipe, value| *recipe.optimizer.learning_rate_mut() = value.real(),
    },
    Field {
        key: "momentum",
        label: "Momentum, RMSprop’s ρ",
        help: "Share of the memory that a step of momentum, Nesterov or RMSprop keeps",
        group: Group::Training,
        kind: Kind::Real { min: 0.0, max: MAX_MEMORY, step: 0.01 },
        applies_to: "momentum, Nesterov and RMSprop",
        presets: &[],
        get: |recipe| recipe.optimizer.momentum_mut().map(|momentum| Value::Real(*momentum)),
        set: |recipe, value| set_real(recipe.optimizer.momentum_mut(), value),
    },
    Field {
        key: "beta1",
        label: "Adam’s β₁",
        help: "Share of the mean gradient that a step of Adam keeps",
        group: Group::Training,
        kind: Kind::Real { min: 0.0, max: MAX_MEMORY, step: 0.01 },
        applies_to: "Adam and AdamW",
        presets: &[],
        get: |recipe| recipe.optimizer.adam_mut().map(|adam| Value::Real(adam.beta1)),
        set: |recipe, value| set_real(recipe.optimizer.adam_mut().map(|adam| &mut adam.beta1), value),
    },
    Field {
        key: "beta2",
        label: "Adam’s β₂",
        help: "Share of the mean squared gradient that a step of Adam keeps",
        group: Group::Training,
        kind: Kind::Real { min: 0.0, max: MAX_MEMORY, step: 0.001 },
        applies_to: "Adam and AdamW",
        presets: &[],
        get: |recipe| recipe.optimizer.adam_mut().map(|adam| Value::Real(adam.beta2)),
        set: |recipe, value| set_real(recipe.optimizer.adam_mut().map(|adam| &mut adam.beta2), value),
    },
    Field {
        key: "epsilon",
        label: "ε of Adam, RMSprop",
        help: "Keeps the division by the root of the mean squared gradient finite",
        group: Group::Training,
        kind: Kind::Real { min: 0.0, max: 1.0, step: 1e-8 },
        applies_to: "RMSprop, Adam and AdamW",
        presets: &[],
        get: |recipe| recipe.optimizer.epsilon_mut().map(|epsilon| Value::Real(*epsilon)),
        set: |recipe, value| set_real(recipe.optimizer.epsilon_mut(), value),
    },
    Field {
        key: "decay",
        label: "Weight decay",
        help: "Decoupled weight decay of AdamW",
        group: Group::Training,
        kind: Kind::Real { min: 0.0, max: 1.0, step: 0.01 },
        applies_to: "AdamW",
        presets: &[],
        get: |recipe| recipe.optimizer.weight_decay_mut().map(|decay| Value::Real(*decay)),
        set: |recipe, value| set_real(recipe.optimizer.weight_decay_mut(), value),
    },
    Field {
        key: "clip",
        label: "Clip gradient norm at",
        help: "Gradients whose norm is larger are scaled down to it",
        group: Group::Training,
        kind: Kind::OptionalReal { min: 1e-9, max: 1e9, step: 0.1 },
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(recipe.clip.map_or(Value::Off, Value::Real)),
        set: |recipe, value| recipe.clip = if value == Value::Off { None } else { Some(value.real()) },
    },
    Field {
        key: "batch",
        label: "Batch size",
        help: "Examples in a batch",
        group: Group::Training,
        kind: Kind::Whole { min: 1, max: 512 },
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Whole(recipe.batch as u32)),
        set: |recipe, value| recipe.batch = value.whole() as usize,
    },
    Field {
        key: "steps",
        label: "Training steps",
        help: "Training steps",
        group: Group::Training,
        kind: Kind::Whole { min: 1, max: 100_000 },
        applies_to: ALWAYS,
        presets: &[],
        get: |recipe| Some(Value::Whole(recipe.steps)),
        set: |recipe, value| recipe.steps = value.whole(),
    },
];

/// An optimizer that kept all of its memory would never follow the gradient.
const MAX_MEMORY: f64 = 0.999_999;

impl Field {
    pub fn find(key: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.key == key)
    }

    /// The value in a recipe; None where the field does not apply.
    pub fn get(&self, recipe: &Recipe) -> Option<Value> {
        (self.get)(&mut recipe.clone())
    }

    /// Puts a value into a recipe; does nothing where the field does not apply.
    pub fn set(&self, recipe: &mut Recipe, value: Value) {
        (self.set)(recipe, value);
    }

    /// Reads a value of this field.
    ///
    /// # Errors
    /// Text that is no value of this field, or one outside its range.
    pub fn parse(&self, text: &str) -> Result<Value, FieldError> {
        let value = match self.kind {
            Kind::Whole { .. } => text.parse().ok().map(Value::Whole),
            Kind::Real { .. } => real(text),
            Kind::OptionalReal { .. } if ["", OFF].contains(&text) => Some(Value::Off),
            Kind::OptionalReal { .. } => real(text),
            Kind::Choice(all) => all().iter().find(|choice| choice.key == text).map(|choice| Value::Choice(choice.key)),
        };
        let value = value.filter(|&value| self.kind.check(value));
        value.ok_or_else(|| FieldError { found: format!("“{text}”"), ..self.error() })
    }

    /// The error for a value outside the range; `found` is to be filled in.
    fn error(&self) -> FieldError {
        FieldError { key: self.key.into(), found: String::new(), expected: self.kind.to_string() }
    }

    /// The error for a recipe that does not have the field.
    pub(crate) fn does_not_apply(&self, found: &str) -> FieldError {
        let expected = format!("left out: only {} have it", self.applies_to);
        FieldError { found: format!("“{found}”"), expected, ..self.error() }
    }

    /// Whether a recipe has a value in range.
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
    /// Whether a value has this type and lies in the range. NaN lies in none.
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

/// What a field expects, to follow “must be”.
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

/// As links and files write it.
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

// Values reach `set` only through `Kind::check`, so that the other arms are never taken.
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

/// −0 becomes 0, so that equal values have equal texts.
fn real(text: &str) -> Option<Value> {
    text.parse::<f64>().ok().map(|value| Value::Real(value + 0.0))
}

fn choices<T: Copy>(all: &[T], key: fn(T) -> &'static str, label: fn(T) -> &'static str) -> Vec<Choice> {
    all.iter().map(|&one| Choice { key: key(one), label: label(one) }).collect()
}

fn set_choice<T>(to: &mut T, from_key: fn(&str) -> Option<T>, value: Value) {
    if let Some(chosen) = from_key(value.choice()) {
        *to = chosen;
    }
}

fn set_real(to: Option<&mut f64>, value: Value) {
    if let Some(to) = to {
        *to = value.real();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For every field a value that is not the default, with the fields that make it apply.
    const OTHER_VALUES: [&[(&str, &str)]; 21] = [
        &[("seed", "7")],
        &[("activation", "tanh")],
        &[("activation", "leaky"), ("slope", "0.3")],
        &[("depth", "50")],
        &[("width", "512")],
        &[("init", "he-normal")],
        &[("init", "normal"), ("std", "0.01")],
        &[("norm", "batch")],
        &[("residual", "yes")],
        &[("dropout", "0.5")],
        &[("loss", "half-squared")],
        &[("optimizer", "sgd")],
        &[("rate", "0.125")],
        &[("optimizer", "rmsprop"), ("momentum", "0.5")],
        &[("beta1", "0.5")],
        &[("beta2", "0.99")],
        &[("epsilon", "1e-7")],
        &[("optimizer", "adamw"), ("decay", "0.25")],
        &[("clip", "2")],
        &[("batch", "64")],
        &[("steps", "100000")],
    ];

    #[test]
    fn every_field_reads_what_it_writes_and_changes_the_recipe() {
        for (field, values) in FIELDS.iter().zip(OTHER_VALUES) {
            let mut recipe = Recipe::default();
            for &(key, text) in values {
                let field = Field::find(key).unwrap();
                let before = recipe;
                field.set(&mut recipe, field.parse(text).unwrap());
                assert_eq!(field.get(&recipe).unwrap().to_string(), text, "{key}");
                assert_ne!(recipe, before, "{key}");
            }
            assert_eq!(values.last().unwrap().0, field.key);
            assert!(!field.label.is_empty() && !field.help.is_empty() && !field.help.ends_with('.'), "{}", field.key);
        }
    }

    #[test]
    fn a_field_that_does_not_apply_has_no_value_and_cannot_be_set() {
        let mut recipe = Recipe::default();
        for key in ["std", "momentum", "decay"] {
            let field = Field::find(key).unwrap();
            assert_eq!(field.get(&recipe), None);
            field.set(&mut recipe, Value::Real(0.5));
            assert_eq!(recipe, Recipe::default());
            assert!(!field.applies_to.is_empty());
        }
    }

    #[test]
    fn every_choice_can_be_chosen() {
        for field in &FIELDS {
            let Kind::Choice(all) = field.kind else { continue };
            for Choice { key, label } in all() {
                let mut recipe = Recipe::default();
                field.set(&mut recipe, field.parse(key).unwrap());
                assert_eq!(field.get(&recipe), Some(Value::Choice(key)));
                assert_eq!(field.describe(Value::Choice(key)), label);
            }
        }
    }

    #[test]
    fn what_is_no_value_gets_a_sentence() {
        for (key, text, sentence) in [
            ("seed", "-3", "seed is “-3”, but must be a whole number from 0 to 4294967295"),
            ("slope", "7", "slope is “7”, but must be a number from 0 to 1"),
            ("slope", "NaN", "slope is “NaN”, but must be a number from 0 to 1"),
            ("slope", "steep", "slope is “steep”, but must be a number from 0 to 1"),
            ("depth", "51", "depth is “51”, but must be a whole number from 1 to 50"),
            ("steps", "4294967796", "steps is “4294967796”, but must be a whole number from 1 to 100000"),
            ("norm", "group", "norm is “group”, but must be one of batch, layer, none"),
            ("residual", "", "residual is “”, but must be one of no, yes"),
            ("clip", "0", "clip is “0”, but must be none or a number from 1e-9 to 1e9"),
            ("beta2", "1", "beta2 is “1”, but must be a number from 0 to 0.999999"),
        ] {
            assert_eq!(Field::find(key).unwrap().parse(text).unwrap_err().to_string(), sentence);
        }
        assert!(Field::find("colour").is_none());
    }

    #[test]
    fn equal_values_have_equal_texts() {
        let text = |key: &str, text: &str| Field::find(key).unwrap().parse(text).unwrap().to_string();
        assert_eq!([text("rate", "-0"), text("rate", "0.0010"), text("epsilon", "0.00000001")], ["0", "0.001", "1e-8"]);
        assert_eq!([text("clip", ""), text("clip", "none"), text("clip", "1.50")], ["none", "none", "1.5"]);
    }
}
