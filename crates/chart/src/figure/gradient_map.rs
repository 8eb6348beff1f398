//! A heat map, layer × step, of the mean of one quantity, one panel for each variant, all on one logarithmic ramp. A column is a window
//! of steps; step 0, before any update, has its own column.

use super::{Figure, Width, gradient, over_steps, seeds};
use crate::axis::Axis;
use crate::control::Control;
use crate::mark::Point;
use crate::reading::{self, Pick, Reading};
use crate::sheet::{Cell, Filling, Panel, Scale, Sheet, Ticks};
use crate::table::{Table, measured};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::experiment::history::Quantity;
use lab::measure::sample::Sample;
use lab::text::thousands;
use lab::{History, Results};

pub const CAPTION: &str = "Brighter is larger, on a logarithmic scale. The column on the left is step 0, before training; the others are means over \
     windows of steps. Follow one column down from the output to layer 1.";

pub struct GradientMap;

/// The start and the end of the column of step 0, in windows.
const BEFORE: (f64, f64) = (-1.25, -0.25);

/// Shades of the ramp. More could not be distinguished, and neighboring cells of one shade are one path in the SVG.
const SHADES: f64 = 100.0;

/// One window of one layer: its first and last step, and its mean, or the median of the means of several seeds.
struct Column {
    steps: (f64, f64),
    value: f64,
}

impl Column {
    fn contains(&self, step: f64) -> bool {
        if step == 0.0 { self.steps.1 <= 0.0 } else { (self.steps.0..self.steps.1).contains(&step) }
    }
}

/// The least number of columns, if a run has enough samples.
const MIN_COLUMNS: f64 = 25.0;

/// Steps of a column: as many samples as a window of a trend, fewer in short runs. At least two samples, because the first window also
/// contains step 0, which has its own column.
fn window(results: &Results) -> f64 {
    let every: f64 = results.runs.iter().map(|run| run.settings.sample_every()).max().unwrap_or(1).into();
    let samples = f64::from(results.steps()) / every;
    every * (samples / MIN_COLUMNS).ceil().clamp(2.0, over_steps::TREND_SAMPLES)
}

/// The columns of a layer, counted from 1.
fn columns(results: &Results, variant: usize, layer: usize, quantity: Quantity) -> Vec<Column> {
    let window = window(results);
    let value = |sample: &Sample| sample.layers.get(layer - 1).map_or(f64::NAN, |layer| quantity.recent(layer).into());
    let means = |run: &History| {
        let samples: Vec<Point> = run.samples.iter().map(|sample| (sample.step.into(), value(sample))).collect();
        over_steps::window_means(&samples, window)
    };
    let lines: Vec<Vec<Point>> = results.of_variant(variant).map(means).collect();
    let column = |(x, _, value, _): (f64, f64, f64, f64)| {
        let from = (x / window).floor() * window;
        let to = (from + window).min(results.steps().into());
        Column { steps: if x > 0.0 { (from, to) } else { (BEFORE.0 * window, BEFORE.1 * window) }, value }
    };
    seeds::merge(&lines, window).into_iter().map(column).collect()
}

/// The row of a layer.
fn row(layer: usize) -> (f64, f64) {
    (layer as f64 - 0.5, layer as f64 + 0.5)
}

/// The panels' rows of columns, the first layer first.
type Map = Vec<Vec<Vec<Column>>>;

fn map(results: &Results, quantity: Quantity) -> Map {
    let rows = |variant| {
        let layers = gradient::layers(results, variant, quantity);
        layers.map(|layer| columns(results, variant, layer, quantity)).collect()
    };
    over_steps::variants(results).map(rows).collect()
}

/// The legend of the ramp and of the fillings on the map.
fn scale(results: &Results, map: &Map, ramp: &Axis) -> Scale {
    let values = || map.iter().flatten().flatten().map(|column| column.value);
    let has_zeros = values().any(|value| value == 0.0);
    // Step 0 and all windows.
    let n_columns = 1 + (f64::from(results.steps()) / window(results)).ceil() as usize;
    let is_partial = map.iter().any(|rows| rows.len() < results.depth())
        || map.iter().flatten().any(|row| row.len() < n_columns)
        || values().any(|value| !value.is_finite());
    let zeros = has_zeros.then_some((Filling::Hatch, "0"));
    let missing = (is_partial && !results.is_empty()).then_some((Filling::Solid(Ink::Paper), "no value"));
    Scale {
        ink: Ink::Heat,
        ticks: ramp.ticks(6).into_iter().map(|(value, label)| (ramp.place(value), label)).collect(),
        others: zeros.into_iter().chain(missing).collect(),
    }
}

