//! Draws marks with any plotters backend, call by call: plotters' elements and coordinate systems, which chart does not need, would add
//! to the WebAssembly. Plotters draws at whole pixels, so a canvas needs two or more device pixels per CSS pixel.

use crate::mark::{Align, Mark, Point, Text};
use crate::theme::Theme;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::{DrawingBackend, DrawingErrorKind};

/// Works on a canvas and in SVG alike.
pub const FONT: &str = "system-ui, sans-serif";

/// Fills the whole drawing with the paper color and draws marks; `scale` is device pixels per CSS pixel.
///
/// # Errors
/// As the backend.
pub fn paint<DB: DrawingBackend>(
    marks: &[Mark],
    backend: &mut DB,
    theme: &Theme,
    scale: f64,
) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
    let (width, height) = backend.get_size();
    backend.draw_rect((0, 0), (width as i32, height as i32), &theme.paper, true)?;
    let place = |(x, y): Point| ((x * scale).round() as i32, (y * scale).round() as i32);
    // The width of a stroke or a radius, in device pixels; at least 1.
    let length = |length: f64| (length * scale).round().max(1.0) as u32;
    for mark in marks {
        match mark {
            Mark::Line { points, width, ink } => {
                let style = ShapeStyle::from(theme.color(*ink)).stroke_width(length(*width));
                backend.draw_path(points.iter().map(|&p| place(p)), &style)?;
            }
            Mark::Fill { points, ink, opacity } => {
                backend.fill_polygon(points.iter().map(|&p| place(p)), &theme.color(*ink).mix(*opacity))?;
            }
            Mark::Rect { from, to, ink } => backend.draw_rect(place(*from), place(*to), &theme.color(*ink), true)?,
            Mark::Dot { center, radius, ink } => {
                backend.draw_circle(place(*center), length(*radius), &theme.color(*ink), true)?;
            }
            Mark::Text(text) => {
                backend.draw_text(&text.text, &style(text, &theme.color(text.ink), scale), place(text.at))?;
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
