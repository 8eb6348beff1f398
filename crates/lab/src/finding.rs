//! The numbers that the prose and the tables quote, each computed from an experiment: the press fills them in from the
//! recorded run, the page from the reader's own. A key such as `ratio.sigmoid.6.1.logs` names one.

use super::history::History;
use super::sample::{LayerSample, Sample};
use super::{Experiment, Scenario};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    Seed,
    Steps,
    /// mean |∂C/∂W| of layer `from` over that of layer `to`; layers count from 1.
    Ratio {
        scenario: Scenario,
        quantity: Quantity,
        from: usize,
        to: usize,
        when: When,
    },
    /// One layer's mean.
    Mean {
        scenario: Scenario,
        quantity: Quantity,
        layer: usize,
        when: When,
    },
    /// Accuracy, mean over the last three logged batches.
    BatchAccuracy {
        scenario: Scenario,
    },
    /// Accuracy on all training digits after the last step.
    TrainAccuracy {
        scenario: Scenario,
    },
    /// Accuracy on all held-out digits after the last step.
    HeldOutAccuracy {
        scenario: Scenario,
    },
}

/// A layer's mean absolute value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    Gradient,
    Delta,
    Weight,
}

impl Quantity {
    pub fn of(self, layer: &LayerSample) -> f32 {
        match self {
            Self::Gradient => layer.gradient.mean,
            Self::Delta => layer.delta.mean,
            Self::Weight => layer.weight.mean,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On the first batch, before any update.
    Before,
    /// Mean over the steps that the tutorial logs.
    Logs,
    /// At the last sample.
    Now,
}

impl When {
    pub const ALL: [Self; 3] = [Self::Before, Self::Logs, Self::Now];

    pub fn key(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Logs => "logs",
            Self::Now => "now",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Before => "before training",
            Self::Logs => "over the logs",
            Self::Now => "now",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFinding(String);

impl fmt::Display for UnknownFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}” names no finding; one looks like ratio.sigmoid.6.1.logs or train_accuracy.relu", self.0)
    }
}

impl std::error::Error for UnknownFinding {}

impl Finding {
    /// Reads a key: `seed`, `steps`, `ratio` or `delta_ratio` `.scenario.from.to.when`, `gradient`, `delta` or `weight`
    /// `.scenario.layer.when`, `batch_accuracy`, `train_accuracy` or `held_out_accuracy` `.scenario`.
    ///
    /// # Errors
    /// No such finding.
    pub fn parse(key: &str) -> Result<Self, UnknownFinding> {
        let words: Vec<&str> = key.split('.').collect();
        Self::from_words(&words).ok_or_else(|| UnknownFinding(key.to_owned()))
    }

    fn from_words(words: &[&str]) -> Option<Self> {
        match *words {
            ["seed"] => Some(Self::Seed),
            ["steps"] => Some(Self::Steps),
            [name @ ("ratio" | "delta_ratio"), scenario, from, to, when] => Some(Self::Ratio {
                scenario: Scenario::from_key(scenario)?,
                quantity: if name == "ratio" { Quantity::Gradient } else { Quantity::Delta },
                from: layer(from)?,
                to: layer(to)?,
                when: moment(when)?,
            }),
            [name @ ("gradient" | "delta" | "weight"), scenario, of, when] => Some(Self::Mean {
                scenario: Scenario::from_key(scenario)?,
                quantity: match name {
                    "gradient" => Quantity::Gradient,
                    "delta" => Quantity::Delta,
                    _ => Quantity::Weight,
                },
                layer: layer(of)?,
                when: moment(when)?,
            }),
            ["batch_accuracy", scenario] => Some(Self::BatchAccuracy { scenario: Scenario::from_key(scenario)? }),
            ["train_accuracy", scenario] => Some(Self::TrainAccuracy { scenario: Scenario::from_key(scenario)? }),
            ["held_out_accuracy", scenario] => Some(Self::HeldOutAccuracy { scenario: Scenario::from_key(scenario)? }),
            _ => None,
        }
    }

