//! The mean of |∂C/∂W⁽ˡ⁾| of all layers over the steps of training, one panel for each variant.

use super::{Figure, Width, gradient, over_steps, seeds};
use crate::control::Control;
use crate::mark::Point;
use crate::sheet::{Band, Panel, Series, Sheet};
use crate::style::{Dash, SOLID};
use crate::table::Table;
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::experiment::history::Quantity;
use lab::{History, Results};

pub struct GradientLayers;

/// Of every other layer, so that neighbors differ without color too.
const DASHED: Dash = &[5.0, 2.0];

impl Figure for GradientLayers {
    fn key(&self) -> &'static str {
        "gradient-layers"
    }

    fn title(&self) -> String {
        "Mean gradient, all layers".into()
    }

    fn caption(&self) -> String {
        "How far apart the layers lie: on the logarithmic axis one rule is a factor of ten or more. Lines are means of 100 \
         steps; every other layer is dashed."
            .into()
    }

    fn width(&self) -> Width {
        Width::Page
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 720) } else { (960, 440) }
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        vec![gradient::axis_control()]
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let depth = results.depth();
        let of_variant = |variant| of_layers(results, view, variant).into_iter().unzip();
        let all: Vec<(Vec<Series>, Vec<Option<Band>>)> = over_steps::variants(results).map(of_variant).collect();
        let heights = all.iter().flat_map(|(series, _)| over_steps::heights(series, &[]));
        let bands = all.iter().flat_map(|(_, bands)| bands.iter().flatten()).flat_map(|band| &band.points);
        let y = gradient::axis(options, heights.chain(bands.flat_map(|p| [p.1, p.2])));
        let panel = |(variant, (series, bands)): (usize, (Vec<Series>, Vec<Option<Band>>))| Panel {
            title: Some(over_steps::title(results, view, variant)),
            series,
            bands: bands.into_iter().flatten().collect(),
            ..over_steps::panel(results, view, y)
        };
        let seeds = over_steps::of_seeds(results);
        Sheet {
            headline: format!("mean |∂C/∂W| of each layer, 1 (first) to {depth} (last){seeds}"),
            panels: all.into_iter().enumerate().map(panel).collect(),
            empty: over_steps::empty(results),
            scale: None,
        }
    }

    fn summary(&self, results: &Results, _: &View, _: &Options) -> String {
        let what = "Mean gradient of the last layer divided by that of the first";
        gradient::summary_of_ratios(results, Quantity::Gradient, what)
    }

    fn table(&self, results: &Results, _: &View, _: &Options) -> Table {
        gradient::table_of_layers(results, Quantity::Gradient)
    }
}

/// The trend of each layer: many noisy lines on a narrow panel cannot be told apart. Of several seeds, the chosen layer has a band, or
/// the first and the last where none is chosen.
fn of_layers(results: &Results, view: &View, variant: usize) -> Vec<(Series, Option<Band>)> {
    let depth = gradient::depth(results, variant);
    let is_dimmed = view.variant.is_some_and(|chosen| chosen != variant);
    let divergence = over_steps::divergence(results, variant);
    let of_layer = |layer: usize| {
        let window = results.of_variant(variant).map(|run| over_steps::window(&run.settings)).fold(1.0, f64::max);
        let means = |run: &History| over_steps::window_means(&recent_gradients(run, layer), window);
        let lines: Vec<Vec<Point>> = results.of_variant(variant).map(means).collect();
        let merged = seeds::merge(&lines, window);
        let place = (layer - 1) as f64 / (results.depth() - 1).max(1) as f64;
        let ink = if is_dimmed { Ink::Wash(place) } else { Ink::Ramp(place) };
        let width = match view.layer {
            Some(chosen) if chosen == layer => 4.0,
            Some(_) => 1.5,
            None => 2.0,
        };
        let has_band = view.layer.map_or([1, depth].contains(&layer), |chosen| chosen == layer) && lines.len() > 1;
        let series = Series {
            label_ink: if is_dimmed { Ink::Muted } else { Ink::Text },
            width,
            dash: if layer.is_multiple_of(2) { DASHED } else { SOLID },
            reach: window,
            layer: Some(layer),
            divergence: divergence.clone(),
            ..Series::new(layer.to_string(), ink, seeds::medians(&merged))
        };
        (series, has_band.then(|| Band { points: seeds::ranges(&merged), ink }))
    };
    (1..=depth).map(of_layer).collect()
}

/// Of all batches since the sample before. Not a number where the layer was not measured.
fn recent_gradients(run: &History, layer: usize) -> Vec<Point> {
    let mean = |layer: &lab::measure::sample::LayerSample| layer.recent_gradient.into();
    run.samples.iter().map(|s| (s.step.into(), s.layers.get(layer - 1).map_or(f64::NAN, mean))).collect()
}
