//! What a drawing is made of, in CSS pixels from the top left, and the one place where it meets a plotters backend. Knows
//! no figure and no data. Backends have whole pixels: [`Scale`] says how many of them a CSS pixel is.

use super::theme::{Ink, Theme};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle};

/// A place in CSS pixels: x to the right, y down.
pub type Point = (f64, f64);

#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Line { points: Vec<Point>, width: f64, ink: Ink },
    Fill { points: Vec<Point>, ink: Ink },
    Dot { centre: Point, radius: f64, ink: Ink },
    Text(Text),
}

/// One line of text, centred vertically on `at`.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub text: String,
    pub at: Point,
    pub align: Align,
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

/// How CSS pixels become a backend's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Backend pixels per CSS pixel.
    pub pixels: f64,
    /// What the backend divides a font's size by.
    font: f64,
}

impl Scale {
    /// For a canvas of `pixels` device pixels per CSS pixel.
    pub fn canvas(pixels: f64) -> Self {
        Self { pixels, font: 1.0 }
    }

    /// For plotters' SVG backend, which writes sizes divided by 1.24.
    pub fn svg(pixels: f64) -> Self {
        Self { pixels, font: 1.24 }
    }

    fn place(self, (x, y): Point) -> (i32, i32) {
        ((x * self.pixels).round() as i32, (y * self.pixels).round() as i32)
    }

    /// A stroke or a radius; never nothing.
    fn length(self, length: f64) -> u32 {
        (length * self.pixels).round().max(1.0) as u32
    }
}

/// Works on a canvas and in SVG alike.
pub const FONT: &str = "system-ui, sans-serif";

/// Puts the marks on paper.
///
/// # Errors
/// The backend's own.
pub fn paint<DB: DrawingBackend>(
    marks: &[Mark],
    area: &DrawingArea<DB, Shift>,
    theme: &Theme,
    scale: Scale,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    area.fill(&theme.paper)?;
    let places = |points: &[Point]| -> Vec<(i32, i32)> { points.iter().map(|&p| scale.place(p)).collect() };
    for mark in marks {
        match mark {
            Mark::Line { points, width, ink } => {
                let style = ShapeStyle::from(theme.colour(*ink)).stroke_width(scale.length(*width));
                area.draw(&PathElement::new(places(points), style))?;
            }
            Mark::Fill { points, ink } => area.draw(&Polygon::new(places(points), theme.colour(*ink)))?,
            Mark::Dot { centre, radius, ink } => {
                let style = theme.colour(*ink).filled();
                area.draw(&Circle::new(scale.place(*centre), scale.length(*radius), style))?;
            }
            Mark::Text(text) => {
                area.draw_text(&text.text, &text.style(&theme.colour(text.ink), scale), scale.place(text.at))?
            }
        }
    }
    Ok(())
}

impl Text {
    fn style<'a>(&self, colour: &'a RGBColor, scale: Scale) -> TextStyle<'a> {
        let h_pos = match self.align {
            Align::Left => HPos::Left,
            Align::Middle => HPos::Center,
            Align::Right => HPos::Right,
        };
        let weight = if self.is_bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = (FONT, self.size * scale.pixels * scale.font, weight).into_font();
        TextStyle::from(font).color(colour).pos(Pos::new(h_pos, VPos::Center))
    }
}

/// The width of a text, near enough to leave room for it: layout may not depend on what a backend can measure.
pub fn text_width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'l' | '.' | ',' | ' ' | '′' | '|' | '(' | ')' | 'f' | 't' | 'r' => 0.34,
        'm' | 'w' | 'W' | 'M' | '%' => 0.86,
        '⁰'..='₎' | '¹' | '²' | '³' => 0.4,
        'A'..='Z' | '−' | '∂' | '×' => 0.7,
        _ => 0.58,
    };
    size * text.chars().map(em).sum::<f64>()
}
