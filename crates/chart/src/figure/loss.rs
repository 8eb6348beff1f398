//! Loss of the training batch over the steps of training.

use super::over_steps;
use super::{Figure, Width};
use crate::axis::Axis;
use crate::control::Control;
use crate::sheet::{Guide, Panel, Sheet};
use crate::table::Table;
use crate::view::{Options, View};
use lab::Results;

pub const CAPTION: &str = "A network that only guesses stays at the dotted line.";

pub struct Loss;

/// The name of a loss, its value for a network whose ten outputs are all 1/10, and the label of that value.
fn of_guessing(loss: nn::Loss) -> (&'static str, f64, &'static str) {
    match loss {
        nn::Loss::SoftmaxCrossEntropy => ("cross-entropy of the batch, in nats", std::f64::consts::LN_10, "ln 10"),
        // One output is off by 0.9 and nine by 0.1.
        nn::Loss::HalfSquared => ("half the squared error of the batch", 0.45, "0.45"),
    }
}

impl Figure for Loss {
    fn key(&self) -> &'static str {
        "loss"
    }

    fn title(&self) -> String {
        "Training loss".into()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 320) } else { (960, 480) }
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        over_steps::controls().into()
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let (series, bands) =
            over_steps::of_variants(results, view, options, |_, s| s.recent_loss.into(), |_, s| s.loss.into());
        let mut losses: Vec<nn::Loss> = results.runs.iter().map(|run| run.settings.recipe().loss).collect();
        losses.dedup();
        let (what, guides) = match losses[..] {
            [loss] => {
                let (what, y, label) = of_guessing(loss);
                (what, vec![Guide { y, label: format!("guessing: {label}") }])
            }
            // Losses that differ have no common level to compare with.
            _ => ("of the batch; the runs differ in what it is", Vec::new()),
        };
        let at_least = guides.iter().map(|guide| 1.1 * guide.y).fold(0.1, f64::max);
        let y = Axis::from_zero(over_steps::heights(&series, &bands), at_least);
        let panel = Panel { guides, series, bands, ..over_steps::panel(results, view, options, y) };
        Sheet {
            headline: format!("loss: {what}{}", over_steps::of_seeds(results)),
            panels: vec![panel],
            empty: over_steps::empty(results),
            scale: None,
        }
    }

    fn summary(&self, results: &Results, view: &View, options: &Options) -> String {
        over_steps::summary(results, "Loss of the training batch", &self.sheet(results, view, options))
    }

    fn table(&self, results: &Results, view: &View, options: &Options) -> Table {
        over_steps::table(results, &self.sheet(results, view, options))
    }
}
