//! How much a seed changes: one number of every run over the seeds, a row of marks for each variant.

use super::seeds::spread;
use super::{Figure, Width, over_steps};
use crate::axis::Axis;
use crate::control::{Control, Target};
use crate::reading::{Cursor, Reading};
use crate::sheet::{Cell, Filling, Guide, Panel, Series, Sheet, Trend};
use crate::table::{self, PER_CENT, Table, measured};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::experiment::history::{Quantity, When};
use lab::{History, Results};

pub const CAPTION: &str = "One run is one draw. Each mark is one run, with its own seed; the pale line is the median; dotted lines are what the \
     tutorial reports of its one run.";

pub struct Distribution;

/// A number of a run.
struct Choice {
    key: &'static str,
    label: &'static str,
    headline: &'static str,
    /// Percent; otherwise a ratio on a logarithmic axis.
    is_share: bool,
    of: fn(&History) -> Option<f64>,
    /// What the tutorial reports of its one run.
    tutorial: &'static [(f64, &'static str)],
}

/// The last layer against the first.
fn ratio(run: &History, quantity: Quantity, when: When) -> Option<f64> {
    run.ratio(quantity, run.settings.recipe().depth, 1, when)
}

static CHOICES: [Choice; 4] = [
    Choice {
        key: "ratio",
        label: "gradient ratio",
        headline: "mean |∂C/∂W| of the logs, last layer : first",
        is_share: false,
        of: |run| ratio(run, Quantity::Gradient, When::Logs),
        tutorial: &[(30.0, "tutorial: sigmoid 30"), (6.0, "leaky ReLU 6")],
    },
    Choice {
        key: "before",
        label: "ratio before training",
        headline: "|∂C/∂W| before training, last layer : first",
        is_share: false,
        of: |run| ratio(run, Quantity::Gradient, When::Before),
        tutorial: &[],
    },
    Choice {
        key: "delta",
        label: "δ before training",
        headline: "|δ| before training, last layer : first",
        is_share: false,
        of: |run| ratio(run, Quantity::Delta, When::Before),
        tutorial: &[],
    },
    Choice {
        key: "accuracy",
        label: "test accuracy",
        headline: "test accuracy after training",
        is_share: true,
        of: |run| Some(100.0 * f64::from(run.outcome()?.held_out_accuracy)),
        tutorial: &[],
    },
];

const NUMBER: &str = "number";

fn chosen(options: &Options) -> &'static Choice {
    CHOICES.iter().find(|choice| options.get(NUMBER) == Some(choice.key)).unwrap_or(&CHOICES[0])
}

impl Choice {
    fn unit(&self) -> &'static str {
        if self.is_share { PER_CENT } else { "" }
    }

    /// The places of the seeds, from 1, with their numbers.
    fn values<'a>(&'a self, results: &'a Results, variant: usize) -> impl Iterator<Item = (usize, f64)> + 'a {
        let values = (1..).zip(results.of_variant(variant).map(self.of));
        values.filter_map(|(seed, value)| Some((seed, value.filter(|value| value.is_finite())?)))
    }
}