    /// The number, or None while the experiment has not come to it.
    pub fn value(self, experiment: &Experiment) -> Option<f64> {
        match self {
            Self::Seed => Some(experiment.plan.seed.into()),
            Self::Steps => Some(experiment.run(Scenario::Sigmoid).settings.steps.into()),
            Self::Ratio { scenario, quantity, from, to, when } => {
                let history = experiment.run(scenario);
                Some(mean(history, quantity, from, when)? / mean(history, quantity, to, when)?)
            }
            Self::Mean { scenario, quantity, layer, when } => mean(experiment.run(scenario), quantity, layer, when),
            Self::BatchAccuracy { scenario } => {
                let last_three: Vec<f64> =
                    experiment.run(scenario).logged().rev().take(3).map(|s| s.accuracy.into()).collect();
                (last_three.len() == 3).then(|| last_three.iter().sum::<f64>() / 3.0)
            }
            Self::TrainAccuracy { scenario } => Some(experiment.run(scenario).outcome?.train_accuracy.into()),
            Self::HeldOutAccuracy { scenario } => Some(experiment.run(scenario).outcome?.held_out_accuracy.into()),
        }
    }

    /// The number as a reader sees it.
    pub fn text(self, value: f64) -> String {
        match self {
            Self::Seed | Self::Steps => thousands(value),
            Self::Ratio { .. } => significant(value, 2),
            Self::Mean { .. } => significant(value, 2),
            Self::BatchAccuracy { .. } | Self::TrainAccuracy { .. } | Self::HeldOutAccuracy { .. } => {
                format!("{:.1}\u{a0}%", 100.0 * value)
            }
        }
    }
}

fn layer(word: &str) -> Option<usize> {
    word.parse().ok().filter(|layer| (1..=6).contains(layer))
}

fn moment(word: &str) -> Option<When> {
    When::ALL.into_iter().find(|when| when.key() == word)
}

/// The mean of a layer (from 1) at a moment.
fn mean(history: &History, quantity: Quantity, layer: usize, when: When) -> Option<f64> {
    let of = |sample: &Sample| Some(quantity.of(sample.layers.get(layer.checked_sub(1)?)?).into());
    match when {
        When::Before => history.samples.first().filter(|sample| sample.step == 0).and_then(of),
        When::Now => history.samples.last().and_then(of),
        When::Logs => {
            let logs: Vec<f64> = history.logged().filter_map(of).collect();
            (!logs.is_empty()).then(|| logs.iter().sum::<f64>() / logs.len() as f64)
        }
    }
}

/// A whole number with grouped digits: 2,500.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `figures` significant figures: 3,400; 39; 0.85; 2.1 × 10⁻⁶. No line breaks within.
pub fn significant(value: f64, figures: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let scientific = format!("{value:.*e}", figures - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    match exponent {
        -3..=-1 => format!("{value:.*}", (figures as i32 - 1 - exponent) as usize),
        0..=6 => {
            let decimals = (figures as i32 - 1 - exponent).max(0) as usize;
            let scale = 10f64.powi((exponent - figures as i32 + 1).max(0));
            let rounded = (value / scale).round() * scale;
            if decimals == 0 { thousands(rounded) } else { format!("{value:.decimals$}") }
        }
        _ => format!("{mantissa}\u{a0}×\u{a0}10{}", superscript(exponent)),
    }
}

/// An exponent in superscript digits: ⁻⁶.
pub fn superscript(exponent: i32) -> String {
    let raise = |c: char| match c {
        '-' => '⁻',
        _ => c.to_digit(10).and_then(|d| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(d as usize)).unwrap_or(c),
    };
    exponent.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_readable() {
        let two = |value| significant(value, 2);
        assert_eq!(
            [two(3391.0), two(39.4), two(1.26), two(0.852), two(0.00123), two(2.14e-6), two(3.4e12), two(9.96)],
            ["3,400", "39", "1.3", "0.85", "0.0012", "2.1\u{a0}×\u{a0}10⁻⁶", "3.4\u{a0}×\u{a0}10¹²", "10"]
        );
        assert_eq!(Finding::Steps.text(2500.0), "2,500");
    }

    #[test]
    fn keys_that_name_nothing_get_a_sentence() {
        for key in ["", "ratio", "ratio.sigmoid.7.1.logs", "ratio.tanh.6.1.logs", "ratio.sigmoid.6.1.later"] {
            let sentence = Finding::parse(key).unwrap_err().to_string();
            assert!(sentence.starts_with(&format!("“{key}” names no finding")), "{sentence}");
        }
    }

    #[test]
    fn nothing_measured_is_no_number() {
        let experiment = Experiment::new(Default::default(), Default::default());
        for key in ["ratio.sigmoid.6.1.before", "gradient.relu.1.logs", "batch_accuracy.leaky", "train_accuracy.relu"] {
            assert_eq!(Finding::parse(key).unwrap().value(&experiment), None, "{key}");
        }
    }
}
