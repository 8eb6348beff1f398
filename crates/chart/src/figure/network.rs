//! A network that reads one example: the picture, the units and the outputs of one variant, and below each layer the mean gradient of its
//! weights for all variants, at one step.

use super::{Figure, Width, gradient, over_steps, seeds};
use crate::axis::Axis;
use crate::control::{Control, Target};
use crate::reading::{Cursor, Pick, Reading, nearest_panel};
use crate::sheet::{Cell, Filling, Network as Drawn, Output, Panel, Series, Sheet, Ticks, Title, Trend};
use crate::style::SOLID;
use crate::table::{self, Table, measured};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::experiment::history::Quantity;
use lab::measure::reading::Reading as Units;
use lab::measure::sample::Sample;
use lab::text::{minus, significant, thousands};
use lab::{Experiment, Field, History, Results};
use nn::Loss;

pub const CAPTION: &str = "The stronger a unit’s color, the larger its activation; a frame marks the right answer. Below each layer stands the gradient \
     of its weights, in the order of the legend: the signal by which they learn.";

pub struct Network;

/// The shares of the drawing's width for the picture and for the outputs.
const PICTURE: f64 = 0.2;
const OUTPUTS: f64 = 0.2;
/// The width of the bars of one layer, in layers.
const BARS: f64 = 0.72;
/// Gradients that the axis always has, so that it does not move in most runs.
const USUAL: [f64; 2] = [5e-6, 0.15];
/// With more classes, those that are neither right nor the answer are drawn up to this one.
const MAX_OUTPUTS: usize = 10;
const DEPTH: &str = "depth";
const DEPTHS: [usize; 6] = [2, 4, 6, 8, 10, 12];

/// The depth of the variants that do not have their own.
fn shared_depth(experiment: &Experiment) -> Option<usize> {
    let field = Field::find(DEPTH)?;
    let mut variants = experiment.variants().iter().zip(0..);
    let shared = variants.find(|(variant, _)| variant.overrides.get(field).is_none());
    shared.map(|(_, variant)| experiment.recipe(variant).depth)
}

/// The step that is shown: the last one before the reader chooses one.
fn step(results: &Results, view: &View) -> f64 {
    view.step.map_or_else(|| over_steps::rest(results), |step| over_steps::snap(results, step.into()))
}

/// The variant whose network is drawn.
fn variant(results: &Results, view: &View) -> usize {
    view.variant.filter(|&variant| variant < results.experiment.variants().len()).unwrap_or(0)
}

/// The run that is drawn, and its units at the step or at its last one before.
fn shown<'a>(results: &'a Results, view: &View) -> Option<(&'a History, &'a Units)> {
    let run = results.of_variant(variant(results, view)).next()?;
    let step = step(results, view);
    Some((run, run.readings.iter().rfind(|reading| f64::from(reading.step) <= step)?))
}

fn gradient_of(sample: &Sample, layer: usize) -> Option<f64> {
    Some(Quantity::Gradient.recent(sample.layers.get(layer - 1)?).into())
}

/// The mean gradient of a layer, counted from 1, at the step; the median of it over several seeds.
fn gradient_at(results: &Results, variant: usize, layer: usize, step: f64) -> Option<f64> {
    let at = |run: &History| {
        let sample = run.samples.iter().rfind(|sample| f64::from(sample.step) <= step)?;
        // A run on its way shows its last sample; one that has ended shows no other step's.
        let is_near = step < f64::from(sample.step + run.settings.sample_every());
        gradient_of(sample, layer).filter(|_| is_near || run.end.is_none())
    };
    seeds::spread(results.of_variant(variant).filter_map(at)).map(|(_, median, _)| median)
}

/// “34 %”; for outputs that are no probabilities “0.34”.
fn output(run: &History, value: f64) -> String {
    match run.settings.recipe().loss {
        Loss::SoftmaxCrossEntropy => format!("{}\u{a0}%", (100.0 * value).round()),
        Loss::HalfSquared => minus(&significant(value, 2)),
    }
}

fn moment(step: f64) -> String {
    if step == 0.0 { "before training".into() } else { format!("at step {}", thousands(step)) }
}

/// “reads 3 as 8 (14 %)”.
fn sentence(run: &History, units: &Units) -> String {
    let answer = units.answer();
    let value = units.outputs.get(answer).map_or(0.0, |value| f64::from(*value));
    let label = run.example.as_ref().map_or(0, |example| example.label);
    format!("reads {label} as {answer} ({})", output(run, value))
}

