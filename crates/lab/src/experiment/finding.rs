//! The numbers that the prose and the tables quote, each computed from results: the press fills them in from the recorded run, the
//! page from the reader's own. A key such as `ratio.sigmoid.6.1.logs` names one.

use super::Results;
use super::history::{History, Quantity, When};
use crate::text::{percent, significant, thousands};
use thiserror::Error;

/// A number that the prose can quote. `variant` is an [`Experiment::key`](super::Experiment::key). Layers count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    Seed,
    Steps,
    /// The mean of layer `from` divided by that of layer `to`.
    Ratio {
        variant: String,
        quantity: Quantity,
        from: usize,
        to: usize,
        when: When,
    },
    /// One layer's mean.
    Mean {
        variant: String,
        quantity: Quantity,
        layer: usize,
        when: When,
    },
    /// Accuracy, mean over the last three logged batches.
    BatchAccuracy {
        variant: String,
    },
    /// Accuracy on all training examples after the last step.
    TrainAccuracy {
        variant: String,
    },
    /// Accuracy on all held-out examples after the last step.
    HeldOutAccuracy {
        variant: String,
    },
}

/// Stands for the last layer, however many a network has.
pub(super) const LAST: usize = usize::MAX;

fn in_run(run: &History, layer: usize) -> usize {
    if layer == LAST { run.settings.recipe().depth } else { layer }
}

#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("“{0}” is not a finding; one looks like ratio.sigmoid.6.1.logs or train_accuracy.relu")]
pub struct UnknownFinding(String);

impl Finding {
    /// Reads a key: `seed`, `steps`, `ratio` or `delta_ratio` `.variant.from.to.when` (`last` is the last layer of any network), `gradient`, `delta`, `weight`,
    /// `slope` or `activation` `.variant.layer.when`, `batch_accuracy`, `train_accuracy` or `held_out_accuracy` `.variant`.
    ///
    /// # Errors
    /// The key names no finding.
    pub fn parse(key: &str) -> Result<Self, UnknownFinding> {
        let words: Vec<&str> = key.split('.').collect();
        Self::from_words(&words).ok_or_else(|| UnknownFinding(key.to_owned()))
    }

    fn from_words(words: &[&str]) -> Option<Self> {
        let quantity = |name| match name {
            "ratio" | "gradient" => Quantity::Gradient,
            "delta_ratio" | "delta" => Quantity::Delta,
            "slope" => Quantity::Slope,
            "activation" => Quantity::Activation,
            _ => Quantity::Weight,
        };
        let layer = |word: &str| match word {
            "last" => Some(LAST),
            _ => word.parse().ok().filter(|&layer| layer > 0),
        };
        let when = |word: &str| When::ALL.into_iter().find(|when| when.key() == word);
        Some(match *words {
            ["seed"] => Self::Seed,
            ["steps"] => Self::Steps,
            [name @ ("ratio" | "delta_ratio"), variant, from, to, at] => {
                let (variant, quantity) = (variant.into(), quantity(name));
                Self::Ratio { variant, quantity, from: layer(from)?, to: layer(to)?, when: when(at)? }
            }
            [name @ ("gradient" | "delta" | "weight" | "slope" | "activation"), variant, of, at] => {
                Self::Mean { variant: variant.into(), quantity: quantity(name), layer: layer(of)?, when: when(at)? }
            }
            ["batch_accuracy", variant] => Self::BatchAccuracy { variant: variant.into() },
            ["train_accuracy", variant] => Self::TrainAccuracy { variant: variant.into() },
            ["held_out_accuracy", variant] => Self::HeldOutAccuracy { variant: variant.into() },
            _ => return None,
        })
    }

    /// The number of the variant's first seed; None while it is not measured, or where there is no such variant.
    pub fn value(&self, results: &Results) -> Option<f64> {
        self.values(results).next()
    }

