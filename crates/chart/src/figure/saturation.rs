//! Where the units of one layer work: the histogram of their pre-activations z under the slope f′(z), one panel for each variant, at one
//! logged step. Where the two do not overlap, no error passes.

use super::density::{is_sound, outline, quantile, x_axis};
use super::{Figure, Width, gradient, over_steps};
use crate::axis::Axis;
use crate::control::{Control, Target};
use crate::reading::{Cursor, Reading};
use crate::sheet::{Filling, Panel, Scale, Series, Sheet};
use crate::table::{Cell, Table, measured};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::measure::histogram::Histogram;
use lab::text::{minus, significant, thousands};
use lab::{History, Results};
use nn::Activation;

pub const CAPTION: &str = "The line is the slope f′(z); the area shows where the z of one layer’s units lie, for the batch of one logged step. Error \
     passes only where the two overlap. Move the step in any figure, and the area follows.";

pub struct Saturation;

/// At least this much of f′ is shown on either side of 0.
const REACH: f64 = 4.0;
/// Samples of f′.
const SAMPLES: u32 = 200;

/// A layer's pre-activations at one logged step, and the function that they go into.
struct Shown<'a> {
    activation: Activation,
    step: u32,
    histogram: &'a Histogram,
    /// The mean of f′ over the batch and the units.
    mean_slope: f64,
}

impl<'a> Shown<'a> {
    /// Of a variant's first seed; None if the network has no such hidden layer or nothing has been measured.
    fn of(results: &'a Results, view: &View, variant: usize) -> Option<Self> {
        let run = results.of_variant(variant).next()?;
        let layer = layer(results, view);
        let of_step = run.histograms.iter().rfind(|of| of.step <= view.step.unwrap_or(u32::MAX))?;
        let histogram = &of_step.layers.get(layer - 1)?.pre_activation;
        let sample = run.samples.iter().find(|sample| sample.step == of_step.step)?;
        let is_hidden = layer < gradient::depth(results, variant);
        let activation = run.settings.recipe().activation;
        let mean_slope = sample.layers.get(layer - 1)?.slope.into();
        (is_hidden && is_sound(histogram)).then_some(Self { activation, step: of_step.step, histogram, mean_slope })
    }
}

/// The highlighted layer if it is a hidden one; the first layer otherwise.
fn layer(results: &Results, view: &View) -> usize {
    view.layer.filter(|&layer| (1..results.depth()).contains(&layer)).unwrap_or(1)
}

fn is_normalized(run: &History) -> bool {
    run.settings.recipe().norm.is_some()
}

