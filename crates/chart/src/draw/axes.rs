//! Rules, ticks, titles and guides.

use super::{Drawing, HAIRLINE};
use crate::layout::{Plot, ROW};
use crate::line::dash;
use crate::mark::{Align, Mark, Text, fitted, text_width};
use crate::sheet::{Panel, Ticks};
use crate::theme::Ink;

/// The dash of guides.
const GUIDE: [f64; 2] = [2.0, 3.0];

/// The room between the last tick's label and the name of the axis, in pixels.
const GAP: f64 = 11.0;
/// A name so far from the last tick would not seem to belong to the axis.
const FAR: f64 = 40.0;

impl Drawing {
    /// The horizontal rules and their labels.
    pub fn heights(&mut self, panel: &Panel, plot: &Plot, is_leftmost: bool) {
        if panel.y_ticks == Ticks::None {
            return;
        }
        let rect = plot.rect;
        for (value, label) in panel.y.ticks(plot.tick_counts().1) {
            let y = plot.point((panel.x.low(), value)).1;
            if panel.y_ticks == Ticks::Rules {
                self.line(vec![(rect.left, y), (rect.right, y)], HAIRLINE, Ink::Rule);
            }
            if is_leftmost {
                self.text(&label, (rect.left - 6.0, y), Align::Right, Ink::Muted);
            }
        }
    }

    /// The panel's name, and whether its run diverged.
    pub fn title(&mut self, panel: &Panel, plot: &Plot) {
        let Some(title) = &panel.title else { return };
        let divergence =
            title.divergence.iter().map(|divergence| format!(": {}", divergence.label)).collect::<String>();
        // Bold text is wider.
        let room = (plot.rect.right - plot.rect.left) / 1.06;
        let name = fitted(&title.text, self.font, room - text_width(&divergence, self.font));
        let at = (plot.rect.left, plot.rect.top - ROW / 2.0);
        let (text, size) = (name + &divergence, self.font);
        self.marks.push(Mark::Text(Text { text, at, align: Align::Left, size, is_bold: true, ink: title.ink }));
    }

    /// The x axis. The last panel has its name after the last tick.
    pub fn base_line(&mut self, panel: &Panel, plot: &Plot, is_last: bool) {
        if panel.x_title.is_empty() {
            return;
        }
        let rect = plot.rect;
        self.line(vec![(rect.left, rect.bottom), (rect.right, rect.bottom)], HAIRLINE, Ink::Muted);
        let row = rect.bottom + ROW / 2.0 + 2.0;
        let (ticks, font) = (panel.x.ticks(plot.tick_counts().0), self.font);
        let half = |label: &str| text_width(label, font) / 2.0;
        let end = ticks.iter().map(|(value, label)| plot.x_px(*value) + half(label)).fold(0.0, f64::max);
        // Ticks may end long before the axis.
        let wanted = if rect.right - end > FAR { end } else { end.max(rect.right + 4.0) } + GAP;
        let title_x = wanted.min(self.width - 2.0 * half(panel.x_title) - 1.0);
        for (value, label) in &ticks {
            let x = plot.x_px(*value);
            self.line(vec![(x, rect.bottom), (x, rect.bottom + 4.0)], HAIRLINE, Ink::Muted);
            let x = x.max(half(label));
            if !is_last || x + half(label) < title_x {
                self.text(label, (x, row), Align::Middle, Ink::Muted);
            }
        }
        if is_last {
            self.text(panel.x_title, (title_x, row), Align::Left, Ink::Muted);
        }
    }

    pub fn guides(&mut self, panel: &Panel, plot: &Plot) {
        for guide in &panel.guides {
            let y = plot.point((panel.x.low(), guide.y)).1;
            for points in dash(&[(plot.rect.left, y), (plot.rect.right, y)], &GUIDE) {
                self.line(points, HAIRLINE, Ink::Muted);
            }
            self.text(&guide.label, (plot.rect.right, y - 9.0), Align::Right, Ink::Muted);
        }
    }
}