    /// The numbers of all seeds of the variant that have one.
    pub fn values<'a>(&'a self, results: &'a Results) -> impl Iterator<Item = f64> + 'a {
        // Those of the whole experiment are the same for every seed.
        let (key, most) = match self {
            Self::Seed | Self::Steps => (None, 1),
            Self::Ratio { variant, .. }
            | Self::Mean { variant, .. }
            | Self::BatchAccuracy { variant }
            | Self::TrainAccuracy { variant }
            | Self::HeldOutAccuracy { variant } => (Some(variant), usize::MAX),
        };
        let variant = key.map_or(Some(0), |key| results.variant_with_key(key));
        let runs = variant.into_iter().flat_map(|variant| results.of_variant(variant)).take(most);
        runs.filter_map(|run| match self {
            Self::Seed => Some(run.settings.recipe().seed.into()),
            Self::Steps => Some(results.steps().into()),
            Self::Ratio { quantity, from, to, when, .. } => {
                run.ratio(*quantity, in_run(run, *from), in_run(run, *to), *when)
            }
            Self::Mean { quantity, layer, when, .. } => run.mean(*quantity, in_run(run, *layer), *when),
            Self::BatchAccuracy { .. } => run.batch_accuracy(),
            Self::TrainAccuracy { .. } => Some(run.outcome()?.train_accuracy.into()),
            Self::HeldOutAccuracy { .. } => Some(run.outcome()?.held_out_accuracy.into()),
        })
    }

    /// The number as a reader sees it.
    pub fn text(&self, value: f64) -> String {
        match self {
            Self::Seed | Self::Steps => thousands(value),
            Self::Ratio { .. } | Self::Mean { .. } => significant(value, 2),
            Self::BatchAccuracy { .. } | Self::TrainAccuracy { .. } | Self::HeldOutAccuracy { .. } => percent(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Experiment, RunId};
    use crate::measure::sample::{LayerSample, Sample, Size};

    #[test]
    fn a_key_names_its_finding() {
        let variant = || String::from("relu");
        let ratio = |quantity| Finding::Ratio { variant: variant(), quantity, from: LAST, to: 1, when: When::Logs };
        let mean = |quantity| Finding::Mean { variant: variant(), quantity, layer: 2, when: When::Now };
        for (key, finding) in [
            ("seed", Finding::Seed),
            ("steps", Finding::Steps),
            ("ratio.relu.last.1.logs", ratio(Quantity::Gradient)),
            ("delta_ratio.relu.last.1.logs", ratio(Quantity::Delta)),
            ("gradient.relu.2.now", mean(Quantity::Gradient)),
            ("delta.relu.2.now", mean(Quantity::Delta)),
            ("weight.relu.2.now", mean(Quantity::Weight)),
            ("slope.relu.2.now", mean(Quantity::Slope)),
            ("activation.relu.2.now", mean(Quantity::Activation)),
            ("batch_accuracy.relu", Finding::BatchAccuracy { variant: variant() }),
            ("train_accuracy.relu", Finding::TrainAccuracy { variant: variant() }),
            ("held_out_accuracy.relu", Finding::HeldOutAccuracy { variant: variant() }),
        ] {
            assert_eq!(Finding::parse(key), Ok(finding));
        }
    }

    /// Six layers whose mean gradients are 1, 2, …, 6.
    #[test]
    fn the_last_layer_is_that_of_the_variants_network() {
        let mut results = Results::new(Experiment::tutorial(), RunId(0));
        let size = |mean: u8| Size { mean: mean.into(), norm: 0.0 };
        let layers = (1..=6).map(|l| LayerSample { gradient: size(l), ..LayerSample::default() }).collect();
        results.runs[0].samples.push(Sample { layers, ..Sample::default() });
        let value = |key: &str| Finding::parse(key).unwrap().value(&results);
        let keys = ["ratio.sigmoid.last.2.before", "ratio.sigmoid.6.3.before", "gradient.sigmoid.last.before"];
        assert_eq!(keys.map(value), [Some(3.0), Some(2.0), Some(6.0)]);
        assert_eq!(value("gradient.relu.last.before"), None);
    }

    #[test]
    fn keys_that_name_nothing_get_a_sentence() {
        for key in ["", "ratio", "ratio.sigmoid.0.1.logs", "ratio.sigmoid.6.1.later", "accuracy.relu"] {
            let sentence = Finding::parse(key).unwrap_err().to_string();
            assert!(sentence.starts_with(&format!("“{key}” is not a finding")), "{sentence}");
        }
    }

    #[test]
    fn nothing_measured_is_no_number() {
        let results = Results::new(Experiment::tutorial(), RunId(0));
        for key in ["ratio.sigmoid.6.1.before", "gradient.relu.1.logs", "batch_accuracy.leaky-relu", "delta.tanh.1.now"]
        {
            assert_eq!(Finding::parse(key).unwrap().value(&results), None, "{key}");
        }
        assert_eq!(Finding::Steps.text(Finding::Steps.value(&results).unwrap()), "2,500");
    }
}
