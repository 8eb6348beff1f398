//! Colors by role. Drawings name roles only, so that light and dark pages have the same drawing. Lighter shades are mixed with the
//! paper. Marks have a contrast of 3:1 or more against the paper, texts of 4.5:1 or more.

use plotters::style::RGBColor;
use plotters::style::colors::colormaps::ViridisRGB;

/// The role of a mark or a text that determines its color. A `usize` is the position of a variant or of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ink {
    Paper,
    Text,
    Muted,
    Rule,
    Series(usize),
    /// f′ beside f.
    Faint(usize),
    /// Background: single samples below their trend, variants that are not selected.
    Pale(usize),
    /// A line's place, 0 to 1, on the part of the ramp that has enough contrast with the paper.
    Ramp(f64),
    /// A pixel of a picture, 0 to 1.
    Grey(f64),
    /// A unit of a variant's network, 0 to 1.
    Shade(usize, f64),
    /// The area below a line of the ramp, or a line that is not selected.
    Wash(f64),
    /// A cell's place on the whole ramp, 0 to 1; the same in light and dark.
    Heat(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    pub paper: RGBColor,
    pub text: RGBColor,
    pub muted: RGBColor,
    pub rule: RGBColor,
    /// By position.
    pub series: [RGBColor; 6],
    /// The share of a series' color in its faint shade. On white, 0.6 would have a contrast below 3:1.
    pub faint: f64,
    /// The part of viridis that has enough contrast with the paper, from first to last.
    pub ramp: (f64, f64),
}

/// The colors of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    Light,
    Dark,
    /// Both; whoever shows the file chooses.
    Both,
}

impl Theme {
    pub const LIGHT: Self = Self {
        paper: RGBColor(0xff, 0xff, 0xff),
        text: RGBColor(0x1b, 0x1f, 0x24),
        muted: RGBColor(0x59, 0x62, 0x6d),
        rule: RGBColor(0xdf, 0xe3, 0xe8),
        series: [
            RGBColor(0x00, 0x72, 0xb2),
            RGBColor(0xc2, 0x4e, 0x00),
            RGBColor(0x00, 0x81, 0x5e),
            RGBColor(0x8a, 0x3f, 0x87),
            RGBColor(0x7a, 0x6a, 0x00),
            RGBColor(0x44, 0x4c, 0x56),
        ],
        faint: 0.75,
        ramp: (0.0, 0.58),
    };

    pub const DARK: Self = Self {
        paper: RGBColor(0x14, 0x17, 0x1b),
        text: RGBColor(0xe8, 0xea, 0xed),
        muted: RGBColor(0xa3, 0xad, 0xb8),
        rule: RGBColor(0x2c, 0x33, 0x3a),
        series: [
            RGBColor(0x56, 0xb4, 0xe9),
            RGBColor(0xf2, 0x93, 0x4d),
            RGBColor(0x34, 0xc7, 0x9a),
            RGBColor(0xd5, 0x9a, 0xd2),
            RGBColor(0xe0, 0xc9, 0x4a),
            RGBColor(0xb8, 0xc0, 0xc9),
        ],
        faint: 0.6,
        ramp: (0.36, 1.0),
    };

    pub fn color(&self, ink: Ink) -> RGBColor {
        let series = |position: usize| self.series[position % self.series.len()];
        match ink {
            Ink::Paper => self.paper,
            Ink::Text => self.text,
            Ink::Muted => self.muted,
            Ink::Rule => self.rule,
            Ink::Series(position) => series(position),
            Ink::Faint(position) => mix(series(position), self.paper, self.faint),
            Ink::Pale(position) => mix(series(position), self.paper, 0.4),
            Ink::Grey(share) => mix(self.text, self.paper, share),
            Ink::Shade(position, share) => mix(series(position), self.paper, share),
            Ink::Wash(place) => mix(self.color(Ink::Ramp(place)), self.paper, 0.3),
            Ink::Ramp(place) => {
                let (first, last) = self.ramp;
                ViridisRGB::get_color(first + (last - first) * place.clamp(0.0, 1.0))
            }
            Ink::Heat(place) => ViridisRGB::get_color(place.clamp(0.0, 1.0)),
        }
    }
}

/// `share` of `a`, the rest of `b`.
fn mix(a: RGBColor, b: RGBColor, share: f64) -> RGBColor {
    let mix = |a: u8, b: u8| (share * f64::from(a) + (1.0 - share) * f64::from(b)).round() as u8;
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(RGBColor(r, g, b): RGBColor) -> f64 {
        let linear = |v: u8| match f64::from(v) / 255.0 {
            v if v <= 0.04045 => v / 12.92,
            v => ((v + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: RGBColor, b: RGBColor) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        (a / b).max(b / a)
    }

    #[test]
    fn marks_and_texts_stand_out() {
        for theme in [Theme::LIGHT, Theme::DARK] {
            let against_paper = |ink| contrast(theme.color(ink), theme.paper);
            let texts = [Ink::Text, Ink::Muted].into_iter().chain((0..6).map(Ink::Series));
            texts.for_each(|ink| assert!(against_paper(ink) >= 4.5, "{ink:?}: {}", against_paper(ink)));
            let ramp = (0..=12).map(|i| Ink::Ramp(f64::from(i) / 12.0));
            let marks = ramp.chain((0..6).map(Ink::Faint));
            marks.for_each(|ink| assert!(against_paper(ink) >= 3.0, "{ink:?}: {}", against_paper(ink)));
        }
    }

    #[test]
    fn no_two_positions_look_alike() {
        for theme in [Theme::LIGHT, Theme::DARK] {
            let colors: Vec<RGBColor> = (0..6).map(|i| theme.color(Ink::Series(i))).collect();
            assert!(colors.iter().enumerate().all(|(i, color)| !colors[..i].contains(color)));
        }
    }
}
