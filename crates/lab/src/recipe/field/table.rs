//! The table of fields. To add a setting, add it to [`Recipe`](crate::Recipe), add its row here, and use it.

use super::{Choice, Field, Group, Kind, OFF, Value};
use nn::{Activation, Initializer, Loss, Norm, Optimizer};

const NO: &str = "no";
const YES: &str = "yes";

/// The condition of a field that every recipe has.
const ALWAYS: &str = "";

/// The largest decay rate of a moving average. At 1 the average would never follow the gradient.
const MAX_MEMORY: f64 = 0.999_999;

/// Every field, after one line of help. A constant, so that a program that shows no help does not contain it. A field comes after the fields that decide whether it applies and what its default is: setting the optimizer also
/// sets its customary constants.
const ROWS: [(&str, Field); 21] = [
    (
        "Determines the initial weights, the order of the batches and the dropout",
        Field {
            key: "seed",
            label: "Seed",
            group: Group::Training,
            kind: Kind::Whole { min: 0, max: u32::MAX },
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Whole(recipe.seed)),
            set: |recipe, value| recipe.seed = value.whole(),
        },
    ),
    (
        "The function that hidden units apply",
        Field {
            key: "activation",
            label: "Activation",
            group: Group::Network,
            kind: Kind::Choice(|| choices(&Activation::ALL, Activation::key, Activation::label)),
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Choice(recipe.activation.key())),
            set: |recipe, value| set_choice(&mut recipe.activation, Activation::from_key, value),
        },
    ),
    (
        "What a leaky ReLU multiplies negative inputs by: 0.01 in the tutorial's text, 0.2 in its code",
        Field {
            key: "slope",
            label: "Leaky slope",
            group: Group::Network,
            kind: Kind::Real { min: 0.0, max: 1.0, step: 0.01 },
            applies_to: "leaky ReLU",
            presets: &[("text", Activation::TEXT_SLOPE), ("script", Activation::SCRIPT_SLOPE)],
            get: |recipe| recipe.activation.slope_mut().map(|slope| Value::Real(*slope)),
            set: |recipe, value| set_real(recipe.activation.slope_mut(), value),
        },
    ),
    (
        "Layers of weights, the output layer included",
        Field {
            key: "depth",
            label: "Depth",
            group: Group::Network,
            kind: Kind::Whole { min: 1, max: 50 },
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(whole(recipe.depth)),
            set: |recipe, value| recipe.depth = value.whole() as usize,
        },
    ),
    (
        "Units of a hidden layer",
        Field {
            key: "width",
            label: "Width",
            group: Group::Network,
            kind: Kind::Whole { min: 1, max: 512 },
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(whole(recipe.width)),
            set: |recipe, value| recipe.width = value.whole() as usize,
        },
    ),
    (
        "The distribution that initial weights are drawn from",
        Field {
            key: "init",
            label: "Initial weights",
            group: Group::Initialization,
            kind: Kind::Choice(|| choices(&Initializer::ALL, Initializer::key, Initializer::label)),
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Choice(recipe.initializer.key())),
            set: |recipe, value| set_choice(&mut recipe.initializer, Initializer::from_key, value),
        },
    ),
    (
        "Standard deviation of normal initial weights",
        Field {
            key: "std",
            label: "Standard deviation",
            group: Group::Initialization,
            kind: Kind::Real { min: 0.0, max: 100.0, step: 0.01 },
            applies_to: "normal initial weights",
            presets: &[],
            get: |recipe| recipe.initializer.std_mut().map(|std| Value::Real(*std)),
            set: |recipe, value| set_real(recipe.initializer.std_mut(), value),
        },
    ),
    (
        "Normalization of the pre-activations of hidden layers",
        Field {
            key: "norm",
            label: "Normalization",
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
    ),
    (
        "Whether a hidden layer's input is added to its output where their widths match",
        Field {
            key: "residual",
            label: "Skip connections",
            group: Group::Network,
            kind: Kind::Choice(|| {
                vec![Choice { key: NO, label: "no skip connections" }, Choice { key: YES, label: "skip connections" }]
            }),
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Choice(if recipe.residual { YES } else { NO })),
            set: |recipe, value| recipe.residual = value.choice() == YES,
        },
    ),
    (
        "Probability that a hidden unit is dropped from a training pass",
        Field {
            key: "dropout",
            label: "Dropout",
            group: Group::Network,
            kind: Kind::Real { min: 0.0, max: 0.95, step: 0.05 },
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Real(recipe.dropout)),
            set: |recipe, value| recipe.dropout = value.real(),
        },
    ),
    (
        "What training minimizes",
        Field {
            key: "loss",
            label: "Loss",
            group: Group::Training,
            kind: Kind::Choice(|| choices(&Loss::ALL, Loss::key, Loss::label)),
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Choice(recipe.loss.key())),
            set: |recipe, value| set_choice(&mut recipe.loss, Loss::from_key, value),
        },
    ),
    (
        "How gradients become steps; brings its customary constants",
        Field {
            key: "optimizer",
            label: "Optimizer",
            group: Group::Training,
            kind: Kind::Choice(|| choices(&Optimizer::ALL, Optimizer::key, Optimizer::label)),
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Choice(recipe.optimizer.key())),
            set: |recipe, value| set_choice(&mut recipe.optimizer, Optimizer::from_key, value),
        },
    ),
    (
        "Learning rate",
        Field {
            key: "rate",
            label: "Learning rate",
            group: Group::Training,
            kind: Kind::Real { min: 0.0, max: 100.0, step: 0.0001 },
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Real(recipe.optimizer.learning_rate())),
            set: |recipe, value| *recipe.optimizer.learning_rate_mut() = value.real(),
        },
    ),
    (
        "Share of the memory that a step of momentum, Nesterov or RMSprop keeps",
        Field {
            key: "momentum",
            label: "Momentum, RMSprop’s ρ",
            group: Group::Training,
            kind: Kind::Real { min: 0.0, max: MAX_MEMORY, step: 0.01 },
            applies_to: "momentum, Nesterov and RMSprop",
            presets: &[],
            get: |recipe| recipe.optimizer.momentum_mut().map(|momentum| Value::Real(*momentum)),
            set: |recipe, value| set_real(recipe.optimizer.momentum_mut(), value),
        },
    ),
    (
        "Share of the mean gradient that a step of Adam keeps",
        Field {
            key: "beta1",
            label: "Adam’s β₁",
            group: Group::Training,
            kind: Kind::Real { min: 0.0, max: MAX_MEMORY, step: 0.01 },
            applies_to: "Adam and AdamW",
            presets: &[],
            get: |recipe| recipe.optimizer.adam_mut().map(|adam| Value::Real(adam.beta1)),
            set: |recipe, value| set_real(recipe.optimizer.adam_mut().map(|adam| &mut adam.beta1), value),
        },
    ),
    (
        "Share of the mean squared gradient that a step of Adam keeps",
        Field {
            key: "beta2",
            label: "Adam’s β₂",
            group: Group::Training,
            kind: Kind::Real { min: 0.0, max: MAX_MEMORY, step: 0.001 },
            applies_to: "Adam and AdamW",
            presets: &[],
            get: |recipe| recipe.optimizer.adam_mut().map(|adam| Value::Real(adam.beta2)),
            set: |recipe, value| set_real(recipe.optimizer.adam_mut().map(|adam| &mut adam.beta2), value),
        },
    ),
    (
        "Keeps the division by the root of the mean squared gradient finite",
        Field {
            key: "epsilon",
            label: "ε of Adam, RMSprop",
            group: Group::Training,
            kind: Kind::Real { min: 0.0, max: 1.0, step: 1e-8 },
            applies_to: "RMSprop, Adam and AdamW",
            presets: &[],
            get: |recipe| recipe.optimizer.epsilon_mut().map(|epsilon| Value::Real(*epsilon)),
            set: |recipe, value| set_real(recipe.optimizer.epsilon_mut(), value),
        },
    ),
    (
        "Decoupled weight decay of AdamW",
        Field {
            key: "decay",
            label: "Weight decay",
            group: Group::Training,
            kind: Kind::Real { min: 0.0, max: 1.0, step: 0.01 },
            applies_to: "AdamW",
            presets: &[],
            get: |recipe| recipe.optimizer.weight_decay_mut().map(|decay| Value::Real(*decay)),
            set: |recipe, value| set_real(recipe.optimizer.weight_decay_mut(), value),
        },
    ),
    (
        "Gradients whose norm is larger are scaled down to it",
        Field {
            key: "clip",
            label: "Clip gradient norm at",
            group: Group::Training,
            kind: Kind::OptionalReal { min: 1e-9, max: 1e9, step: 0.1 },
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(recipe.clip.map_or(Value::Off, Value::Real)),
            set: |recipe, value| recipe.clip = if value == Value::Off { None } else { Some(value.real()) },
        },
    ),
    (
        "Examples in a batch",
        Field {
            key: "batch",
            label: "Batch size",
            group: Group::Training,
            kind: Kind::Whole { min: 1, max: 512 },
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(whole(recipe.batch)),
            set: |recipe, value| recipe.batch = value.whole() as usize,
        },
    ),
    (
        "Training steps",
        Field {
            key: "steps",
            label: "Training steps",
            group: Group::Training,
            kind: Kind::Whole { min: 1, max: 100_000 },
            applies_to: ALWAYS,
            presets: &[],
            get: |recipe| Some(Value::Whole(recipe.steps)),
            set: |recipe, value| recipe.steps = value.whole(),
        },
    ),
];

pub static FIELDS: [Field; ROWS.len()] = {
    let mut fields = [ROWS[0].1; ROWS.len()];
    let mut i = 0;
    while i < fields.len() {
        fields[i] = ROWS[i].1;
        i += 1;
    }
    fields
};

impl Field {
    /// One line of help.
    pub fn help(&self) -> &'static str {
        ROWS.iter().find(|(_, field)| field.key == self.key).map_or("", |(help, _)| help)
    }
}

/// A size that no `u32` holds becomes the largest one, which is out of every range.
fn whole(size: usize) -> Value {
    Value::Whole(u32::try_from(size).unwrap_or(u32::MAX))
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
