//! The trait of figures and the table of all figures. Everything about one figure is in its file.

mod accuracy;
mod chain;
mod curve;
mod density;
mod distribution;
mod factors;
mod gradient;
mod gradient_layer;
mod gradient_layers;
mod gradient_map;
mod histograms;
mod loss;
mod network;
mod over_steps;
mod saturation;
pub mod seeds;

use crate::control::Control;
use crate::layout::arrange;
use crate::reading::{self, Cursor, Pick, Reading};
use crate::sheet::Sheet;
use crate::table::Table;
use crate::view::{Options, View};
use lab::Results;
use lab::text::thousands;

/// Turns results, the shared view and the figure's own options into a drawing, a summary and a table. The default methods suit figures
/// whose x axis is the step.
pub trait Figure: Sync {
    /// The name in URLs and in the article.
    fn key(&self) -> &'static str;

    fn title(&self) -> String;

    fn width(&self) -> Width;

    /// Width and height in CSS pixels: the aspect ratio on the page, and the size that the press draws.
    fn size(&self, is_narrow: bool) -> (u32, u32);

    /// Whether the figure shows measurements; otherwise it shows a function and needs no run.
    fn is_measured(&self) -> bool {
        true
    }

    /// The view of the recorded drawing.
    fn recorded_view(&self) -> View {
        View::default()
    }

    /// The fewest seeds of each variant with which the figure says something. With fewer, the recorded drawing stays.
    fn min_seeds(&self) -> u32 {
        1
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        Vec::new()
    }

    /// What the reader has chosen with a control; None for the control's own default.
    fn value(&self, options: &Options, key: &str) -> Option<String> {
        options.get(key).map(str::to_owned)
    }

    /// Chooses a value of a control.
    fn set(&self, options: &mut Options, key: &'static str, value: String) {
        options.set(key, value);
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet;

    /// The figure in one to three sentences, for readers who cannot see it.
    fn summary(&self, results: &Results, view: &View, options: &Options) -> String;

    /// The data of the figure.
    fn table(&self, results: &Results, view: &View, options: &Options) -> Table;

    /// What moves the crosshair.
    fn cursor(&self) -> Cursor {
        Cursor::Step
    }

    /// The position nearest to `x` that has values, and the values there.
    fn probe(&self, results: &Results, view: &View, options: &Options, x: f64) -> Vec<Reading> {
        let x = self.snap(results, x);
        let mut readings = vec![Reading::new("step", thousands(x))];
        readings.extend(reading::values(&self.sheet(results, view, options), x));
        readings
    }

    /// The lowest and the highest position that the arrow keys can reach.
    fn x_range(&self, results: &Results, view: &View, options: &Options) -> (f64, f64) {
        let sheet = self.sheet(results, view, options);
        let ends = sheet.panels.first().map_or((0.0, 1.0), |panel| (panel.x.low(), panel.x.high()));
        (self.snap(results, ends.0), self.snap(results, ends.1))
    }

    /// The position of the readout before the reader moves it.
    fn rest(&self, results: &Results, _: &View, _: &Options) -> f64 {
        over_steps::rest(results)
    }

    /// The distance that an arrow key moves.
    fn x_step(&self, results: &Results, _: &View, _: &Options) -> f64 {
        over_steps::sample_every(results).into()
    }

    /// The nearest position that has values.
    fn snap(&self, results: &Results, x: f64) -> f64 {
        over_steps::snap(results, x)
    }

    /// The data under a pointer on a drawing of this size, both in CSS pixels.
    fn pick(
        &self,
        results: &Results,
        view: &View,
        options: &Options,
        size: (f64, f64),
        pointer: (f64, f64),
    ) -> Option<Pick> {
        let pick = reading::pick(&self.sheet(results, view, options), size, pointer)?;
        Some(Pick { x: self.snap(results, pick.x), ..pick })
    }

    /// The options after a drag to this place; None where there is nothing to drag.
    fn drag(&self, _: &Results, _: &View, _: &Options, _size: (f64, f64), _pointer: (f64, f64)) -> Option<Options> {
        None
    }

    /// The distances, in CSS pixels, of the ends of [`x_range`](Self::x_range) from the left and the right edge of a drawing of this
    /// size; None if panels are side by side.
    fn x_margins(&self, sheet: &Sheet, results: &Results, size: (f64, f64)) -> Option<(f64, f64)> {
        let x = sheet.panels.first()?.x;
        let (low, high) = (self.snap(results, x.low()), self.snap(results, x.high()));
        let plots = arrange(sheet, size).plots.into_iter();
        let mut margins = plots.map(|plot| (plot.x_px(low), size.0 - plot.x_px(high)));
        let first = margins.next()?;
        margins.all(|other| other == first).then_some(first)
    }
}

/// The width of a figure relative to the text column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Column,
    Wide,
    Page,
}

impl Width {
    /// The class of the figure's element.
    pub fn key(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Wide => "wide",
            Self::Page => "page",
        }
    }
}

/// The figures of measurements.
static MEASURED: [&dyn Figure; 11] = [
    &network::Network,
    &accuracy::Accuracy,
    &loss::Loss,
    &gradient_layer::LAST,
    &gradient_layer::FIRST,
    &gradient_layers::GradientLayers,
    &gradient_map::GradientMap,
    &histograms::Histograms,
    &factors::Factors,
    &saturation::Saturation,
    &distribution::Distribution,
];

/// All figures: a curve for each activation, the chain, then the figures of measurements.
pub fn figures() -> impl Iterator<Item = &'static dyn Figure> {
    let curves = curve::ALL.iter().map(|curve| curve as &dyn Figure);
    curves.chain([&chain::Chain as &dyn Figure]).chain(MEASURED.iter().copied())
}

pub fn find(key: &str) -> Option<&'static dyn Figure> {
    figures().find(|figure| figure.key() == key)
}

/// What to look for in a figure; the article may replace it. Not a method of [`Figure`], because the program of an embed shows no
/// captions and would contain those of all methods.
pub fn caption(figure: &dyn Figure) -> String {
    let caption = match figure.key() {
        "network" => network::CAPTION,
        "chain" => chain::CAPTION,
        "accuracy" => accuracy::CAPTION,
        "loss" => loss::CAPTION,
        "gradient-last" | "gradient-first" => gradient_layer::CAPTION,
        "gradient-layers" => gradient_layers::CAPTION,
        "gradient-map" => gradient_map::CAPTION,
        "histograms" => histograms::CAPTION,
        "factors" => factors::CAPTION,
        "saturation" => saturation::CAPTION,
        "seeds" => distribution::CAPTION,
        key => return curve::caption(key),
    };
    caption.into()
}
