//! The mean of |∂C/∂W⁽ˡ⁾| of one layer over the steps of training: one type for two figures, which first show the last and the first
//! layer.

use super::over_steps;
use super::{Figure, Width, gradient};
use crate::control::{Control, Target};
use crate::sheet::{Panel, Sheet};
use crate::table::Table;
use crate::view::{Options, View};
use lab::experiment::history::{Quantity, When};
use lab::measure::sample::LayerSample;
use lab::text::significant;
use lab::{History, Results};

pub const CAPTION: &str = "The mean of |∂C/∂W| over all weights of one layer.";

pub struct GradientLayer {
    key: &'static str,
    title: &'static str,
    /// The layer before the reader chooses one.
    layer: Layer,
}

pub static LAST: GradientLayer =
    GradientLayer { key: "gradient-last", title: "Mean gradient, output layer", layer: Layer::Last };

pub static FIRST: GradientLayer =
    GradientLayer { key: "gradient-first", title: "Mean gradient, first layer", layer: Layer::Number(1) };

#[derive(Clone, Copy, Debug, PartialEq)]
enum Layer {
    /// The last layer of each network.
    Last,
    /// From 1.
    Number(usize),
}

const LAYER: &str = "layer";
const LAST_KEY: &str = "last";

impl Layer {
    fn of(self, run: &History) -> usize {
        match self {
            Self::Last => run.settings.recipe().depth,
            Self::Number(layer) => layer,
        }
    }

    /// The key of the layer in the control.
    fn key(self, results: &Results) -> String {
        match self {
            Self::Number(layer) if layer < results.depth() => layer.to_string(),
            Self::Last | Self::Number(_) => LAST_KEY.into(),
        }
    }

    /// For example “layer 6 (the last)”.
    fn name(self, results: &Results) -> String {
        let depth = results.depth();
        let is_of_all = results.runs.iter().all(|run| run.settings.recipe().depth == depth);
        match self {
            Self::Last if !is_of_all => "the output layer".into(),
            Self::Last => format!("layer {depth} (the last)"),
            Self::Number(1) => "layer 1 (the first)".into(),
            Self::Number(layer) => format!("layer {layer}"),
        }
    }
}

impl GradientLayer {
    fn layer(&self, results: &Results, options: &Options) -> Layer {
        let depth = results.depth();
        match options.get(LAYER) {
            Some(LAST_KEY) => Layer::Last,
            text => match text.and_then(|text| text.parse().ok()).map_or(self.layer, Layer::Number) {
                Layer::Number(layer) if layer < depth => Layer::Number(layer.max(1)),
                Layer::Number(_) | Layer::Last => Layer::Last,
            },
        }
    }
}

impl Figure for GradientLayer {
    fn key(&self) -> &'static str {
        self.key
    }

    fn title(&self) -> String {
        self.title.into()
    }

    fn width(&self) -> Width {
        Width::Wide
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 320) } else { (960, 480) }
    }

    fn controls(&self, results: &Results) -> Vec<Control> {
        let depth = results.depth();
        let key = |layer: usize| Layer::Number(layer).key(results);
        let layers = (1..=depth).map(|layer| (key(layer), layer.to_string()));
        let layer = Control::choice(LAYER, "Layer", Target::Own, layers, self.layer.key(results));
        [layer, gradient::axis_control()].into_iter().chain(over_steps::controls()).collect()
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let layer = self.layer(results, options);
        // NaN where the network has no such layer.
        let of = |layer: Layer, run: &History, layers: &[LayerSample], mean: fn(&LayerSample) -> f32| {
            layers.get(layer.of(run) - 1).map_or(f64::NAN, |layer| mean(layer).into())
        };
        let of_layer = |layer: Layer| {
            over_steps::of_variants(
                results,
                view,
                options,
                |run, sample| of(layer, run, &sample.layers, |layer| layer.recent_gradient),
                |run, sample| of(layer, run, &sample.layers, |layer| layer.gradient.mean),
            )
        };
        let (series, bands) = of_layer(layer);
        // Both figures have the same axis, whatever layer each shows first.
        let ends = [FIRST.layer, LAST.layer].map(of_layer);
        let heights = ends.iter().flat_map(|(series, bands)| over_steps::heights(series, bands));
        let y = gradient::axis(options, heights.chain(over_steps::heights(&series, &bands)));
        Sheet {
            headline: format!("mean |∂C/∂W| of {}{}", layer.name(results), over_steps::of_seeds(results)),
            panels: vec![Panel { series, bands, ..over_steps::panel(results, view, options, y) }],
            empty: over_steps::empty(results),
            scale: None,
        }
    }

    fn summary(&self, results: &Results, _: &View, options: &Options) -> String {
        let layer = self.layer(results, options);
        let what = format!("Mean absolute gradient of {}", layer.name(results));
        over_steps::sentence(results, &what, |variant| {
            let layer = layer.of(results.of_variant(variant).next()?);
            let mean = |when| gradient::mean(results, variant, Quantity::Gradient, layer, when);
            let (before, logs) = (significant(mean(When::Before)?, 2), significant(mean(When::Logs)?, 2));
            Some(format!("{before} before training and {logs} on average over training"))
        })
    }

    fn table(&self, results: &Results, view: &View, options: &Options) -> Table {
        over_steps::table(results, &self.sheet(results, view, options))
    }
}
