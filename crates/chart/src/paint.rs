//! Draws marks with any plotters backend. Plotters draws at whole pixels, so a canvas needs two or more device pixels per CSS pixel.

use crate::mark::{Align, Mark, Point, Text};
use crate::theme::Theme;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle};

/// Works on a canvas and in SVG alike.
pub const FONT: &str = "system-ui, sans-serif";

/// Fills the area with the paper color and draws marks; `scale` is device pixels per CSS pixel.
///
/// # Errors
/// As the backend.
pub fn paint<DB: DrawingBackend>(
    marks: &[Mark],
    area: &DrawingArea<DB, Shift>,
    theme: &Theme,
    scale: f64,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    area.fill(&theme.paper)?;
    let place = |(x, y): Point| ((x * scale).round() as i32, (y * scale).round() as i32);
    let places = |points: &[Point]| -> Vec<(i32, i32)> { points.iter().map(|&p| place(p)).collect() };
    // The width of a stroke or a radius, in device pixels; at least 1.
    let length = |length: f64| (length * scale).round().max(1.0) as u32;
    for mark in marks {
        match mark {
            Mark::Line { points, width, ink } => {
                let style = ShapeStyle::from(theme.color(*ink)).stroke_width(length(*width));
                area.draw(&PathElement::new(places(points), style))?;
            }
            Mark::Fill { points, ink, opacity } => {
                area.draw(&Polygon::new(places(points), theme.color(*ink).mix(*opacity).filled()))?;
            }
            Mark::Rect { from, to, ink } => {
                area.draw(&Rectangle::new([place(*from), place(*to)], theme.color(*ink).filled()))?;
            }
            Mark::Dot { center, radius, ink } => {
                area.draw(&Circle::new(place(*center), length(*radius), theme.color(*ink).filled()))?;
            }
            Mark::Text(text) => {
                area.draw_text(&text.text, &style(text, &theme.color(text.ink), scale), place(text.at))?
            }
        }
    }
    Ok(())
}

fn style<'a>(text: &Text, color: &'a RGBColor, scale: f64) -> TextStyle<'a> {
    let h_pos = match text.align {
        Align::Left => HPos::Left,
        Align::Middle => HPos::Center,
        Align::Right => HPos::Right,
    };
    let weight = if text.is_bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = (FONT, text.size * scale, weight).into_font();
    TextStyle::from(font).color(color).pos(Pos::new(h_pos, VPos::Center))
}
