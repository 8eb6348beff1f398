//! The mean of one quantity of all layers over the steps of training, one panel for each variant.

use super::over_steps::Seeds;
use super::{Figure, Width, gradient, over_steps, seeds};
use crate::control::Control;
use crate::sheet::{Band, Panel, Series, Sheet, Trend};
use crate::style::{Dash, SOLID};
use crate::table::Table;
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::Results;
use lab::experiment::history::Quantity;

pub const CAPTION: &str = "Compare the heights of the layers: on the logarithmic axis one gridline is a factor of ten or more. Lines are means of 100 steps; \
     every other layer is dashed.";

pub struct GradientLayers;

/// Every other layer is dashed, so that neighbors differ not only by color.
fn dash(layer: usize) -> Dash {
    if layer.is_multiple_of(2) { &[5.0, 2.0] } else { SOLID }
}

impl Figure for GradientLayers {
    fn key(&self) -> &'static str {
        "gradient-layers"
    }

    fn title(&self) -> String {
        "Mean gradient, all layers".into()
    }

    fn width(&self) -> Width {
        Width::Page
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 720) } else { (960, 440) }
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        vec![gradient::quantity_control(), gradient::axis_control()]
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let choice = gradient::chosen(options);
        let of_variant = |variant| of_layers(results, view, choice.quantity, variant).into_iter().unzip();
        let all: Vec<(Vec<Series>, Vec<Option<Band>>)> = over_steps::variants(results).map(of_variant).collect();
        let heights = all.iter().flat_map(|(series, _)| over_steps::heights(series, &[]));
        let bands = all.iter().flat_map(|(_, bands)| bands.iter().flatten()).flat_map(|band| &band.points);
        let y = gradient::axis(options, heights.chain(bands.flat_map(|p| [p.1, p.2])));
        let panel = |(variant, (series, bands)): (usize, (Vec<Series>, Vec<Option<Band>>))| Panel {
            title: Some(over_steps::title(results, view, variant)),
            series,
            bands: bands.into_iter().flatten().collect(),
            ..over_steps::panel(results, view, options, y)
        };
        let seeds = over_steps::of_seeds(results);
        Sheet {
            headline: format!(
                "mean {} of layers 1 (first) to {}{seeds}",
                choice.symbol,
                gradient::last_layer(results.depth(), choice.quantity)
            ),
            panels: all.into_iter().enumerate().map(panel).collect(),
            empty: over_steps::empty(results),
            scale: None,
        }
    }

    fn summary(&self, results: &Results, _: &View, options: &Options) -> String {
        gradient::summary(results, gradient::chosen(options))
    }

    fn table(&self, results: &Results, _: &View, options: &Options) -> Table {
        gradient::table_of_layers(results, gradient::chosen(options).quantity)
    }
}

/// The trend of each layer, because many noisy lines on a narrow panel are hard to read. With several seeds the selected layer has a
/// band; without a selection, the first and the last layer have one.
fn of_layers(results: &Results, view: &View, quantity: Quantity, variant: usize) -> Vec<(Series, Option<Band>)> {
    let depth = gradient::depth(results, variant);
    let is_dimmed = view.variant.is_some_and(|chosen| chosen != variant);
    let divergence = over_steps::divergence(results, variant);
    let of_layer = |layer: usize| {
        let Seeds { samples, trend, every, .. } = over_steps::seeds_of(
            results,
            variant,
            // NaN where the network has no such layer.
            |_, sample| sample.layers.get(layer - 1).map_or(f64::NAN, |layer| quantity.recent(layer).into()),
        );
        let place = (layer - 1) as f64 / (results.depth() - 1).max(1) as f64;
        let ink = if is_dimmed { Ink::Wash(place) } else { Ink::Ramp(place) };
        let (width, dash) = match view.layer {
            Some(chosen) if chosen == layer => (4.0, SOLID),
            Some(_) => (1.5, dash(layer)),
            None => (2.0, dash(layer)),
        };
        let has_band = view.layer.map_or([1, depth].contains(&layer), |chosen| chosen == layer)
            && results.experiment.n_seeds() > 1;
        let series = Series {
            label_ink: if is_dimmed { Ink::Muted } else { Ink::Text },
            width,
            dash,
            trend: Some(Trend { points: seeds::medians(&trend), pale: None }),
            reach: every,
            layer: Some(layer),
            divergence: divergence.clone(),
            ..Series::new(layer.to_string(), ink, seeds::medians(&samples))
        };
        (series, has_band.then(|| Band { points: seeds::ranges(&trend), ink }))
    };
    gradient::layers(results, variant, quantity).map(of_layer).collect()
}