fn drawn(run: &History, units: &Units, variant: usize) -> Option<Drawn> {
    let example = run.example.as_ref()?;
    let shades = |units: &Vec<f32>| {
        let largest = units.iter().fold(f32::MIN_POSITIVE, |largest, a| largest.max(a.abs()));
        units.iter().map(|a| f64::from(a.abs() / largest)).collect()
    };
    let (answer, right) = (units.answer(), usize::from(example.label));
    let outputs = units.outputs.iter().enumerate();
    let outputs = outputs.filter(|&(class, _)| class < MAX_OUTPUTS || class == answer || class == right);
    let as_output = |(class, &value): (usize, &f32)| Output {
        class: class.to_string(),
        value: value.into(),
        is_right: class == right,
        answer: (class == answer).then(|| output(run, value.into())),
    };
    Some(Drawn {
        columns: example.columns as usize,
        pixels: example.pixels.clone(),
        variant,
        has_more: units.hidden.iter().any(|layer| layer.len() < run.settings.recipe().width),
        hidden: units.hidden.iter().map(shades).collect(),
        outputs: outputs.map(as_output).collect(),
    })
}

/// Room for the picture on the left and the outputs on the right of the layers.
fn x_axis(results: &Results) -> Axis {
    let depth = results.depth();
    let layer_share = (1.0 - PICTURE - OUTPUTS) / depth as f64;
    Axis::rows_with_room(depth, PICTURE / layer_share, OUTPUTS / layer_share)
}

/// The bars of all variants, side by side in each layer.
fn bars(results: &Results, view: &View) -> Panel {
    let (variants, step) = (over_steps::variants(results), step(results, view));
    let width = BARS / variants.len() as f64;
    let tops = |variant: usize| -> Vec<(f64, f64)> {
        let x = |layer: usize| layer as f64 - BARS / 2.0 + (variant as f64 + 0.5) * width;
        let layers = 1..=gradient::depth(results, variant);
        layers.filter_map(|layer| Some((x(layer), gradient_at(results, variant, layer, step)?))).collect()
    };
    let samples = results.first_runs().flat_map(|run| &run.samples);
    let all = samples.flat_map(|sample| (1..=sample.layers.len()).filter_map(|layer| gradient_of(sample, layer)));
    // The lowest bar has a height, too.
    let y = Axis::decades(all.flat_map(|mean| [0.6 * mean, 1.5 * mean]).chain(USUAL));
    let highlight = view.layer.filter(|layer| *layer <= results.depth()).map(|layer| Cell {
        x: (layer as f64 - 0.5, layer as f64 + 0.5),
        y: (y.low(), y.high()),
        filling: Filling::Solid(Ink::Rule),
    });
    let mut cells: Vec<Cell> = highlight.into_iter().collect();
    let series = variants.map(|variant| {
        let tops = tops(variant);
        let label = results.experiment.label(variant);
        let series = Series::of_variant(label, variant, None, tops);
        let bar = |&(x, top): &(f64, f64)| Cell {
            x: (x - 0.44 * width, x + 0.44 * width),
            y: (y.low(), top),
            filling: Filling::Solid(series.ink),
        };
        cells.extend(series.line.iter().filter(|top| top.1 > 0.0).map(bar));
        // The bars are drawn, not a line.
        Series { dash: SOLID, width: 8.0, trend: Some(Trend { points: Vec::new(), pale: None }), ..series }
    });
    let series = series.collect();
    let title = Title {
        text: "mean |∂C/∂W| by layer".into(),
        ink: Ink::Text,
        variant: variant(results, view),
        divergence: None,
    };
    Panel { title: Some(title), cells, series, ..Panel::new(x_axis(results), "layer", y) }
}

