//! The layout of a sheet: its plots and its legend. The same plots place the drawing and map the pointer to data.

use crate::axis::Axis;
use crate::line::Rect;
use crate::mark::{Point, fitted, text_width};
use crate::sheet::{Panel, Series, Sheet, Ticks};

/// Below this width a sheet has fewer columns and smaller text.
pub const NARROW: f64 = 600.0;

/// Room for one row of text.
pub const ROW: f64 = 24.0;

/// Room for a color scale with its numbers.
pub const SCALE_HEIGHT: f64 = 36.0;

/// The largest share of a sheet's width for names at the lines' ends; longer names go into a legend.
const MAX_LABEL_SHARE: f64 = 0.25;

/// A line ends early if it ends before this share of the longest line.
const EARLY: f64 = 0.8;

/// The width of a text in the widest of the usual fonts, relative to [`text_width`].
pub const WIDE_FONT: f64 = 1.08;

/// Room for the sample of a line before its name in a legend.
pub const SWATCH: f64 = 36.0;

pub struct Layout {
    /// One for each panel.
    pub plots: Vec<Plot>,
    /// The names of the series above the plots; None if they are at the lines' ends.
    pub legend: Option<Vec<Entry>>,
}

/// One name of a legend.
pub struct Entry {
    /// The place of its series in the first panel.
    pub series: usize,
    pub text: String,
    /// The left end of the line's sample, at the row's middle.
    pub at: Point,
}

/// A panel's place on the sheet, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plot {
    pub rect: Rect,
    x: Axis,
    y: Axis,
}

impl Plot {
    /// The pixel of a data point; not finite where an axis has no such place.
    pub fn point(&self, (x, y): Point) -> Point {
        (self.x_px(x), self.rect.bottom - self.y.place(y) * (self.rect.bottom - self.rect.top))
    }

    /// The horizontal pixel of an x value.
    pub fn x_px(&self, x: f64) -> f64 {
        self.rect.left + self.x.place(x) * (self.rect.right - self.rect.left)
    }

    /// The inverse of [`x_px`](Self::x_px), clamped to the axis.
    pub fn x_at(&self, px: f64) -> f64 {
        let place = (px - self.rect.left) / (self.rect.right - self.rect.left);
        self.x.value(place.clamp(0.0, 1.0))
    }

    /// The y value at a pixel, clamped to the axis.
    pub fn y_at(&self, px: f64) -> f64 {
        let place = (self.rect.bottom - px) / (self.rect.bottom - self.rect.top);
        self.y.value(place.clamp(0.0, 1.0))
    }

    /// How many ticks fit on the two axes.
    pub fn tick_counts(&self) -> (usize, usize) {
        let count = |length: f64, room: f64, least| (length / room).floor().clamp(least, 8.0) as usize;
        let Rect { left, top, right, bottom } = self.rect;
        (
            count(right - left, if self.x.is_whole() { 30.0 } else { 55.0 }, 2.0),
            count(bottom - top, if self.y.is_whole() { 20.0 } else { 45.0 }, 4.0),
        )
    }
}

pub fn font_size(width: f64) -> f64 {
    if width < NARROW { 12.0 } else { 13.0 }
}

/// The plots of a sheet of this size, and its legend.
pub fn arrange(sheet: &Sheet, (width, height): (f64, f64)) -> Layout {
    let font = font_size(width);
    // Panels side by side have the ticks of the first only.
    let has_one_axis = sheet.panels.windows(2).all(|pair| pair[0].y == pair[1].y);
    let columns = if has_one_axis { columns(sheet.panels.len(), width) } else { 1 };
    let longest = sheet.panels.iter().flat_map(labels).map(|label| text_width(&label, font)).fold(0.0, f64::max);
    let is_far_off = longest > MAX_LABEL_SHARE * width || sheet.panels.iter().any(diverges_early);
    // Bars have no ends to name.
    let has_bars = sheet.panels.iter().any(|panel| panel.x_title.is_empty());
    let has_legend = has_bars || sheet.panels.len() == 1 && is_far_off;
    let left = sheet.panels.iter().map(|panel| left_margin(panel, font)).fold(2.0, f64::max);
    let x_titles = sheet.panels.iter().map(|panel| text_width(panel.x_title, font) + 32.0);
    // The name of the axis follows the last tick label, half of which may be right of the plot.
    let right = x_titles.fold(if has_legend || longest == 0.0 { 8.0 } else { longest + 14.0 }, f64::max);
    let head = ROW + if sheet.scale.is_some() { SCALE_HEIGHT } else { 0.0 };
    let mut legend = has_legend.then(|| legend(sheet, width, font));
    let legend_height = legend.iter().flatten().last().map_or(0.0, |entry| entry.at.1 + ROW / 2.0);
    let plot_width = (width - left - right * columns as f64) / columns as f64;
    let heights = || sheet.panels.iter().step_by(columns).map(|panel| panel.height);
    let unit = (height - head - legend_height) / heights().sum::<f64>().max(f64::MIN_POSITIVE);
    // The legend stands above the last panel.
    let top = |i: usize| head + unit * heights().take(i / columns).sum::<f64>();
    let last = sheet.panels.len().saturating_sub(1);
    legend.iter_mut().flatten().for_each(|entry| entry.at.1 += top(last));
    let place = |(i, panel): (usize, &Panel)| {
        let column = (i % columns) as f64;
        let title = if panel.title.is_some() { ROW } else { 6.0 };
        let left = left + column * (plot_width + right);
        let cell_top = top(i) + if i == last { legend_height } else { 0.0 };
        let foot = if panel.x_title.is_empty() { 6.0 } else { ROW };
        let rect = Rect {
            left,
            top: cell_top + title,
            right: left + plot_width.max(1.0),
            bottom: (cell_top + unit * panel.height - foot).max(cell_top + title + 1.0),
        };
        Plot { rect, x: panel.x, y: panel.y }
    };
    Layout { plots: sheet.panels.iter().enumerate().map(place).collect(), legend }
}