impl Figure for Saturation {
    fn key(&self) -> &'static str {
        "saturation"
    }

    fn title(&self) -> String {
        "Where the units work".into()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 640) } else { (960, 320) }
    }

    fn recorded_view(&self) -> View {
        View { step: Some(0), ..View::default() }
    }

    fn controls(&self, results: &Results) -> Vec<Control> {
        let layers = (1..results.depth().max(2)).map(|layer| (layer.to_string(), layer.to_string()));
        vec![Control::choice("layer", "Layer", Target::Layer, layers, "1".into())]
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let shown: Vec<_> = over_steps::variants(results).map(|variant| Shown::of(results, view, variant)).collect();
        let histograms: Vec<_> = shown.iter().flatten().map(|shown| (shown.step, shown.histogram)).collect();
        let x = x_axis(&histograms);
        let x = Axis::linear(x.low().min(-REACH), x.high().max(REACH));
        let grid = || (0..=SAMPLES).map(|i| x.low() + (x.high() - x.low()) * f64::from(i) / f64::from(SAMPLES));
        let slopes = shown.iter().flatten().flat_map(|shown| grid().map(|z| shown.activation.df(z)));
        let y = Axis::from_zero(slopes, 1.0);
        let panel = |(variant, shown): (usize, &Option<Shown>)| {
            let is_dimmed = view.variant.is_some_and(|chosen| chosen != variant);
            let ink = if is_dimmed { Ink::Muted } else { Ink::Series(variant) };
            let mut title = over_steps::title(results, view, variant);
            if results.of_variant(variant).any(is_normalized) {
                title.text += ", z before normalization";
            }
            let series = shown.iter().flat_map(|shown| {
                let outline = outline(shown.histogram, &x);
                let peak = outline.iter().map(|p| p.1).fold(f64::MIN_POSITIVE, f64::max);
                let area = outline.into_iter().map(|(z, height)| (z, 0.9 * height / peak)).collect();
                let slope = grid().map(|z| (z, shown.activation.df(z))).collect();
                [
                    Series {
                        label: String::new(),
                        width: 1.0,
                        base: Some((0.0, if is_dimmed { Ink::Rule } else { Ink::Pale(variant) })),
                        ..Series::new("z".into(), ink, area)
                    },
                    Series { label: String::new(), ..Series::new("f′(z)".into(), Ink::Text, slope) },
                ]
            });
            Panel { title: Some(title), series: series.collect(), cursor: options.cursor, ..Panel::new(x, "z", y) }
        };
        let step = shown.iter().flatten().map(|shown| shown.step).max();
        let moment = match step {
            None | Some(0) => "before training".into(),
            Some(step) => format!("at step {}", thousands(step.into())),
        };
        Sheet {
            headline: format!("slope f′ and √density of z, layer {}, {moment}", layer(results, view)),
            panels: shown.iter().enumerate().map(panel).collect(),
            empty: step.is_none().then(|| "The pre-activations of a hidden layer will appear here.".into()),
            scale: Some(Scale {
                ink: Ink::Heat,
                ticks: Vec::new(),
                others: vec![(Filling::Solid(Ink::Text), "f′(z)"), (Filling::Solid(Ink::Pale(0)), "z of the units")],
            }),
        }
    }

    fn summary(&self, results: &Results, view: &View, _: &Options) -> String {
        let what = format!("Pre-activations z of layer {}", layer(results, view));
        over_steps::sentence(results, &what, |variant| {
            let Shown { step, histogram, mean_slope, .. } = Shown::of(results, view, variant)?;
            let [low, high] = [0.05, 0.95].map(|share| minus(&significant(quantile(histogram, share), 2)));
            let (mean, step) = (significant(mean_slope, 2), thousands(step.into()));
            Some(format!("nine in ten from {low} to {high} at step {step}, where f′ is {mean} on average"))
        })
    }

    fn table(&self, results: &Results, view: &View, _: &Options) -> Table {
        let row = |variant| {
            let Shown { step, histogram, mean_slope, .. } = Shown::of(results, view, variant)?;
            let quantiles = [0.05, 0.5, 0.95].map(|share| Cell::measured(Some(quantile(histogram, share)), ""));
            let names = [Cell::Name(results.experiment.label(variant)), Cell::whole(step.into())];
            Some(names.into_iter().chain(quantiles).chain([Cell::measured(Some(mean_slope), "")]).collect())
        };
        let columns = ["run", "step", "5\u{a0}% of z below", "median z", "95\u{a0}% of z below", "mean f′(z)"];
        Table::new(columns, over_steps::variants(results).filter_map(row).collect())
    }

    fn cursor(&self) -> Cursor {
        Cursor::Own
    }

    fn probe(&self, results: &Results, view: &View, _: &Options, x: f64) -> Vec<Reading> {
        let z = self.snap(results, x);
        let of_variant = |variant| {
            let shown = Shown::of(results, view, variant);
            let slopes = [
                ("f′(z)", shown.as_ref().map(|shown| shown.activation.df(z))),
                ("mean f′", shown.as_ref().map(|shown| shown.mean_slope)),
            ];
            let panel = Some(results.experiment.label(variant));
            slopes.map(|(name, value)| Reading { panel: panel.clone(), ..Reading::new(name, measured(value, "")) })
        };
        let readings = over_steps::variants(results).flat_map(of_variant);
        std::iter::once(Reading::new("z", minus(&format!("{z:.2}")))).chain(readings).collect()
    }

    fn rest(&self, _: &Results, _: &View, _: &Options) -> f64 {
        0.0
    }

    fn x_step(&self, _: &Results, _: &View, _: &Options) -> f64 {
        0.1
    }

    fn snap(&self, _: &Results, x: f64) -> f64 {
        (100.0 * x).round() / 100.0 + 0.0
    }
}