impl Figure for Network {
    fn key(&self) -> &'static str {
        "network"
    }

    fn title(&self) -> String {
        "A network reads a digit".into()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 400) } else { (960, 430) }
    }

    fn recorded_view(&self) -> View {
        View { step: Some(0), ..View::default() }
    }

    fn controls(&self, results: &Results) -> Vec<Control> {
        let labels = results.experiment.labels().into_iter().enumerate();
        let variants = labels.map(|(variant, label)| (variant.to_string(), label));
        let network = Control::choice("variant", "Network", Target::Variant, variants, "0".into());
        let layers = shared_depth(&results.experiment).map(|depth| {
            let place = DEPTHS.iter().take_while(|other| **other < depth).count();
            let mut depths = DEPTHS.to_vec();
            if !DEPTHS.contains(&depth) {
                depths.insert(place, depth);
            }
            let choices = depths.into_iter().map(|depth| (depth.to_string(), depth.to_string()));
            Control::choice(DEPTH, "Layers", Target::Field(DEPTH), choices, depth.to_string())
        });
        layers.into_iter().chain([network]).collect()
    }

    fn sheet(&self, results: &Results, view: &View, _: &Options) -> Sheet {
        let variant = variant(results, view);
        let shown = shown(results, view);
        let headline = shown.map(|(run, units)| {
            format!("{} {}, {}", results.experiment.label(variant), sentence(run, units), moment(units.step.into()))
        });
        let network = Panel {
            network: shown.and_then(|(run, units)| drawn(run, units, variant)),
            y_ticks: Ticks::None,
            height: 1.3,
            ..Panel::new(x_axis(results), "", Axis::linear(0.0, 1.0))
        };
        Sheet {
            headline: headline.unwrap_or_default(),
            panels: vec![network, bars(results, view)],
            empty: results.is_empty().then(|| "A network will read a digit here.".into()),
            scale: None,
        }
    }

    fn summary(&self, results: &Results, view: &View, _: &Options) -> String {
        let Some((run, units)) = shown(results, view) else { return over_steps::NOTHING_YET.into() };
        let step = step(results, view);
        let (label, reads) = (results.experiment.label(run.variant), sentence(run, units));
        let gradients = over_steps::sentence(results, "Mean |∂C/∂W|", |variant| {
            let last = gradient::depth(results, variant);
            let text = |layer| Some(significant(gradient_at(results, variant, layer, step)?, 2));
            Some(format!("{} in layer {last}, {} in layer 1", text(last)?, text(1)?))
        });
        format!("{label} {reads}, {}. {gradients}", moment(units.step.into()))
    }

    fn table(&self, results: &Results, view: &View, _: &Options) -> Table {
        let step = step(results, view);
        let row = |layer: usize| {
            let gradients = over_steps::variants(results).map(|variant| gradient_at(results, variant, layer, step));
            let cells = gradients.map(|gradient| table::Cell::measured(gradient, ""));
            std::iter::once(table::Cell::whole(layer as f64)).chain(cells).collect()
        };
        let columns = std::iter::once("layer".into()).chain(results.experiment.labels()).collect();
        Table { columns, rows: (1..=results.depth()).map(row).collect() }
    }

    fn cursor(&self) -> Cursor {
        Cursor::Slider
    }

    /// The gradients of the first and the last layer by their numbers.
    fn probe(&self, results: &Results, _: &View, _: &Options, x: f64) -> Vec<Reading> {
        let step = self.snap(results, x);
        let mut readings = vec![Reading::new("step", thousands(step))];
        for variant in over_steps::variants(results) {
            let panel = Some(results.experiment.label(variant));
            let last = gradient::depth(results, variant);
            for layer in (1..=last).filter(|layer| [1, last].contains(layer)) {
                let value = measured(gradient_at(results, variant, layer, step), "");
                readings.push(Reading { panel: panel.clone(), ..Reading::new(layer.to_string(), value) });
            }
        }
        readings
    }

    fn x_range(&self, results: &Results, _: &View, _: &Options) -> (f64, f64) {
        (0.0, self.snap(results, results.steps().into()))
    }

    /// The layer under the pointer, and in the bars the variant.
    fn pick(
        &self,
        results: &Results,
        view: &View,
        options: &Options,
        size: (f64, f64),
        pointer: (f64, f64),
    ) -> Option<Pick> {
        let sheet = self.sheet(results, view, options);
        let (panel, plot) = nearest_panel(&sheet, size, pointer)?;
        let x = plot.x_at(pointer.0);
        let layer = (x.round() as usize).clamp(1, results.depth());
        let place = (x - layer as f64) / BARS + 0.5;
        let n = over_steps::variants(results).len();
        let is_bar = panel.network.is_none() && plot.rect.contains(pointer) && (0.0..1.0).contains(&place);
        Some(Pick {
            x: step(results, view),
            layer: plot.rect.contains(pointer).then_some(layer),
            variant: if is_bar { Some((place * n as f64) as usize) } else { view.variant },
        })
    }

    /// The slider is not below an axis over steps.
    fn x_margins(&self, _: &Sheet, _: &Results, _: (f64, f64)) -> Option<(f64, f64)> {
        None
    }
}
