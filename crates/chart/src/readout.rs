//! Reading a figure at one place: by pointer (pixels become data through the drawing's own plots) or by arrow keys.

use super::axis::minus;
use super::choice::Choice;
use super::layout::{Plot, arrange};
use super::marks::Point;
use super::panel::{Panel, Series, Sheet};
use super::{Figure, curves, histograms, table::Table};
use lab::finding::Finding;
use lab::training::SAMPLE_EVERY;
use lab::{Experiment, Scenario};

/// A value under the crosshair, or the place itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The panel that it is in, of a figure with several.
    pub panel: Option<&'static str>,
    pub name: String,
    pub value: String,
}

impl Reading {
    fn new(name: impl Into<String>, value: String) -> Self {
        Self { panel: None, name: name.into(), value }
    }
}

impl Figure {
    /// The place nearest to `x` that can be read, and the values of all series there.
    pub fn probe(self, experiment: &Experiment, choice: &Choice, x: f64) -> Vec<Reading> {
        let x = self.snap(experiment, x);
        match self {
            Self::Sigmoid | Self::Relu | Self::Leaky => {
                let head = Reading::new("z", minus(&format!("{x:.2}")));
                std::iter::once(head).chain(self.values(experiment, choice, x, |y, _| curves::number(y))).collect()
            }
            Self::Accuracy | Self::Loss | Self::GradientLast | Self::GradientFirst | Self::GradientLayers => {
                let head = Reading::new("step", Finding::Steps.text(x));
                std::iter::once(head)
                    .chain(self.values(experiment, choice, x, |y, unit| Table::measured(Some(y), unit)))
                    .collect()
            }
            Self::Histograms => {
                let head = Reading::new(choice.values.symbol(), histograms::number(x));
                let name = |step: u32| format!("density at step {}", Finding::Steps.text(step.into()));
                // All values are one.
                let text = |y: f64| if y.is_infinite() { "∞".to_owned() } else { Table::cell(Some(y), 3) };
                let densities = histograms::densities(experiment, choice, x).into_iter();
                std::iter::once(head).chain(densities.map(|(step, y)| Reading::new(name(step), text(y)))).collect()
            }
        }
    }

    fn values(
        self,
        experiment: &Experiment,
        choice: &Choice,
        x: f64,
        text: impl Fn(f64, &str) -> String,
    ) -> Vec<Reading> {
        let sheet = self.sheet(experiment, &Choice { cursor: Some(x), ..*choice });
        let series = sheet.panels.iter().flat_map(|panel| panel.series.iter().map(move |series| (series, panel)));
        let read = |(series, panel): (&Series, &Panel)| {
            let value =
                series.nearest(x, panel.reach).map_or(super::table::NOT_YET.into(), |(_, y)| text(y, panel.y.unit));
            Reading { panel: panel.title.map(Scenario::label), ..Reading::new(series.name.clone(), value) }
        };
        series.map(read).collect()
    }

    /// The places that the arrow keys can reach, lowest and highest.
    pub fn x_range(self, experiment: &Experiment, choice: &Choice) -> (f64, f64) {
        self.range_on(&self.sheet(experiment, choice), experiment)
    }

    fn range_on(self, sheet: &Sheet, experiment: &Experiment) -> (f64, f64) {
        sheet.panels.first().map_or((0.0, 1.0), |panel| (panel.x.low(), self.snap(experiment, panel.x.high())))
    }

    /// Where the readout stands before anybody has moved it: at 0, or at the last sample.
    pub fn rest(self, experiment: &Experiment, choice: &Choice) -> f64 {
        match self {
            Self::Sigmoid | Self::Relu | Self::Leaky => 0.0,
            Self::Accuracy | Self::Loss | Self::GradientLast | Self::GradientFirst | Self::GradientLayers => {
                // Where all runs that have begun can be read.
                let last = experiment.runs().filter_map(|(_, history)| history.samples.last()).map(|s| s.step).min();
                self.snap(experiment, last.unwrap_or(0).into())
            }
            Self::Histograms => {
                let (low, high) = self.x_range(experiment, choice);
                0f64.max(low).min(high)
            }
        }
    }

    /// How far an arrow key goes.
    pub fn x_step(self, experiment: &Experiment, choice: &Choice) -> f64 {
        match self {
            Self::Sigmoid | Self::Relu | Self::Leaky => 0.1,
            Self::Accuracy | Self::Loss | Self::GradientLast | Self::GradientFirst | Self::GradientLayers => {
                SAMPLE_EVERY.into()
            }
            Self::Histograms => {
                let (low, high) = self.x_range(experiment, choice);
                (high - low) / 64.0
            }
        }
    }

    /// The nearest place that can be read; of steps, the last sample comes before the last step.
    pub(super) fn snap(self, experiment: &Experiment, x: f64) -> f64 {
        match self {
            Self::Sigmoid | Self::Relu | Self::Leaky => (100.0 * x).round() / 100.0 + 0.0,
            Self::Accuracy | Self::Loss | Self::GradientLast | Self::GradientFirst | Self::GradientLayers => {
                let last = experiment.plan.steps.saturating_sub(1) / SAMPLE_EVERY;
                (x / f64::from(SAMPLE_EVERY)).round().min(last.into()) * f64::from(SAMPLE_EVERY)
            }
            Self::Histograms => x,
        }
    }

    /// The data under a pointer on a drawing of this size, all in CSS pixels; held inside the axis.
    pub fn x_at(self, experiment: &Experiment, choice: &Choice, size: (f64, f64), pointer: Point) -> Option<f64> {
        let distance = |plot: &Plot| {
            let rect = plot.rect;
            let dx = pointer.0 - pointer.0.clamp(rect.left, rect.right);
            let dy = pointer.1 - pointer.1.clamp(rect.top, rect.bottom);
            dx.hypot(dy)
        };
        let plots = arrange(&self.sheet(experiment, choice), size).into_iter();
        plots.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|plot| plot.x_at(pointer.0))
    }

    /// How far the lowest and the highest place of [`x_range`](Self::x_range) are from the left and the right edge of a drawing of
    /// this size; None where panels are side by side, and each has its own.
    pub fn x_margins(self, sheet: &Sheet, experiment: &Experiment, size: (f64, f64)) -> Option<(f64, f64)> {
        let (low, high) = self.range_on(sheet, experiment);
        let mut margins = arrange(sheet, size).into_iter().map(|plot| (plot.x_px(low), size.0 - plot.x_px(high)));
        let first = margins.next()?;
        margins.all(|other| other == first).then_some(first)
    }

    /// Where `x` lies on a drawing of this size, in each of its panels: the inverse of [`x_at`](Self::x_at).
    pub fn x_px(self, experiment: &Experiment, choice: &Choice, size: (f64, f64), x: f64) -> Vec<f64> {
        arrange(&self.sheet(experiment, choice), size).iter().map(|plot| plot.x_px(x)).collect()
    }
}
