//! Writes a drawing as an SVG file. Its colors are attributes, which every program reads. A file for light and dark pages cannot use
//! the page's style sheet, so it has its own: a class for every color that differs on dark pages.

use crate::mark::{Align, Mark, Point, Text};
use crate::paint::FONT;
use crate::sheet::Sheet;
use crate::theme::{Ink, Palette, Theme};
use plotters::style::RGBColor;
use std::fmt::Write;

/// A sheet as a whole SVG file of this width and height in CSS pixels, for light and dark pages.
pub fn render(sheet: &Sheet, (width, height): (u32, u32)) -> String {
    let size = (width.into(), height.into());
    document(&sheet.marks(size), size, Palette::Both, None)
}

/// Marks as a whole SVG file of this width and height in CSS pixels, with a title and a description if there are any.
pub fn document(marks: &[Mark], (width, height): (f64, f64), palette: Palette, about: Option<(&str, &str)>) -> String {
    let mut svg = Svg { palette, classes: Vec::new(), body: String::new(), open: None };
    let paper = svg.color("fill", Ink::Paper);
    marks.iter().for_each(|mark| svg.mark(mark));
    svg.close();
    let (width, height) = (number(width), number(height));
    let about = about.map_or_else(String::new, |(title, description)| {
        format!("<title>{}</title>\n<desc>{}</desc>\n", escape(title), escape(description))
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         fill=\"none\" stroke-linejoin=\"round\" font-family=\"{FONT}\">\n\
         {about}{}<rect width=\"{width}\" height=\"{height}\" {paper}/>\n{}</svg>\n",
        svg.style(),
        svg.body
    )
}

struct Svg {
    palette: Palette,
    /// The property, the light and the dark value of each class.
    classes: Vec<(&'static str, String, String)>,
    body: String,
    /// The attributes of the path that is being written. Marks of the same style are appended to it.
    open: Option<String>,
}

impl Svg {
    /// The style sheet of the classes.
    fn style(&self) -> String {
        let rule = |(i, (property, _, dark)): (usize, &(&str, String, String))| format!(".c{i}{{{property}:{dark}}}");
        let rules: String = self.classes.iter().enumerate().map(rule).collect();
        if rules.is_empty() {
            return String::new();
        }
        format!("<style>@media(prefers-color-scheme:dark){{{rules}}}</style>\n")
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Line { points, width, ink } => {
                let style = format!("{} stroke-width=\"{}\"", self.color("stroke", *ink), number(*width));
                self.open(style);
                self.points(points);
            }
            Mark::Rect { from, to, ink } => {
                let style = format!("{} shape-rendering=\"crispEdges\"", self.color("fill", *ink));
                self.open(style);
                let ([x, y], [right, bottom]) = ([from.0, from.1].map(number), [to.0, to.1].map(number));
                _ = write!(self.body, "M{x},{y}H{right}V{bottom}H{x}Z");
            }
            Mark::Fill { points, ink, opacity } => {
                self.close();
                let opacity =
                    if *opacity < 1.0 { format!(" fill-opacity=\"{}\"", number(*opacity)) } else { String::new() };
                let style = format!("{}{opacity}", self.color("fill", *ink));
                self.open(style);
                self.points(points);
                self.body.push('Z');
                self.close();
            }
            Mark::Dot { center, radius, ink } => {
                self.close();
                let (fill, [x, y, r]) = (self.color("fill", *ink), [center.0, center.1, *radius].map(number));
                _ = writeln!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" {fill}/>");
            }
            Mark::Text(text) => self.text(text),
        }
    }

    fn text(&mut self, text: &Text) {
        self.close();
        let anchor = match text.align {
            Align::Left => "",
            Align::Middle => " text-anchor=\"middle\"",
            Align::Right => " text-anchor=\"end\"",
        };
        let weight = if text.is_bold { " font-weight=\"bold\"" } else { "" };
        // Digits are about 0.7 em high. Attributes that center a line are not known to all programs that show SVG.
        let [x, y, size] = [text.at.0, text.at.1 + 0.35 * text.size, text.size].map(number);
        let (fill, text) = (self.color("fill", text.ink), escape(&text.text));
        _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\"{anchor} font-size=\"{size}\"{weight} {fill}>{text}</text>");
    }

    /// Begins a path, unless one of this style is open.
    fn open(&mut self, style: String) {
        if self.open.as_ref() != Some(&style) {
            self.close();
            _ = write!(self.body, "<path {style} d=\"");
            self.open = Some(style);
        }
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.body.push_str("\"/>\n");
        }
    }

    fn points(&mut self, points: &[Point]) {
        for (i, &(x, y)) in points.iter().enumerate() {
            _ = write!(self.body, "{}{},{}", if i == 0 { 'M' } else { ' ' }, number(x), number(y));
        }
    }

    /// The attributes that give an ink to a property.
    fn color(&mut self, property: &'static str, ink: Ink) -> String {
        let hex = |RGBColor(r, g, b): RGBColor| format!("#{r:02x}{g:02x}{b:02x}");
        let (light, dark) = (hex(Theme::LIGHT.color(ink)), hex(Theme::DARK.color(ink)));
        match self.palette {
            Palette::Dark => return format!("{property}=\"{dark}\""),
            Palette::Both if light != dark => {}
            Palette::Light | Palette::Both => return format!("{property}=\"{light}\""),
        }
        let class = (property, light, dark);
        let known = self.classes.iter().position(|other| *other == class);
        let i = known.unwrap_or(self.classes.len());
        let attributes = format!("class=\"c{i}\" {property}=\"{}\"", class.1);
        if known.is_none() {
            self.classes.push(class);
        }
        attributes
    }
}

/// At most two decimals.
fn number(x: f64) -> String {
    let text = format!("{x:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