fn cells(rows: &[Vec<Column>], ramp: &Axis) -> Vec<Cell> {
    let cell = |layer: usize, column: &Column| {
        let shade = (ramp.place(column.value) * SHADES).round() / SHADES;
        let filling = match column.value {
            0.0 => Filling::Hatch,
            value if value > 0.0 => Filling::Solid(Ink::Heat(shade)),
            _ => return None,
        };
        Some(Cell { x: column.steps, y: row(layer), filling })
    };
    rows.iter().zip(1..).flat_map(|(row, layer)| row.iter().filter_map(move |column| cell(layer, column))).collect()
}

impl Figure for GradientMap {
    fn key(&self) -> &'static str {
        "gradient-map"
    }

    fn title(&self) -> String {
        "Mean gradient by layer and step".into()
    }

    fn width(&self) -> Width {
        Width::Page
    }

    fn size(&self, is_narrow: bool) -> (u32, u32) {
        if is_narrow { (328, 720) } else { (960, 440) }
    }

    fn controls(&self, _: &Results) -> Vec<Control> {
        vec![gradient::quantity_control()]
    }

    fn sheet(&self, results: &Results, view: &View, options: &Options) -> Sheet {
        let choice = gradient::chosen(options);
        let map = map(results, choice.quantity);
        let ramp = Axis::decades(map.iter().flatten().flatten().map(|column| column.value));
        let (window, depth) = (window(results), results.depth());
        let x = Axis::linear(BEFORE.0 * window, results.steps().into());
        let panel = |(variant, rows): (usize, &Vec<Vec<Column>>)| {
            let panel = over_steps::panel(results, view, options, Axis::rows(depth));
            let middle = (BEFORE.0 + BEFORE.1) / 2.0 * window;
            let chosen = view.layer.filter(|layer| (1..=rows.len()).contains(layer));
            let frame = chosen.map(|layer| Cell { x: (x.low(), x.high()), y: row(layer), filling: Filling::Frame });
            Panel {
                title: Some(over_steps::title(results, view, variant)),
                x,
                y_ticks: Ticks::Labels,
                cells: cells(rows, &ramp).into_iter().chain(frame).collect(),
                cursor: panel.cursor.map(|step| if step == 0.0 { middle } else { step }),
                ..panel
            }
        };
        let seeds = match results.experiment.n_seeds() {
            1 => String::new(),
            n => format!(", median of {n} seeds"),
        };
        Sheet {
            headline: format!("mean {}, layer 1 at the bottom{seeds}", choice.symbol),
            panels: map.iter().enumerate().map(panel).collect(),
            empty: results.is_empty().then(|| "A map of each run will appear here.".into()),
            scale: Some(scale(results, &map, &ramp)),
        }
    }

    fn summary(&self, results: &Results, _: &View, options: &Options) -> String {
        gradient::summary(results, gradient::chosen(options))
    }

    fn table(&self, results: &Results, _: &View, options: &Options) -> Table {
        gradient::table_of_layers(results, gradient::chosen(options).quantity)
    }

    /// The values of all layers, from the columns that are drawn.
    fn probe(&self, results: &Results, _: &View, options: &Options, x: f64) -> Vec<Reading> {
        let step = self.snap(results, x);
        let mut readings = vec![Reading::new("step", thousands(step))];
        for (variant, rows) in map(results, gradient::chosen(options).quantity).iter().enumerate() {
            let panel = Some(results.experiment.label(variant));
            readings.extend(rows.iter().zip(1..).map(|(row, layer): (&Vec<Column>, usize)| {
                let value = row.iter().find(|column| column.contains(step)).map(|column| column.value);
                Reading { panel: panel.clone(), ..Reading::new(layer.to_string(), measured(value, "")) }
            }));
        }
        readings
    }

    /// The row under the pointer is the picked layer.
    fn pick(
        &self,
        results: &Results,
        view: &View,
        options: &Options,
        size: (f64, f64),
        pointer: (f64, f64),
    ) -> Option<Pick> {
        let sheet = self.sheet(results, view, options);
        let pick = reading::pick(&sheet, size, pointer)?;
        let (panel, plot) = reading::nearest_panel(&sheet, size, pointer)?;
        let layers = gradient::layers(results, panel.title.as_ref()?.variant, gradient::chosen(options).quantity);
        let row = plot.y_at(pointer.1).round() as usize;
        let layer = layers.contains(&row).then_some(row);
        let layer = layer.filter(|_| plot.rect.contains(pointer));
        let variant = layer.and(panel.title.as_ref().map(|title| title.variant)).or(pick.variant);
        Some(Pick { x: self.snap(results, pick.x), layer, variant })
    }
}
