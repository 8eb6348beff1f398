//! How δ shrinks on its way back: from layer to layer it is multiplied by weights, by slopes, and by whatever else the network has. One
//! panel for each variant, the last layer on the right, at one moment of training.

use super::{Figure, Width, gradient, over_steps};
use crate::axis::Axis;
use crate::control::{Control, Target};
use crate::reading::{Cursor, Reading};
use crate::sheet::{Cell, Filling, Panel, Scale, Series, Sheet};
use crate::table::{self, Table, measured};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::Results;
use lab::measure::sample::{Chain, LayerSample, Sample};
use lab::text::{significant, thousands};

pub const CAPTION: &str = "Read from the right: each layer multiplies δ by its weights, then by its slopes. A bar that reaches down shrinks δ; one that \
     reaches up makes it grow.";

pub struct Factors;

const MOMENT: &str = "moment";
const SHOWN: &str = "last";

/// Half the width of a bar, in layers.
const HALF: f64 = 0.16;

/// One link of the chain, from layer `to` + 1 to layer `to`.
struct Link {
    to: usize,
    /// ‖δ‖ relative to the last layer: before the link, after the weights, after the slope, and after all other factors.
    course: [f64; 4],
    weights: f64,
    slope: f64,
    other: f64,
}

/// The links of a variant's first seed, from the last layer back to the first, or to where δ is 0 or no number.
fn links(sample: &Sample) -> Vec<Link> {
    let mut size = 1.0;
    let hidden = sample.layers.iter().enumerate().rev().skip(1);
    let link = |(i, layer): (usize, &LayerSample)| {
        let Chain { weights, skip, dropout, slope, norm } = layer.chain;
        let [weights, slope, other] = [weights, slope, skip * dropout * norm].map(f64::from);
        let course = [size, size * weights, size * weights * slope, size * weights * slope * other];
        size = course[3];
        Link { to: i + 1, course, weights, slope, other }
    };
    hidden.map(link).take_while(|link| link.course[3].is_finite() && link.course[3] > 0.0).collect()
}

/// The sample at the chosen moment of a variant's first seed: the first, or that of the step that all figures show.
fn sample<'a>(results: &'a Results, view: &View, options: &Options, variant: usize) -> Option<&'a Sample> {
    let is_shown = options.get(MOMENT) == Some(SHOWN);
    results.of_variant(variant).next()?.sample_up_to(if is_shown { view.step.unwrap_or(u32::MAX) } else { 0 })
}

fn panel(results: &Results, view: &View, options: &Options, variant: usize, y: Axis) -> Panel {
    let links = sample(results, view, options, variant).map(links).unwrap_or_default();
    let depth = gradient::depth(results, variant);
    let is_dimmed = view.variant.is_some_and(|chosen| chosen != variant);
    let (solid, light) = if is_dimmed { (Ink::Muted, Ink::Rule) } else { (Ink::Series(variant), Ink::Pale(variant)) };
    let bar = |x: f64, from: f64, to: f64, filling| Cell {
        x: (x - HALF, x + HALF),
        y: (from.min(to), from.max(to)),
        filling,
    };
    let cells = links.iter().flat_map(|link| {
        let [before, weighted, sloped, after] = link.course;
        let x = link.to as f64;
        [
            bar(x + 0.67, before, weighted, Filling::Solid(light)),
            bar(x + 0.33, weighted, sloped, Filling::Solid(solid)),
            bar(x + 0.33, sloped, after, Filling::Hatch),
        ]
    });
    let sizes = links.iter().rev().map(|link| (link.to as f64, link.course[3]));
    let sizes = sizes.chain((!links.is_empty()).then_some((depth as f64, 1.0)));
    let line: Vec<(f64, f64)> = sizes.collect();
    let series = Series {
        label: String::new(),
        width: 1.0,
        marks: line.clone(),
        reach: 0.5,
        ..Series::of_variant("‖δ‖".into(), variant, view.variant, line)
    };
    Panel {
        title: Some(over_steps::title(results, view, variant)),
        cells: cells.collect(),
        series: vec![series],
        cursor: options.cursor,
        ..Panel::new(Axis::rows(results.depth()), "layer", y)
    }
}

