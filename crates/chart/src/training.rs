//! Accuracy and loss of the three scenarios over the steps of training.

use super::axis::Axis;
use super::marks::Point;
use super::panel::{Guide, Panel, Series, Sheet};
use lab::finding::{Finding, significant};
use lab::history::{History, Status};
use lab::sample::Sample;
use lab::training::SAMPLE_EVERY;
use lab::{Experiment, Scenario};
use nn::Loss;

/// What a batch shows of a network's success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    Accuracy,
    Loss,
}

impl Success {
    /// Of one batch, accuracy in per cent.
    fn of_batch(self, sample: &Sample) -> f64 {
        f64::from(match self {
            Self::Accuracy => 100.0 * sample.accuracy,
            Self::Loss => sample.loss,
        })
    }

    /// The mean over the batches since the last sample.
    fn recent(self, sample: &Sample) -> f64 {
        f64::from(match self {
            Self::Accuracy => 100.0 * sample.recent_accuracy,
            Self::Loss => sample.recent_loss,
        })
    }
}

pub fn sheet(experiment: &Experiment, success: Success, cursor: Option<f64>) -> Sheet {
    let line = |scenario| {
        let history = experiment.run(scenario);
        scenario_series(scenario, history, |s| success.recent(s), |s| success.of_batch(s))
    };
    let series: Vec<Series> = Scenario::ALL.map(line).into();
    let heights = series.iter().flat_map(|series| series.line.iter().chain(&series.marks)).map(|p| p.1);
    let (headline, y, guide) = match success {
        Success::Accuracy => {
            let guide = Guide { y: 10.0, label: "guessing".into() };
            ("accuracy: digits of the batch classified right", Axis::per_cent(), guide)
        }
        Success::Loss => {
            let (y, label, headline) = match experiment.plan.loss {
                Loss::SoftmaxCrossEntropy => (10f64.ln(), "ln 10", "loss: cross-entropy of the batch, in nats"),
                // Of ten outputs that all say 1/10, one is off by 0.9 and nine by 0.1.
                Loss::HalfSquared => (0.45, "0.45", "loss: half the squared error of the batch"),
            };
            (headline, Axis::from_zero(heights, 1.1 * y), Guide { y, label: format!("guessing: {label}") })
        }
    };
    let panel = time_panel(experiment, y, series, cursor);
    let panel = Panel { guides: vec![guide], ..panel };
    Sheet { headline: headline.into(), empty: empty(experiment), panels: vec![panel], colour_scale: None }
}

/// A panel over the steps of the plan.
pub fn time_panel(experiment: &Experiment, y: Axis, series: Vec<Series>, cursor: Option<f64>) -> Panel {
    let steps = experiment.run(Scenario::Sigmoid).settings.steps;
    Panel {
        title: None,
        x: Axis::linear(0.0, f64::from(steps)),
        x_title: "step",
        y,
        is_y_ticked: true,
        guides: Vec::new(),
        series,
        cursor,
        reach: f64::from(SAMPLE_EVERY),
    }
}

/// A scenario's line through all samples, their trend, and its marks at the logged ones.
pub fn scenario_series(
    scenario: Scenario,
    history: &History,
    line: impl Fn(&Sample) -> f64,
    mark: impl Fn(&Sample) -> f64,
) -> Series {
    let point = |sample: &Sample, y: f64| -> Point { (f64::from(sample.step), y) };
    let marks = history.logged().map(|sample| point(sample, mark(sample))).collect();
    let line: Vec<Point> = history.samples.iter().map(|sample| point(sample, line(sample))).collect();
    let trend = window_means(&line);
    Series { is_diverged: matches!(history.status, Status::Diverged(_)), ..Series::of(scenario, line, trend, marks) }
}

/// Steps over which a trend takes the mean.
pub const WINDOW: f64 = 100.0;

/// The first sample as it is, before any update, then the mean of each window at its middle.
pub fn window_means(samples: &[Point]) -> Vec<Point> {
    let window = |p: &Point| (p.0 / WINDOW).floor();
    let windows = samples.get(1..).unwrap_or_default().chunk_by(|a, b| window(a) == window(b));
    let mean = |samples: &[Point]| {
        let n = samples.len() as f64;
        (samples.iter().map(|p| p.0).sum::<f64>() / n, samples.iter().map(|p| p.1).sum::<f64>() / n)
    };
    samples.iter().take(1).copied().chain(windows.map(mean)).collect()
}

/// What a figure over time says while nothing is measured.
pub fn empty(experiment: &Experiment) -> Option<String> {
    experiment.is_empty().then(|| "One line for each activation appears here.".into())
}

pub fn describe(experiment: &Experiment, success: Success) -> String {
    let sentence = |scenario: Scenario| {
        let history = experiment.run(scenario);
        let (first, last) = (history.logged().next()?, history.logged().next_back()?);
        let text = |sample: &Sample| match success {
            Success::Accuracy => format!("{:.1}\u{a0}%", success.of_batch(sample)),
            Success::Loss => significant(success.of_batch(sample), 3),
        };
        let step = Finding::Steps.text(last.step.into());
        let end = if matches!(history.status, Status::Diverged(_)) { "; then it diverges" } else { "" };
        Some(format!("{} goes from {} to {} at step {step}{end}", scenario.label(), text(first), text(last)))
    };
    let sentences: Vec<String> = Scenario::ALL.into_iter().filter_map(sentence).collect();
    let what = match success {
        Success::Accuracy => "Accuracy on the training batch",
        Success::Loss => "Loss of the training batch",
    };
    if sentences.is_empty() {
        "Nothing has been measured yet.".into()
    } else {
        format!("{what}: {}.", sentences.join("; "))
    }
}
