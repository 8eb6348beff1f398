//! The results of one run so far. [`History::apply`] adds an event and ignores events of other runs. Whether a run is waiting,
//! running or paused is not known here; the pool knows.

use super::RunId;
use crate::measure::reading::{Example, Reading};
use crate::measure::sample::{HeldOut, Histograms, LayerSample, Sample};
use crate::recipe::Settings;
use crate::run::protocol::Event;
use crate::run::{CannotTrain, Diverged, Outcome};

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Finished(Outcome),
    Diverged(Diverged),
    /// The run could not start.
    Failed(CannotTrain),
    /// Its trainer was lost too often; the reason of the last loss.
    Lost(String),
}

/// The settings, the measurements and the end of one run.
#[derive(Clone, Debug)]
pub struct History {
    pub id: RunId,
    /// The index of the run's variant in its experiment.
    pub variant: usize,
    pub settings: Settings,
    /// Updates made so far.
    pub steps: u32,
    /// Milliseconds that the trainer has spent on this run, by its own clock.
    pub computed_ms: f64,
    /// In the order of their steps.
    pub samples: Vec<Sample>,
    /// One for each logged step.
    pub histograms: Vec<Histograms>,
    /// One for each logged step.
    pub held_out: Vec<HeldOut>,
    /// One for each sample, of a variant's first seed only.
    pub readings: Vec<Reading>,
    /// What the network reads.
    pub example: Option<Example>,
    pub end: Option<End>,
}

/// A quantity of a layer: the mean of its absolute values, over the entries of a matrix or over examples and units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    Gradient,
    Delta,
    Weight,
    /// The mean of f′, with its sign.
    Slope,
    Activation,
    /// mean |Δw| / mean |w| of one update.
    Update,
}

impl Quantity {
    pub fn of(self, layer: &LayerSample) -> f32 {
        match self {
            Self::Gradient => layer.gradient.mean,
            Self::Delta => layer.delta.mean,
            Self::Weight => layer.weight.mean,
            Self::Slope => layer.slope,
            Self::Activation => layer.activation.mean,
            Self::Update => layer.update_ratio,
        }
    }

    /// The mean over all batches since the last sample where that is measured, else [`of`](Self::of).
    pub fn recent(self, layer: &LayerSample) -> f32 {
        if self == Self::Gradient { layer.recent_gradient } else { self.of(layer) }
    }
}

/// The moment to which a mean belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On the first batch, before any update.
    Before,
    /// Mean over the logged steps.
    Logs,
    /// Mean over the last [`LAST_STEPS`] steps.
    Now,
}

/// The steps of the latest mean: one batch alone says little.
const LAST_STEPS: u32 = 100;

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
            Self::Logs => "mean over training",
            Self::Now => "last 100 steps",
        }
    }
}

impl History {
    pub fn new(id: RunId, variant: usize, settings: Settings) -> Self {
        Self {
            id,
            variant,
            settings,
            steps: 0,
            computed_ms: 0.0,
            samples: Vec::new(),
            histograms: Vec::new(),
            held_out: Vec::new(),
            readings: Vec::new(),
            example: None,
            end: None,
        }
    }

    /// Applies an event. Returns false if it is about another run, and ignores it.
    pub fn apply(&mut self, event: Event) -> bool {
        if event.run() != Some(self.id) {
            return false;
        }
        match event {
            Event::Hello | Event::Loaded { .. } | Event::Refused { .. } | Event::NotUnderstood { .. } => {}
            // A run that starts over measures the same steps again.
            Event::Started { .. } => *self = Self::new(self.id, self.variant, self.settings),
            Event::Sampled { measured, .. } => {
                self.steps = measured.sample.step + 1;
                self.samples.push(measured.sample);
                self.histograms.extend(measured.histograms);
                self.held_out.extend(measured.held_out);
                self.readings.extend(measured.reading);
                self.example = measured.example.or(self.example.take());
            }
            Event::Progressed { steps, computed_ms, .. } => {
                self.steps = steps;
                self.computed_ms = computed_ms;
            }
            Event::Paused { steps, .. } => self.steps = steps,
            Event::Finished { outcome, .. } => {
                self.steps = outcome.steps;
                self.end = Some(End::Finished(outcome));
            }
            Event::Diverged { diverged, .. } => {
                self.steps = diverged.step;
                self.end = Some(End::Diverged(diverged));
            }
            Event::Failed { error, .. } => self.end = Some(End::Failed(error)),
        }
        true
    }

    /// The outcome, if the run has finished.
    pub fn outcome(&self) -> Option<Outcome> {
        if let Some(End::Finished(outcome)) = self.end { Some(outcome) } else { None }
    }

    pub fn is_diverged(&self) -> bool {
        matches!(self.end, Some(End::Diverged(_)))
    }

    /// The last sample up to a step.
    pub fn sample_up_to(&self, step: u32) -> Option<&Sample> {
        self.samples.iter().rfind(|sample| sample.step <= step)
    }

    /// The samples of the logged steps.
    pub fn logged(&self) -> impl DoubleEndedIterator<Item = &Sample> {
        self.samples.iter().filter(|sample| self.settings.is_logged(sample.step))
    }

    pub fn steps_per_second(&self) -> Option<f64> {
        (self.computed_ms > 0.0).then(|| f64::from(self.steps) / self.computed_ms * 1e3)
    }