impl Figure for Factors {
    fn key(&self) -> &'static str {
        "factors"
    }

    fn title(&self) -> String {
        "How the error shrinks on its way back".into()
    }

    fn width(&self) -> Width {
        Width::Page
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 720) } else { (960, 400) }
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        let choices = [("before", "before training"), (SHOWN, "at the step shown")]
            .map(|(key, label)| (key.into(), label.into()));
        vec![Control::choice(MOMENT, "Moment", Target::Own, choices, "before".into())]
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let samples = || over_steps::variants(results).filter_map(|variant| sample(results, view, options, variant));
        let courses = samples().flat_map(links).flat_map(|link| link.course);
        let y = Axis::decades(courses.chain([1.0]));
        let fillings = [
            (Filling::Solid(Ink::Pale(0)), "× weights"),
            (Filling::Solid(Ink::Series(0)), "× slope f′"),
            (Filling::Hatch, "× other"),
        ];
        let has_others = samples().flat_map(links).any(|link| link.other != 1.0);
        let n_fillings = if has_others { 3 } else { 2 };
        let steps: Vec<u32> = samples().map(|sample| sample.step).collect();
        let moment = match steps.iter().max() {
            None | Some(0) => "before training".into(),
            Some(step) => format!("at step {}", thousands((*step).into())),
        };
        Sheet {
            headline: format!("size of δ {moment}, relative to the last layer"),
            panels: over_steps::variants(results).map(|variant| panel(results, view, options, variant, y)).collect(),
            empty: results.is_empty().then(|| "The factors of each layer will appear here.".into()),
            scale: Some(Scale { ink: Ink::Heat, ticks: Vec::new(), others: fillings[..n_fillings].to_vec() }),
        }
    }

    fn summary(&self, results: &Results, view: &View, options: &Options) -> String {
        over_steps::sentence(results, "The size of δ, √Σδ², in layer 1, relative to the last layer", |variant| {
            let links = links(sample(results, view, options, variant)?);
            if gradient::depth(results, variant) == 1 {
                return Some("1, it is the last".into());
            }
            let Some(last) = links.last().filter(|link| link.to == 1) else {
                return Some("0, no error reaches it".into());
            };
            let mean = |factor: fn(&Link) -> f64| {
                let logs: f64 = links.iter().map(|link| libm::log(factor(link))).sum();
                significant(libm::exp(logs / links.len() as f64), 2)
            };
            let (weights, slopes, others) =
                (mean(|link| link.weights), mean(|link| link.slope), mean(|link| link.other));
            let has_others = links.iter().any(|link| link.other != 1.0);
            let others = if has_others { format!(" and the rest by {others}") } else { String::new() };
            Some(format!(
                "{}: on average each layer’s weights multiply it by {weights}, its slopes by {slopes}{others}",
                significant(last.course[3], 2)
            ))
        })
    }

    fn table(&self, results: &Results, view: &View, options: &Options) -> Table {
        let rows = |variant| {
            let links = sample(results, view, options, variant).map(links).unwrap_or_default();
            let label = results.experiment.label(variant);
            links.into_iter().map(move |link| {
                let numbers =
                    [link.weights, link.slope, link.other, link.course[3]].map(|x| table::Cell::measured(Some(x), ""));
                [table::Cell::Name(label.clone()), table::Cell::whole(link.to as f64)]
                    .into_iter()
                    .chain(numbers)
                    .collect()
            })
        };
        let columns = ["run", "layer", "× weights", "× slope", "× other", "size of δ"];
        Table::new(columns, over_steps::variants(results).flat_map(rows).collect())
    }

    fn cursor(&self) -> Cursor {
        Cursor::Own
    }

    fn probe(&self, results: &Results, view: &View, options: &Options, x: f64) -> Vec<Reading> {
        let layer = self.snap(results, x);
        let mut readings = vec![Reading::new("layer", layer.to_string())];
        for variant in over_steps::variants(results) {
            let panel = Some(results.experiment.label(variant));
            let links = sample(results, view, options, variant).map(links).unwrap_or_default();
            let link = links.iter().find(|link| link.to as f64 == layer);
            let is_last = layer == gradient::depth(results, variant) as f64 && !links.is_empty();
            let values = [
                ("weights", link.map(|link| link.weights)),
                ("slope", link.map(|link| link.slope)),
                ("δ", link.map(|link| link.course[3]).or(is_last.then_some(1.0))),
            ];
            readings.extend(
                values.map(|(name, value)| Reading { panel: panel.clone(), ..Reading::new(name, measured(value, "")) }),
            );
        }
        readings
    }

    fn rest(&self, _: &Results, _: &View, _: &Options) -> f64 {
        1.0
    }

    fn x_step(&self, _: &Results, _: &View, _: &Options) -> f64 {
        1.0
    }

    fn snap(&self, results: &Results, x: f64) -> f64 {
        x.round().clamp(1.0, results.depth() as f64)
    }
}
