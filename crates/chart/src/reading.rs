//! Reads the values of a figure at one x, which a pointer or the arrow keys choose.

use crate::layout::{Plot, ROW, arrange};
use crate::mark::Point;
use crate::sheet::{Panel, Series, Sheet};
use crate::table::{NOT_YET, measured};

/// A value at the crosshair, or the crosshair's own position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The title of its panel, in a figure with several panels.
    pub panel: Option<String>,
    pub name: String,
    pub value: String,
}

/// What moves a figure's crosshair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// The step of the shared view.
    Step,
    /// The step of the shared view; a pointer does not move it, since the drawing has another x axis.
    Slider,
    /// The cursor of the figure's own options.
    Own,
}

/// The data under a pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pick {
    /// The nearest place that can be read, in data.
    pub x: f64,
    /// The layer, from 1, whose line or row it is on.
    pub layer: Option<usize>,
    /// The variant whose line or panel title it is on.
    pub variant: Option<usize>,
}

/// A pointer is on a line if it is within this many CSS pixels.
const HIT: f64 = 8.0;

impl Reading {
    pub(crate) fn new(name: impl Into<String>, value: String) -> Self {
        Self { panel: None, name: name.into(), value }
    }
}

/// The values of all series at `x`, each with the unit of its axis.
pub(crate) fn values(sheet: &Sheet, x: f64) -> Vec<Reading> {
    let read = |panel: &Panel, series: &Series| {
        let value = series.nearest(x).map_or(NOT_YET.into(), |(_, y)| measured(Some(y), panel.y.unit));
        let panel = panel.title.as_ref().map(|title| title.text.clone());
        Reading { panel, ..Reading::new(series.name.clone(), value) }
    };
    sheet.panels.iter().flat_map(|panel| panel.series.iter().map(move |series| read(panel, series))).collect()
}

/// The panel under or nearest to a pointer, and its plot.
pub(crate) fn nearest_panel(sheet: &Sheet, size: (f64, f64), pointer: Point) -> Option<(&Panel, Plot)> {
    let distance = |plot: &Plot| {
        let rect = plot.rect;
        let dx = pointer.0 - pointer.0.clamp(rect.left, rect.right);
        let dy = pointer.1 - pointer.1.clamp(rect.top, rect.bottom);
        dx.hypot(dy)
    };
    let plots = sheet.panels.iter().zip(arrange(sheet, size).plots);
    plots.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)))
}

/// The data under a pointer on a drawing of this size, both in CSS pixels; x is clamped to the axis.
pub(crate) fn pick(sheet: &Sheet, size: (f64, f64), pointer: Point) -> Option<Pick> {
    let (panel, plot) = nearest_panel(sheet, size, pointer)?;
    let hits = panel.series.iter().filter_map(|series| Some((series, distance(series, &plot, pointer)?)));
    let hit = hits.filter(|(_, d)| *d <= HIT).min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(series, _)| series);
    let is_on_title = (plot.rect.top - ROW..plot.rect.top).contains(&pointer.1);
    let title = panel.title.as_ref().filter(|_| is_on_title);
    Some(Pick {
        x: plot.x_at(pointer.0),
        layer: hit.and_then(|series| series.layer),
        variant: hit.and_then(|series| series.variant).or(title.map(|title| title.variant)),
    })
}

/// How far a pointer is above or below a line, in pixels.
fn distance(series: &Series, plot: &Plot, (x, y): Point) -> Option<f64> {
    series.course().windows(2).find_map(|pair| {
        let &[from, to] = pair else { return None };
        let (from, to) = (plot.point(from), plot.point(to));
        let t = (x - from.0) / (to.0 - from.0);
        let gap = (from.1 + t * (to.1 - from.1) - y).abs();
        ((0.0..=1.0).contains(&t) && gap.is_finite()).then_some(gap)
    })
}