    /// The mean of a quantity of one layer, counted from 1; None while it is not measured.
    pub fn mean(&self, quantity: Quantity, layer: usize, when: When) -> Option<f64> {
        let of = |sample: &Sample| Some(quantity.of(sample.layers.get(layer.checked_sub(1)?)?).into());
        let mean_of = |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        match when {
            When::Before => self.samples.first().filter(|sample| sample.step == 0).and_then(of),
            When::Logs => mean_of(self.logged().filter_map(of).collect()),
            When::Now => {
                let last = self.samples.last()?.step;
                let is_late = |sample: &&Sample| sample.step + LAST_STEPS > last;
                let late = self.samples.iter().filter(is_late);
                let recent = |sample: &Sample| Some(quantity.recent(sample.layers.get(layer.checked_sub(1)?)?).into());
                mean_of(late.filter_map(recent).collect())
            }
        }
    }

    /// The mean of layer `from` divided by the mean of layer `to`; None while they are not measured.
    pub fn ratio(&self, quantity: Quantity, from: usize, to: usize, when: When) -> Option<f64> {
        Some(self.mean(quantity, from, when)? / self.mean(quantity, to, when)?)
    }

    /// Accuracy on the training batch, 0 to 1: the mean over the last three logged steps. None with fewer logs.
    pub fn batch_accuracy(&self) -> Option<f64> {
        let last_three: Vec<f64> = self.logged().rev().take(3).map(|sample| sample.accuracy.into()).collect();
        (last_three.len() == 3).then(|| last_three.iter().sum::<f64>() / 3.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::sample::Size;
    use crate::recipe::Recipe;
    use crate::run::Measured;
    use nn::finite::NonFinite;

    const RUN: RunId = RunId(7);

    fn history() -> History {
        History::new(RUN, 0, Recipe::default().check().unwrap())
    }

    #[test]
    fn an_event_of_another_run_changes_nothing() {
        let mut history = history();
        let event = |run| Event::Progressed { run, steps: 210, computed_ms: 70.0 };
        assert!(!history.apply(event(RunId(8))) && !history.apply(Event::Hello));
        assert_eq!((history.steps, history.computed_ms, history.steps_per_second()), (0, 0.0, None));
        assert!(history.apply(event(RUN)));
        // 210 steps in 0.07 s of the trainer's time.
        assert_eq!((history.steps, history.steps_per_second()), (210, Some(3_000.0)));
    }

    #[test]
    fn the_batch_accuracy_is_the_mean_of_the_last_three_logs() {
        let mut history = history();
        for (step, accuracy) in [(0, 0.25), (200, 0.5), (390, 1.0), (400, 0.75)] {
            history.samples.push(Sample { step, accuracy, recent_accuracy: 0.125, ..Sample::default() });
        }
        assert_eq!(history.batch_accuracy(), Some(0.5));
        history.samples.remove(0);
        assert_eq!(history.batch_accuracy(), None, "two logs");
    }

    /// Two layers. The second has four times the numbers of the first. The mean gradient since the sample before is ten times that of the
    /// batch.
    fn sampled(step: u32, mean: f32) -> Event {
        let layer = |mean| LayerSample {
            gradient: Size { mean, norm: 0.0 },
            recent_gradient: 10.0 * mean,
            slope: mean,
            ..LayerSample::default()
        };
        let sample = Sample { step, layers: vec![layer(mean), layer(4.0 * mean)], ..Sample::default() };
        let measured = Measured { sample, histograms: None, held_out: None, reading: None, example: None };
        Event::Sampled { run: RUN, measured }
    }

    #[test]
    fn a_mean_is_over_the_samples_of_its_moment() {
        let mut history = history();
        for (step, mean) in [(0, 1.0), (190, 2.0), (200, 3.0), (210, 5.0), (300, 7.0)] {
            assert!(history.apply(sampled(step, mean)));
            assert_eq!(history.steps, step + 1);
        }
        let means = |quantity, layer| When::ALL.map(|when| history.mean(quantity, layer, when));
        // Steps 0 and 200 are logged; the last hundred are 201 to 300. Of the gradient, all batches count: (50 + 70) / 2.
        assert_eq!(means(Quantity::Gradient, 1), [Some(1.0), Some(2.0), Some(60.0)]);
        assert_eq!(means(Quantity::Slope, 2), [Some(4.0), Some(8.0), Some(24.0)]);
        assert_eq!([0, 3].map(|layer| means(Quantity::Gradient, layer)), [[None; 3]; 2]);
        assert_eq!(When::ALL.map(|when| history.ratio(Quantity::Gradient, 2, 1, when)), [Some(4.0); 3]);
        assert_eq!(When::Now.label(), format!("last {LAST_STEPS} steps"));
        history.samples.remove(0);
        assert_eq!(history.mean(Quantity::Gradient, 1, When::Before), None);
    }

    #[test]
    fn a_run_finishes_or_diverges() {
        let end = |event| {
            let mut history = history();
            assert!(history.apply(event));
            (history.steps, history.outcome(), history.is_diverged())
        };
        let outcome = Outcome { steps: 2_500, fingerprint: 1, train_accuracy: 0.5, held_out_accuracy: 0.25 };
        assert_eq!(end(Event::Finished { run: RUN, outcome }), (2_500, Some(outcome), false));
        let what = NonFinite { quantity: nn::finite::Quantity::Loss, layer: 5, value: f32::INFINITY };
        let diverged = Diverged { step: 3, what };
        assert_eq!(end(Event::Diverged { run: RUN, diverged }), (3, None, true));
    }
}
