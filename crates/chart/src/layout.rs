//! Where the panels of a sheet lie: the same plots place the drawing and translate the pointer.

use super::axis::Axis;
use super::line::Rect;
use super::marks::{Point, text_width};
use super::panel::{Panel, Sheet};

/// Below this width a sheet stacks its panels and sets smaller text.
pub const NARROW: f64 = 600.0;

/// Room for one row of text.
pub const ROW: f64 = 24.0;

/// A panel's place on the sheet, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plot {
    pub rect: Rect,
    x: Axis,
    y: Axis,
}

impl Plot {
    /// Where a datum lies; not finite where the axes have no such place.
    pub fn point(&self, (x, y): Point) -> Point {
        (self.x_px(x), self.rect.bottom - self.y.place(y) * (self.rect.bottom - self.rect.top))
    }

    pub fn x_px(&self, x: f64) -> f64 {
        self.rect.left + self.x.place(x) * (self.rect.right - self.rect.left)
    }

    /// The inverse of [`x_px`](Self::x_px), held inside the axis.
    pub fn x_at(&self, px: f64) -> f64 {
        let place = (px - self.rect.left) / (self.rect.right - self.rect.left);
        self.x.value(place.clamp(0.0, 1.0))
    }
}

pub fn font_size(width: f64) -> f64 {
    if width < NARROW { 12.0 } else { 13.0 }
}

/// How many ticks fit.
pub fn tick_counts(rect: &Rect) -> (usize, usize) {
    let count = |length: f64, room: f64| (length / room).floor().clamp(2.0, 8.0) as usize;
    (count(rect.right - rect.left, 55.0), count(rect.bottom - rect.top, 45.0))
}

/// The plots of a sheet of this size, one for each panel.
pub fn arrange(sheet: &Sheet, (width, height): (f64, f64)) -> Vec<Plot> {
    let font = font_size(width);
    let columns = if width < NARROW { 1 } else { sheet.panels.len().max(1) };
    let rows = sheet.panels.len().div_ceil(columns).max(1);
    let left = sheet.panels.iter().map(|panel| left_margin(panel, font)).fold(2.0, f64::max);
    let right = sheet.panels.iter().map(|panel| right_margin(panel, font)).fold(8.0, f64::max);
    let top = ROW * if sheet.colour_scale.is_some() { 2.0 } else { 1.0 };
    let plot_width = (width - left - right * columns as f64) / columns as f64;
    let cell_height = (height - top) / rows as f64;
    let place = |(i, panel): (usize, &Panel)| {
        let (column, row) = ((i % columns) as f64, (i / columns) as f64);
        let title = if panel.title.is_some() { ROW } else { 6.0 };
        let left = left + column * (plot_width + right);
        let cell_top = top + row * cell_height;
        let rect = Rect {
            left,
            top: cell_top + title,
            right: left + plot_width.max(1.0),
            bottom: (cell_top + cell_height - ROW).max(cell_top + title + 1.0),
        };
        Plot { rect, x: panel.x, y: panel.y }
    };
    sheet.panels.iter().enumerate().map(place).collect()
}

/// Room for the labels of the vertical ticks; as many as there may be, so that a taller plot is no narrower.
fn left_margin(panel: &Panel, font: f64) -> f64 {
    if !panel.is_y_ticked {
        return 2.0;
    }
    panel.y.ticks(8).iter().map(|(_, label)| text_width(label, font)).fold(0.0, f64::max) + 8.0
}

/// Room for the labels at the lines' ends and for the name of the horizontal axis.
fn right_margin(panel: &Panel, font: f64) -> f64 {
    let labels = panel.series.iter().map(|series| text_width(&series.label, font) + 14.0);
    // The axis is named behind its last tick, half of which may stand out.
    labels.fold(text_width(panel.x_title, font) + 28.0, f64::max)
}
