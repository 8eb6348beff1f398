//! Accuracy on the training batch over the steps of training.

use super::over_steps;
use super::{Figure, Width};
use crate::axis::Axis;
use crate::control::Control;
use crate::sheet::{Guide, Panel, Sheet};
use crate::table::Table;
use crate::view::{Options, View};
use lab::Results;

pub const CAPTION: &str = "The share of a batch that is classified correctly.";

pub struct Accuracy;

/// The share that guessing one of ten digits gets right, in percent.
const GUESSING: f64 = 10.0;

impl Figure for Accuracy {
    fn key(&self) -> &'static str {
        "accuracy"
    }

    fn title(&self) -> String {
        "Training accuracy".into()
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
        let percent = |share: f32| 100.0 * f64::from(share);
        let (series, bands) = over_steps::of_variants(
            results,
            view,
            options,
            |_, s| percent(s.recent_accuracy),
            |_, s| percent(s.accuracy),
        );
        let guides = vec![Guide { y: GUESSING, label: "guessing".into() }];
        let panel = Panel { guides, series, bands, ..over_steps::panel(results, view, options, Axis::per_cent()) };
        Sheet {
            headline: format!("accuracy on the training batch{}", over_steps::of_seeds(results)),
            panels: vec![panel],
            empty: over_steps::empty(results),
            scale: None,
        }
    }

    fn summary(&self, results: &Results, view: &View, options: &Options) -> String {
        over_steps::summary(results, "Accuracy on the training batch", &self.sheet(results, view, options))
    }

    fn table(&self, results: &Results, view: &View, options: &Options) -> Table {
        over_steps::table(results, &self.sheet(results, view, options))
    }
}