/// Panels side by side: up to three, or up to two that are about square; on a narrow sheet one, or two where there are many.
fn columns(n_panels: usize, width: f64) -> usize {
    match n_panels {
        0 | 1 => 1,
        2 | 3 if width < NARROW => 1,
        _ if width < NARROW => 2,
        4 => 2,
        n => n.min(3),
    }
}

/// Room for the tick labels of the y axis. It assumes the most ticks there can be, so that it does not depend on the height.
fn left_margin(panel: &Panel, font: f64) -> f64 {
    if panel.y_ticks == Ticks::None {
        return 2.0;
    }
    panel.y.ticks(8).iter().map(|(_, label)| text_width(label, font)).fold(0.0, f64::max) + 8.0
}

/// The labels at the lines' ends.
fn labels(panel: &Panel) -> impl Iterator<Item = String> {
    let own = panel.series.iter().map(|series| series.label.clone());
    let diverged =
        panel.series.iter().filter(|_| panel.title.is_none()).filter_map(|series| series.divergence.as_ref());
    own.chain(diverged.map(|divergence| divergence.label.clone()))
}

/// Whether a run diverged so early that its name, in the column of names, would be far from its line.
fn diverges_early(panel: &Panel) -> bool {
    let end = |series: &Series| series.course().iter().rev().find(|p| p.1.is_finite()).map_or(0.0, |p| p.0);
    let last = panel.series.iter().map(end).fold(0.0, f64::max);
    panel.series.iter().any(|series| series.divergence.is_some() && end(series) < EARLY * last)
}

/// Entries from the left in as many rows as they need, the first row at the top.
fn legend(sheet: &Sheet, width: f64, font: f64) -> Vec<Entry> {
    let mut at = (2.0, ROW / 2.0);
    let mut entries = Vec::new();
    let named = sheet.panels.iter().flat_map(|panel| panel.series.iter().enumerate());
    for (series, of) in named.filter(|(_, series)| !series.label.is_empty()) {
        let text = fitted(&legend_text(of), font, (width - SWATCH - 4.0) / WIDE_FONT);
        let length = SWATCH + WIDE_FONT * text_width(&text, font);
        if at.0 > 2.0 && at.0 + length > width {
            at = (2.0, at.1 + ROW);
        }
        entries.push(Entry { series, text, at });
        at.0 += length + 16.0;
    }
    entries
}

fn legend_text(series: &Series) -> String {
    let divergence = series.divergence.iter().map(|divergence| format!(": {}", divergence.label));
    std::iter::once(series.label.clone()).chain(divergence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_stand_in_even_rows() {
        assert_eq!([1, 2, 3, 4, 5, 6].map(|n| columns(n, 960.0)), [1, 2, 3, 2, 3, 3]);
        assert_eq!([1, 2, 3, 4, 5, 6].map(|n| columns(n, 328.0)), [1, 1, 1, 2, 2, 2]);
    }

    #[test]
    fn on_a_sheet_without_room_a_plot_is_one_pixel() {
        let panel = Panel::new(Axis::linear(0.0, 1.0), "x", Axis::linear(0.0, 1.0));
        let sheet = Sheet { headline: String::new(), panels: vec![panel], empty: None, scale: None };
        let Rect { left, top, right, bottom } = arrange(&sheet, (20.0, 20.0)).plots[0].rect;
        assert_eq!((right - left, bottom - top), (1.0, 1.0));
    }
}
