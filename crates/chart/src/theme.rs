//! Colours by role. A drawing names roles only, so light and dark are the same drawing. All colours are opaque: where the look
//! asks for a lighter shade it is mixed with the paper here, and every mark keeps a contrast of 3:1, every text 4.5:1.

use lab::Scenario;
use plotters::style::RGBColor;
use plotters::style::colors::colormaps::ViridisRGB;

/// What a mark or a text is, as far as its colour goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ink {
    Paper,
    Ink,
    Muted,
    Rule,
    Scenario(Scenario),
    /// f′ beside f.
    Faint(Scenario),
    /// Single samples below their trend; the trend is the mark.
    Pale(Scenario),
    /// A place on the even ramp, 0 to 1.
    Ramp(f64),
    /// What fills the area below a line of the ramp; the line is the mark.
    Wash(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    pub paper: RGBColor,
    pub ink: RGBColor,
    pub muted: RGBColor,
    pub rule: RGBColor,
    /// In the order of [`Scenario::ALL`].
    pub scenarios: [RGBColor; 3],
    /// How much of a scenario's colour is left in its faint shade. The look's 0.6 would fall below 3:1 on white.
    pub faint: f64,
    /// The stretch of viridis that stands out from the paper, first to last.
    pub ramp: (f64, f64),
}

impl Theme {
    pub const LIGHT: Self = Self {
        paper: RGBColor(0xff, 0xff, 0xff),
        ink: RGBColor(0x1b, 0x1f, 0x24),
        muted: RGBColor(0x59, 0x62, 0x6d),
        rule: RGBColor(0xdf, 0xe3, 0xe8),
        scenarios: [RGBColor(0x00, 0x72, 0xb2), RGBColor(0xc2, 0x4e, 0x00), RGBColor(0x00, 0x81, 0x5e)],
        faint: 0.75,
        ramp: (0.0, 0.58),
    };

    pub const DARK: Self = Self {
        paper: RGBColor(0x14, 0x17, 0x1b),
        ink: RGBColor(0xe8, 0xea, 0xed),
        muted: RGBColor(0xa3, 0xad, 0xb8),
        rule: RGBColor(0x2c, 0x33, 0x3a),
        scenarios: [RGBColor(0x56, 0xb4, 0xe9), RGBColor(0xf2, 0x93, 0x4d), RGBColor(0x34, 0xc7, 0x9a)],
        faint: 0.6,
        ramp: (0.36, 1.0),
    };

    pub fn colour(&self, ink: Ink) -> RGBColor {
        match ink {
            Ink::Paper => self.paper,
            Ink::Ink => self.ink,
            Ink::Muted => self.muted,
            Ink::Rule => self.rule,
            Ink::Scenario(scenario) => self.scenarios[scenario.index()],
            Ink::Faint(scenario) => mix(self.scenarios[scenario.index()], self.paper, self.faint),
            Ink::Pale(scenario) => mix(self.scenarios[scenario.index()], self.paper, 0.4),
            Ink::Wash(place) => mix(self.colour(Ink::Ramp(place)), self.paper, 0.3),
            Ink::Ramp(place) => {
                let (first, last) = self.ramp;
                ViridisRGB::get_color(first + (last - first) * place.clamp(0.0, 1.0))
            }
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
            let against_paper = |ink| contrast(theme.colour(ink), theme.paper);
            let texts = [Ink::Ink, Ink::Muted].into_iter().chain(Scenario::ALL.map(Ink::Scenario));
            texts.for_each(|ink| assert!(against_paper(ink) >= 4.5, "{ink:?}: {}", against_paper(ink)));
            let ramp = (0..=12).map(|i| Ink::Ramp(f64::from(i) / 12.0));
            let marks = ramp.chain(Scenario::ALL.map(Ink::Faint));
            marks.for_each(|ink| assert!(against_paper(ink) >= 3.0, "{ink:?}: {}", against_paper(ink)));
        }
    }
}
