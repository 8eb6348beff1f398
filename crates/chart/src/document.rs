//! A figure as a file of its own: its title, its drawing, its caption, and where it comes from.

use crate::layout::WIDE_FONT;
use crate::mark::{Align, Mark, Point, Text, text_width};
use crate::svg;
use crate::theme::{Ink, Palette};
use crate::{Figure, Options, View};
use lab::Results;

const MARGIN: f64 = 16.0;
const TITLE: f64 = 18.0;
const CAPTION: f64 = 13.0;
const SOURCE: f64 = 11.0;
/// The height of a line of text, in font sizes.
const LINE: f64 = 1.5;

/// The marks of the whole document, and its width and height in CSS pixels. Each of `source` is a line of small print.
fn marks(
    figure: &dyn Figure,
    results: &Results,
    view: &View,
    options: &Options,
    source: &[String],
) -> (Vec<Mark>, (f64, f64)) {
    let (width, height) = figure.size(false);
    let (width, height) = (f64::from(width), f64::from(height));
    let mut text = Column { width, y: MARGIN, marks: Vec::new() };
    text.add(&figure.title(), TITLE, true, Ink::Text);
    text.y += MARGIN / 2.0;
    let top = text.y;
    let drawing = figure.sheet(results, view, options).marks((width, height));
    text.marks.extend(drawing.into_iter().map(|mark| mark.moved((MARGIN, top))));
    text.y += height + MARGIN / 2.0;
    text.add(&crate::caption(figure), CAPTION, false, Ink::Text);
    text.y += MARGIN / 2.0;
    source.iter().for_each(|line| text.add(line, SOURCE, false, Ink::Muted));
    (text.marks, (width + 2.0 * MARGIN, text.y + MARGIN))
}

/// The document as an SVG file. Its summary is the description that screen readers read.
pub fn svg(
    figure: &dyn Figure,
    results: &Results,
    view: &View,
    options: &Options,
    source: &[String],
    palette: Palette,
) -> String {
    let (marks, size) = marks(figure, results, view, options, source);
    let description = format!("{}\n{}", figure.summary(results, view, options), source.join("\n"));
    svg::document(&marks, size, palette, Some((&figure.title(), &description)))
}

/// Lines of text from top to bottom.
struct Column {
    width: f64,
    y: f64,
    marks: Vec<Mark>,
}

impl Column {
    /// Adds a paragraph.
    fn add(&mut self, text: &str, size: f64, is_bold: bool, ink: Ink) {
        for line in wrapped(text, size, self.width / WIDE_FONT) {
            let at: Point = (MARGIN, self.y + LINE * size / 2.0);
            self.marks.push(Mark::Text(Text { text: line, at, align: Align::Left, size, is_bold, ink }));
            self.y += LINE * size;
        }
    }
}

/// The lines of a paragraph, none wider than `width` unless nothing in it can be broken. A word that is wider, such as a link, is
/// broken after `&` and commas.
fn wrapped(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut width_so_far = 0.0;
    for word in text.split(' ') {
        let is_wide = text_width(word, size) > width;
        let parts: Vec<&str> = if is_wide { word.split_inclusive(['&', ',']).collect() } else { vec![word] };
        for (i, part) in parts.into_iter().enumerate() {
            let space = if i == 0 { " " } else { "" };
            let added = text_width(space, size) + text_width(part, size);
            match lines.last_mut() {
                Some(line) if width_so_far + added <= width => {
                    line.push_str(space);
                    line.push_str(part);
                    width_so_far += added;
                }
                _ => {
                    lines.push(part.to_owned());
                    width_so_far = text_width(part, size);
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_breaks_between_words_and_loses_none() {
        let text = "The mean of |∂C/∂W| over all weights of one layer, on a logarithmic axis.";
        let lines = wrapped(text, 13.0, 200.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| text_width(line, 13.0) <= 200.0));
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrapped("unbreakable", 13.0, 1.0), ["unbreakable"]);
        let link = "?seed=1&run=relu,depth:3&run=tanh";
        let lines = wrapped(&format!("Settings: {link}"), 13.0, 120.0);
        assert!(lines.len() > 2 && lines[0] == "Settings:" && lines[1..].concat() == link, "{lines:?}");
    }
}
