//! Cells of a map.

use super::{Drawing, HAIRLINE};
use crate::layout::Plot;
use crate::line::{Rect, clip};
use crate::mark::{Mark, Point};
use crate::sheet::{Cell, Filling};
use crate::theme::Ink;

/// The distance between the lines of a hatch, measured to the right.
const HATCH: f64 = 7.0;

impl Drawing {
    pub fn cell(&mut self, cell: &Cell, plot: &Plot) {
        let corner = |x, y| {
            let (x, y) = plot.point((x, y));
            let Rect { left, top, right, bottom } = plot.rect;
            (half(x.clamp(left, right)), half(y.clamp(top, bottom)))
        };
        self.rectangle(corner(cell.x.0, cell.y.1), corner(cell.x.1, cell.y.0), cell.filling);
    }

    /// A filled rectangle from its top left to its bottom right, in pixels.
    pub fn rectangle(&mut self, from: Point, to: Point, filling: Filling) {
        match filling {
            Filling::Solid(ink) => self.marks.push(Mark::Rect { from, to, ink }),
            Filling::Hatch => self.hatch(&Rect { left: from.0, top: from.1, right: to.0, bottom: to.1 }),
            Filling::Frame => {
                let frame = vec![from, (to.0, from.1), to, (from.0, to.1), from];
                // Visible on dark and on bright cells.
                self.line(frame.clone(), 4.0, Ink::Paper);
                self.line(frame, 2.0, Ink::Text);
            }
        }
    }

    /// Slanted lines that continue across neighboring rectangles.
    fn hatch(&mut self, rect: &Rect) {
        // Along a line x + y is constant.
        let first = ((rect.left + rect.top) / HATCH).ceil() as i64;
        let last = ((rect.right + rect.bottom) / HATCH).floor() as i64;
        for sum in (first..=last).map(|i| i as f64 * HATCH) {
            let across = [(sum - rect.bottom, rect.bottom), (sum - rect.top, rect.top)];
            clip(&across, rect).into_iter().for_each(|points| self.line(points, HAIRLINE, Ink::Muted));
        }
    }
}

/// Rounds to half a CSS pixel, which is a whole device pixel at a ratio of 2.
fn half(x: f64) -> f64 {
    (2.0 * x).round() / 2.0
}
