//! The legend of the colors, below the headline.

use super::Drawing;
use crate::layout::{NARROW, ROW};
use crate::mark::{Align, Mark, text_width};
use crate::sheet::{Filling, Scale};
use crate::theme::Ink;

const SWATCHES: u32 = 40;
const BAR: f64 = 9.0;

impl Drawing {
    /// The ramp, if the scale has ticks, and the other fillings.
    pub fn scale(&mut self, scale: &Scale) {
        let mut at = if scale.ticks.is_empty() { 2.0 } else { self.ramp(scale) };
        let middle = ROW + BAR / 2.0;
        for &(filling, name) in &scale.others {
            let (from, to) = ((at, middle - 6.0), (at + 16.0, middle + 6.0));
            self.rectangle(from, to, filling);
            if filling != Filling::Frame {
                let frame = vec![from, (to.0, from.1), to, (from.0, to.1), from];
                self.line(frame, 1.0, Ink::Muted);
            }
            self.text(name, (at + 21.0, middle), Align::Left, Ink::Muted);
            at += 21.0 + text_width(name, self.font) + 12.0;
        }
    }

    /// A bar of colors with its ticks below. Returns where the next filling can begin.
    fn ramp(&mut self, scale: &Scale) -> f64 {
        let length = if self.width < NARROW { 120.0 } else { 240.0 };
        let font = self.font;
        let half = |tick: Option<&(f64, String)>| tick.map_or(0.0, |(_, label)| text_width(label, font) / 2.0);
        let left = 2.0 + half(scale.ticks.first().filter(|tick| tick.0 < 0.2));
        let x = |place: f64| left + place * length;
        let (top, bottom) = (ROW, ROW + BAR);
        for i in 0..SWATCHES {
            let (from, to) = (f64::from(i) / f64::from(SWATCHES), f64::from(i + 1) / f64::from(SWATCHES));
            let ink = (scale.ink)(f64::from(i) / f64::from(SWATCHES - 1));
            self.marks.push(Mark::Rect { from: (x(from), top), to: (x(to), bottom), ink });
        }
        let mut labels_end = 0.0;
        for (place, label) in &scale.ticks {
            let half = text_width(label, self.font) / 2.0;
            self.line(vec![(x(*place), bottom), (x(*place), bottom + 3.0)], 1.0, Ink::Muted);
            if x(*place) - half >= labels_end {
                self.text(label, (x(*place), bottom + 11.0), Align::Middle, Ink::Muted);
                labels_end = x(*place) + half + 6.0;
            }
        }
        x(1.0) + half(scale.ticks.last().filter(|tick| tick.0 > 0.8)) + 12.0
    }
}
