//! What a run's card shows, for the press and the page: rows of terms with values, and a bar for the mean gradient of each layer.

use super::History;
use crate::text::{percent, significant, thousands};

/// Stands for a value that is not known yet. A recorded run never has a speed.
const UNKNOWN: &str = "–";

/// The terms of the card with their values.
pub fn rows(history: &History) -> Vec<(&'static str, String)> {
    let of = thousands(history.settings.recipe().steps.into());
    let outcome = history.outcome();
    let known = |value: Option<String>| value.unwrap_or_else(|| UNKNOWN.into());
    vec![
        ("step", format!("{} of {of}", thousands(history.steps.into()))),
        (
            "accuracy of the latest batches",
            known(history.samples.last().map(|last| percent(last.recent_accuracy.into()))),
        ),
        ("steps per second", known(history.steps_per_second().map(thousands))),
        ("train accuracy", known(outcome.map(|outcome| percent(outcome.train_accuracy.into())))),
        ("test accuracy", known(outcome.map(|outcome| percent(outcome.held_out_accuracy.into())))),
        ("fingerprint", known(outcome.map(|outcome| format!("{:016x}", outcome.fingerprint)))),
    ]
}

/// One bar of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// From 1.
    pub layer: usize,
    /// The length, 0 to 1: the logarithm of the mean gradient, from [`LOWEST`] to 1.
    pub length: f64,
    /// The mean gradient.
    pub text: String,
}

/// The mean gradient of a bar without a length.
pub const LOWEST: f64 = 1e-6;
/// A deeper network has bars for some of its layers.
const MAX_BARS: usize = 12;

/// The mean |∂C/∂W| of each layer at the latest sample, the last layer first; all bars are empty before the first sample.
pub fn bars(history: &History) -> Vec<Bar> {
    let depth = history.settings.recipe().depth;
    let n = depth.min(MAX_BARS);
    let bar = |i: usize| {
        let layer = if n == depth { depth - i } else { depth - i * (depth - 1) / (n - 1) };
        let mean =
            history.samples.last().and_then(|last| last.layers.get(layer - 1)).map(|of| f64::from(of.recent_gradient));
        let length = mean.map_or(0.0, |mean| 1.0 - mean.log10() / LOWEST.log10());
        Bar {
            layer,
            length: if length.is_finite() { length.clamp(0.0, 1.0) } else { 0.0 },
            text: mean.map_or(UNKNOWN.into(), |mean| significant(mean, 2)),
        }
    };
    (0..n).map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::history::End;
    use crate::experiment::{Experiment, Results, RunId};
    use crate::measure::sample::{LayerSample, Sample};
    use crate::run::Outcome;

    #[test]
    fn bars_are_on_a_logarithmic_scale_and_few_in_deep_networks() {
        let history = |depth: &str| {
            let deep = Experiment::tutorial().with(crate::Field::find("depth").unwrap(), depth).unwrap();
            Results::new(deep, RunId(0)).runs.remove(0)
        };
        let mut six = history("6");
        assert!(bars(&six).iter().all(|bar| bar.length == 0.0 && bar.text == "–"));
        let of = |mean: f32| LayerSample { recent_gradient: mean, ..LayerSample::default() };
        let means = [0.0, 1e-7, 1e-6, 1e-3, 1.0, 1e9];
        six.samples.push(Sample { layers: means.map(of).into(), ..Sample::default() });
        let lengths: Vec<f64> = bars(&six).iter().map(|bar| (1e6 * bar.length).round() / 1e6).collect();
        assert_eq!(lengths, [1.0, 1.0, 0.5, 0.0, 0.0, 0.0]);
        let layers = |depth| bars(&history(depth)).iter().map(|bar| bar.layer).collect::<Vec<_>>();
        assert_eq!(layers("1"), [1]);
        assert_eq!(layers("50"), [50, 46, 42, 37, 33, 28, 24, 19, 15, 10, 6, 1]);
    }

    #[test]
    fn a_row_is_unknown_until_it_is_measured() {
        let mut history = Results::new(Experiment::tutorial(), RunId(0)).runs.remove(0);
        let values = |history: &History| rows(history).into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!(values(&history), ["0 of 2,500", "–", "–", "–", "–", "–"]);
        (history.steps, history.computed_ms) = (1_250, 500.0);
        assert_eq!(values(&history)[..3], ["1,250 of 2,500", "–", "2,500"]);
        let outcome = Outcome { steps: 2_500, fingerprint: 0xab, train_accuracy: 0.5, held_out_accuracy: 0.25 };
        history.end = Some(End::Finished(outcome));
        assert_eq!(values(&history)[3..], ["50.0\u{a0}%", "25.0\u{a0}%", "00000000000000ab"]);
    }
}