impl Figure for Distribution {
    fn key(&self) -> &'static str {
        "seeds"
    }

    fn title(&self) -> String {
        "How much a seed changes".into()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 320) } else { (960, 400) }
    }

    fn min_seeds(&self) -> u32 {
        2
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        let choices = CHOICES.iter().map(|choice| (choice.key.into(), choice.label.into()));
        vec![Control::choice(NUMBER, "Number", Target::Own, choices, CHOICES[0].key.into())]
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let choice = chosen(options);
        let reported = if results.experiment.is_tutorial() { choice.tutorial } else { &[] };
        let values = over_steps::variants(results).flat_map(|variant| choice.values(results, variant));
        let all = values.map(|(_, value)| value).chain(reported.iter().map(|(value, _)| *value));
        let y = if choice.is_share { Axis::per_cent() } else { Axis::decades(all) };
        let x = Axis::rows(results.experiment.n_seeds() as usize);
        let series = |variant| {
            let marks: Vec<_> = choice.values(results, variant).map(|(seed, value)| (seed as f64, value)).collect();
            // The marks are drawn, not a line.
            let trend = Some(Trend { points: Vec::new(), pale: None });
            let label = results.experiment.label(variant);
            Series { trend, marks: marks.clone(), ..Series::of_variant(label, variant, view.variant, marks) }
        };
        let median = |variant| {
            let (_, median, _) = spread(choice.values(results, variant).map(|(_, value)| value))?;
            let y = if choice.is_share { (median - 0.2, median + 0.2) } else { (median / 1.01, median * 1.01) };
            Some(Cell { x: (x.low(), x.high()), y, filling: Filling::Solid(Ink::Pale(variant)) })
        };
        let panel = Panel {
            cells: over_steps::variants(results).filter_map(median).collect(),
            guides: reported.iter().map(|&(y, label)| Guide { y, label: label.into() }).collect(),
            series: over_steps::variants(results).map(series).collect(),
            cursor: options.cursor.map(|seed| self.snap(results, seed)),
            ..Panel::new(x, "seed", y)
        };
        Sheet {
            headline: choice.headline.into(),
            panels: vec![panel],
            empty: results.is_empty().then(|| "A mark for each seed will appear here.".into()),
            scale: None,
        }
    }

    fn summary(&self, results: &Results, _: &View, options: &Options) -> String {
        let choice = chosen(options);
        let what = format!("Over {} seeds, {}", results.experiment.n_seeds(), choice.headline);
        over_steps::sentence(results, &what, |variant| {
            let (low, median, high) = spread(choice.values(results, variant).map(|(_, value)| value))?;
            let [low, median, high] = [low, median, high].map(|value| measured(Some(value), choice.unit()));
            Some(format!("median {median}, from {low} to {high}"))
        })
    }

    fn table(&self, results: &Results, _: &View, options: &Options) -> Table {
        let choice = chosen(options);
        let row = |seed: u32| {
            let value = |variant| choice.values(results, variant).find(|(place, _)| *place == seed as usize + 1);
            let values = over_steps::variants(results)
                .map(|variant| table::Cell::measured(value(variant).map(|(_, value)| value), choice.unit()));
            let first = results.experiment.seed().wrapping_add(seed);
            std::iter::once(table::Cell::whole(first.into())).chain(values).collect()
        };
        let columns = std::iter::once("seed".into()).chain(results.experiment.labels()).collect();
        Table { columns, rows: (0..results.experiment.n_seeds()).map(row).collect() }
    }

    fn cursor(&self) -> Cursor {
        Cursor::Own
    }

    fn probe(&self, results: &Results, _: &View, options: &Options, x: f64) -> Vec<Reading> {
        let choice = chosen(options);
        let place = self.snap(results, x);
        let seed = results.experiment.seed().wrapping_add(place as u32 - 1);
        let mut readings = vec![Reading::new("seed", seed.to_string())];
        readings.extend(over_steps::variants(results).map(|variant| {
            let value = choice.values(results, variant).find(|(seed, _)| *seed as f64 == place);
            Reading::new(results.experiment.label(variant), measured(value.map(|(_, value)| value), choice.unit()))
        }));
        readings
    }

    fn x_range(&self, results: &Results, _: &View, _: &Options) -> (f64, f64) {
        (1.0, results.experiment.n_seeds().into())
    }

    fn rest(&self, _: &Results, _: &View, _: &Options) -> f64 {
        1.0
    }

    fn x_step(&self, _: &Results, _: &View, _: &Options) -> f64 {
        1.0
    }

    /// A place among the seeds, from 1.
    fn snap(&self, results: &Results, x: f64) -> f64 {
        (x - 0.5).ceil().clamp(1.0, results.experiment.n_seeds().into())
    }
}
