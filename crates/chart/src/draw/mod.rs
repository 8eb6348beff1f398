//! From a sheet to marks: rules, ticks, lines, shapes, crosshair and labels in one style.

mod axes;
mod labels;
mod lines;
mod network;
mod scale;
mod shapes;

use crate::layout::{Plot, ROW, WIDE_FONT, arrange, font_size};
use crate::line::Rect;
use crate::mark::{Align, Mark, Point, Text, fitted, text_width};
use crate::sheet::{Panel, Sheet};
use crate::theme::Ink;

const HAIRLINE: f64 = 1.0;

/// A sheet of this size in CSS pixels.
pub fn marks(sheet: &Sheet, size: (f64, f64)) -> Vec<Mark> {
    let mut drawing = Drawing { font: font_size(size.0), width: size.0, marks: Vec::new() };
    let layout = arrange(sheet, size);
    let headline = fitted(&sheet.headline, drawing.font, (size.0 - 4.0) / WIDE_FONT);
    drawing.text(&headline, (2.0, ROW / 2.0), Align::Left, Ink::Text);
    if let Some(scale) = &sheet.scale {
        drawing.scale(scale);
    }
    let has_legend = layout.legend.is_some();
    for entry in layout.legend.iter().flatten() {
        drawing.legend(entry, sheet);
    }
    for (i, (panel, plot)) in sheet.panels.iter().zip(&layout.plots).enumerate() {
        let is_leftmost = layout.plots.first().is_none_or(|first| first.rect.left == plot.rect.left);
        drawing.panel(panel, plot, [is_leftmost, i + 1 == layout.plots.len(), has_legend]);
    }
    if let (Some(sentence), Some(first), Some(last)) = (&sheet.empty, layout.plots.first(), layout.plots.last()) {
        let right = layout.plots.iter().map(|plot| plot.rect.right).fold(first.rect.right, f64::max);
        drawing.sentence(sentence, &Rect { right, bottom: last.rect.bottom, ..first.rect });
    }
    drawing.marks
}

/// A drawing in progress.
struct Drawing {
    /// The size of text, in CSS pixels.
    font: f64,
    width: f64,
    marks: Vec<Mark>,
}

impl Drawing {
    fn panel(&mut self, panel: &Panel, plot: &Plot, [is_leftmost, is_last, has_legend]: [bool; 3]) {
        self.heights(panel, plot, is_leftmost);
        self.title(panel, plot);
        panel.bands.iter().for_each(|band| self.band(band, plot));
        panel.cells.iter().for_each(|cell| self.cell(cell, plot));
        self.base_line(panel, plot, is_last);
        self.guides(panel, plot);
        panel.network.iter().for_each(|network| self.network(network, plot));
        panel.series.iter().for_each(|series| self.series(series, plot));
        self.cursor(panel, plot);
        if !has_legend {
            self.labels(panel, plot);
        }
        if panel.y.is_log && is_all_zero(panel) {
            // A logarithmic axis has no place for 0, and an empty panel would look as if nothing had been measured.
            self.sentence("all are 0", &plot.rect);
        }
    }

    fn text(&mut self, text: &str, at: Point, align: Align, ink: Ink) {
        let text = Text { text: text.into(), at, align, size: self.font, is_bold: false, ink };
        self.marks.push(Mark::Text(text));
    }

    fn line(&mut self, points: Vec<Point>, width: f64, ink: Ink) {
        self.marks.push(Mark::Line { points, width, ink });
    }

    /// A sentence in the middle of an empty plot.
    fn sentence(&mut self, sentence: &str, rect: &Rect) {
        let half = text_width(sentence, self.font) / 2.0;
        let center = ((rect.left + rect.right) / 2.0).min(self.width - half).max(half);
        self.text(sentence, (center, (rect.top + rect.bottom) / 2.0), Align::Middle, Ink::Muted);
    }
}

/// Whether there are lines and all their values are 0.
fn is_all_zero(panel: &Panel) -> bool {
    let mut heights = panel.series.iter().flat_map(|series| &series.line).map(|p| p.1).peekable();
    heights.peek().is_some() && heights.all(|height| height == 0.0)
}
