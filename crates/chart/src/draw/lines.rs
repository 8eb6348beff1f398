//! Lines, the areas below and between them, and the crosshair.

use super::{Drawing, HAIRLINE};
use crate::layout::Plot;
use crate::line::{clip, dash, finite, thin};
use crate::mark::{Mark, Point};
use crate::sheet::{Band, Panel, Series};
use crate::theme::Ink;

/// With more series than this, the dots on the crosshair are smaller.
const MANY: usize = 12;

/// Bands are transparent, because they overlap.
const BAND_OPACITY: f64 = 0.2;

impl Drawing {
    pub fn series(&mut self, series: &Series, plot: &Plot) {
        if let Some(pale) = series.trend.as_ref().and_then(|trend| trend.pale) {
            visible(&series.line, plot).into_iter().for_each(|points| self.line(points, HAIRLINE, pale));
        }
        for part in visible(series.course(), plot) {
            if let Some((base, ink)) = series.base {
                self.marks.push(area(&part, plot.point((0.0, base)).1, ink));
            }
            dash(&part, series.dash).into_iter().for_each(|points| self.line(points, series.width, series.ink));
        }
        let places = series
            .marks
            .iter()
            .filter(|_| series.shows_marks)
            .map(|&p| plot.point(p))
            .filter(|&p| plot.rect.contains(p));
        for at in places {
            self.marks.push(series.shape.mark(at, 5.0, Ink::Paper));
            self.marks.push(series.shape.mark(at, 3.8, series.ink));
        }
        if series.divergence.as_ref().is_some_and(|divergence| divergence.is_of_all)
            && let Some((x, y)) = end(series, plot)
        {
            for (from, to) in [((x - 5.0, y - 5.0), (x + 5.0, y + 5.0)), ((x - 5.0, y + 5.0), (x + 5.0, y - 5.0))] {
                self.line(vec![from, to], 2.0, series.ink);
            }
        }
    }

    /// One polygon for each stretch of a band, along its upper line and back along its lower.
    pub fn band(&mut self, band: &Band, plot: &Plot) {
        let rect = plot.rect;
        // On a logarithmic axis a bound of 0 or less is below the plot.
        let y = |x: f64, y: f64| match plot.point((x, y)).1 {
            y if y.is_nan() => rect.bottom,
            y => y.clamp(rect.top, rect.bottom),
        };
        let stretches = band.points.chunk_by(|a, b| [a, b].iter().all(|p| p.1.is_finite() && p.2.is_finite()));
        for stretch in stretches.filter(|stretch| stretch.len() > 1) {
            let x = |x: f64| plot.x_px(x).clamp(rect.left, rect.right);
            let upper = stretch.iter().map(|p| (x(p.0), y(p.0, p.2)));
            let lower = stretch.iter().rev().map(|p| (x(p.0), y(p.0, p.1)));
            let points = upper.chain(lower).collect();
            self.marks.push(Mark::Fill { points, ink: band.ink, opacity: BAND_OPACITY });
        }
    }

    pub fn cursor(&mut self, panel: &Panel, plot: &Plot) {
        let Some(x) = panel.cursor else { return };
        let rect = plot.rect;
        let px = plot.x_px(x).clamp(rect.left, rect.right);
        let line = vec![(px, rect.top), (px, rect.bottom)];
        if panel.cells.is_empty() {
            self.line(line, HAIRLINE, Ink::Muted);
        } else {
            // Visible on dark and on bright cells.
            self.line(line.clone(), 3.0, Ink::Paper);
            self.line(line, HAIRLINE, Ink::Text);
        }
        let radius = if panel.series.len() > MANY { 2.0 } else { 4.0 };
        for series in panel.series.iter().filter(|series| series.base.is_none()) {
            // On the line that is drawn, which may be a trend.
            let nearest = || series.nearest(x).map(|p| plot.point(p));
            let dot = on_line(series.course(), plot, px).or_else(nearest).filter(|&p| rect.contains(p));
            if let Some(center) = dot {
                self.marks.push(Mark::Dot { center, radius: radius + 1.0, ink: Ink::Paper });
                self.marks.push(Mark::Dot { center, radius, ink: series.ink });
            }
        }
    }
}

/// The place on a drawn line at a horizontal pixel; None beyond its ends and where it breaks.
fn on_line(line: &[Point], plot: &Plot, px: f64) -> Option<Point> {
    let pair = line.windows(2).map(|pair| (plot.point(pair[0]), plot.point(pair[1])));
    let ((x, y), (next_x, next_y)) = { pair }.find(|(a, b)| a.0 <= px && px <= b.0)?;
    let share = if next_x > x { (px - x) / (next_x - x) } else { 0.0 };
    Some((px, y + share * (next_y - y))).filter(|place| place.1.is_finite())
}

/// The area between a line and its base.
fn area(line: &[Point], base: f64, ink: Ink) -> Mark {
    let mut points = line.to_vec();
    points.extend(line.last().map(|p| (p.0, base)));
    points.extend(line.first().map(|p| (p.0, base)));
    Mark::Fill { points, ink, opacity: 1.0 }
}

/// The parts of a line that lie inside its plot, in pixels.
fn visible(line: &[Point], plot: &Plot) -> Vec<Vec<Point>> {
    let stretches = finite(line.iter().map(|&p| plot.point(p)));
    stretches.iter().flat_map(|stretch| clip(stretch, &plot.rect)).map(|part| thin(&part)).collect()
}

/// Where a line ends inside its plot, in pixels; a filled one ends at its base.
pub fn end(series: &Series, plot: &Plot) -> Option<Point> {
    let stretches = finite(series.course().iter().map(|&p| plot.point(p)));
    let parts: Vec<Vec<Point>> = stretches.iter().flat_map(|stretch| clip(stretch, &plot.rect)).collect();
    let last = parts.last().or(stretches.last().filter(|stretch| stretch.iter().any(|&p| plot.rect.contains(p))))?;
    let &(x, y) = last.last()?;
    Some((x, series.base.map_or(y, |(base, _)| plot.point((0.0, base)).1)))
}
