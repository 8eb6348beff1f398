//! The primitives of a drawing, in CSS pixels from the top left. Knows no figure and no data. `paint` draws marks with any plotters
//! backend, [`crate::svg`] writes them as SVG.

use crate::theme::Ink;

/// A place in CSS pixels: x to the right, y down.
pub type Point = (f64, f64);

#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A polyline with round joins.
    Line {
        points: Vec<Point>,
        width: f64,
        ink: Ink,
    },
    /// A polygon; `opacity` from 0 to 1.
    Fill {
        points: Vec<Point>,
        ink: Ink,
        opacity: f64,
    },
    /// An upright rectangle from its top left to its bottom right, without smoothing, so that neighbors leave no seam.
    Rect {
        from: Point,
        to: Point,
        ink: Ink,
    },
    Dot {
        center: Point,
        radius: f64,
        ink: Ink,
    },
    Text(Text),
}

impl Mark {
    /// The mark at another place.
    #[must_use]
    pub fn moved(self, (dx, dy): Point) -> Self {
        let to = |(x, y): Point| (x + dx, y + dy);
        let all = |points: Vec<Point>| points.into_iter().map(to).collect();
        match self {
            Self::Line { points, width, ink } => Self::Line { points: all(points), width, ink },
            Self::Fill { points, ink, opacity } => Self::Fill { points: all(points), ink, opacity },
            Self::Rect { from, to: end, ink } => Self::Rect { from: to(from), to: to(end), ink },
            Self::Dot { center, radius, ink } => Self::Dot { center: to(center), radius, ink },
            Self::Text(text) => Self::Text(Text { at: to(text.at), ..text }),
        }
    }
}

/// One line of text, centered vertically on `at`.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub text: String,
    pub at: Point,
    pub align: Align,
    /// CSS pixels.
    pub size: f64,
    pub is_bold: bool,
    pub ink: Ink,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Middle,
    Right,
}

/// An estimate of the width of a text in CSS pixels. Layout must not depend on the fonts of a backend.
pub fn text_width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'l' | '.' | ',' | ' ' | '′' | '|' | '(' | ')' | 'f' | 't' | 'r' => 0.34,
        'm' | 'w' | 'W' | 'M' | '%' => 0.86,
        '⁰'..='₎' | '¹' | '²' | '³' => 0.4,
        'A'..='Z' | '−' | '∂' | '×' => 0.7,
        // Scripts with square characters, and symbols that may be as wide.
        '\u{2e80}'.. => 1.1,
        _ => 0.58,
    };
    size * text.chars().map(em).sum::<f64>()
}

/// The text, or its beginning and its end around an ellipsis if it is wider than `room` pixels. Labels often differ only at the end.
pub fn fitted(text: &str, size: f64, room: f64) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let shortened = |n: usize| -> String {
        let (head, tail) = (n.div_ceil(2), n / 2);
        chars[..head].iter().chain(['…'].iter()).chain(&chars[chars.len() - tail..]).collect()
    };
    let candidates = (0..chars.len()).rev().map(shortened);
    candidates.into_iter().find(|text| text_width(text, size) <= room).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_room_keeps_its_two_ends() {
        assert_eq!(fitted("leaky ReLU", 12.0, 100.0), "leaky ReLU");
        let short = fitted("leaky ReLU, slope 0.2", 12.0, 80.0);
        assert!(short.starts_with("leaky") && short.ends_with("0.2") && short.contains('…'), "{short}");
        assert!(text_width(&short, 12.0) <= 80.0);
        assert_eq!(fitted("anything", 12.0, 1.0), "");
    }
}
