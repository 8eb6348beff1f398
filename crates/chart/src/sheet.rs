//! What a figure shows, as data: one sheet of one or more panels, each with marks over two axes. Knows no pixels.

use crate::axis::Axis;
use crate::mark::{Mark, Point};
use crate::style::{self, Dash, SOLID, Shape};
use crate::theme::{Ink, Theme};
use plotters_backend::{DrawingBackend, DrawingErrorKind};

#[derive(Clone, Debug)]
pub struct Sheet {
    /// The quantity of the vertical axis or of the color, with its unit; drawn at the top left.
    pub headline: String,
    /// In rows from the top left. They share their axes.
    pub panels: Vec<Panel>,
    /// The sentence to show while there is nothing to draw.
    pub empty: Option<String>,
    pub scale: Option<Scale>,
}

/// The legend of a ramp of colors and of other fillings.
#[derive(Clone, Debug)]
pub struct Scale {
    /// The color at a place from 0 to 1.
    pub ink: fn(f64) -> Ink,
    /// Places from 0 to 1 with their labels, from left to right; none if there is no ramp.
    pub ticks: Vec<(f64, String)>,
    /// Other fillings and what they mean.
    pub others: Vec<(Filling, &'static str)>,
}

#[derive(Clone, Debug)]
pub struct Panel {
    /// The title, if there are several panels.
    pub title: Option<Title>,
    /// Relative to the other panels.
    pub height: f64,
    pub x: Axis,
    /// A panel without one has no base line.
    pub x_title: &'static str,
    pub y: Axis,
    pub y_ticks: Ticks,
    pub guides: Vec<Guide>,
    pub bands: Vec<Band>,
    pub cells: Vec<Cell>,
    pub network: Option<Network>,
    pub series: Vec<Series>,
    /// The x of the crosshair, in data.
    pub cursor: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Title {
    pub text: String,
    pub ink: Ink,
    /// The variant that the panel shows.
    pub variant: usize,
    pub divergence: Option<Divergence>,
}

/// How an axis is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticks {
    /// No ticks.
    None,
    Labels,
    /// Labels, and a rule across the plot at each.
    Rules,
}

/// A horizontal reference line.
#[derive(Clone, Debug)]
pub struct Guide {
    pub y: f64,
    pub label: String,
}

/// The area between two lines over the same x.
#[derive(Clone, Debug)]
pub struct Band {
    /// x, low and high in data, from left to right. Breaks where a bound is not finite; a bound without a place on its axis is drawn
    /// at the axis's end.
    pub points: Vec<(f64, f64, f64)>,
    pub ink: Ink,
}

/// A rectangle, in data.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Left and right.
    pub x: (f64, f64),
    /// Bottom and top.
    pub y: (f64, f64),
    pub filling: Filling,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filling {
    Solid(Ink),
    /// Slanted lines.
    Hatch,
    /// A frame around nothing.
    Frame,
}

/// A network that reads a picture. The picture stands on the left of the layers, layer l at the x of l, and the values of the outputs on
/// the right of the last layer.
#[derive(Clone, Debug)]
pub struct Network {
    /// Pixels in a row.
    pub columns: usize,
    /// `[rows, columns]`, 0 = paper, 255 = ink.
    pub pixels: Vec<u8>,
    pub variant: usize,
    /// How strong each unit of each hidden layer is, from 0 to 1, from the top.
    pub hidden: Vec<Vec<f64>>,
    /// Whether hidden layers have more units than are drawn.
    pub has_more: bool,
    pub outputs: Vec<Output>,
}

/// The output for one class.
#[derive(Clone, Debug)]
pub struct Output {
    pub class: String,
    /// Drawn as a bar from 0 to 1.
    pub value: f64,
    pub is_right: bool,
    /// The value as a text, of the network's answer only.
    pub answer: Option<String>,
}

/// A line with its labels, style and marks.
#[derive(Clone, Debug)]
pub struct Series {
    /// The name in a readout, beside the panel's.
    pub name: String,
    /// The name at the line's end or in the legend; empty for none.
    pub label: String,
    pub ink: Ink,
    pub label_ink: Ink,
    /// CSS pixels.
    pub width: f64,
    pub dash: Dash,
    /// In data, from left to right; breaks where a number is not finite.
    pub line: Vec<Point>,
    /// The trend of a noisy line, drawn instead of it.
    pub trend: Option<Trend>,
    pub shape: Shape,
    /// Single values, in data.
    pub marks: Vec<Point>,
    /// Whether `shape` is drawn at each of them.
    pub shows_marks: bool,
    /// The base line of a filled series, and the ink of the filling.
    pub base: Option<(f64, Ink)>,
    /// The largest distance in x from a point of the line at which a readout uses that point.
    pub reach: f64,
    pub layer: Option<usize>,
    pub variant: Option<usize>,
    pub divergence: Option<Divergence>,
}

/// Means over neighboring samples of a line.
#[derive(Clone, Debug)]
pub struct Trend {
    pub points: Vec<Point>,
    /// The ink in which the line itself is drawn, thin and below the trend; None if it is not drawn.
    pub pale: Option<Ink>,
}

/// Some or all runs of a series diverged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// For example “diverged”, “2 of 5 diverged”.
    pub label: String,
    /// Whether all runs diverged, so that the line is complete.
    pub is_of_all: bool,
}

impl Sheet {
    /// The drawing in a rectangle of this width and height in CSS pixels.
    pub fn marks(&self, size: (f64, f64)) -> Vec<Mark> {
        crate::draw::marks(self, size)
    }

    /// Draws the sheet over a whole drawing; `scale` is device pixels per CSS pixel.
    ///
    /// # Errors
    /// As the backend.
    pub fn draw<DB: DrawingBackend>(
        &self,
        backend: &mut DB,
        theme: &Theme,
        scale: f64,
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let (width, height) = backend.get_size();
        let size = (f64::from(width) / scale, f64::from(height) / scale);
        crate::paint::paint(&self.marks(size), backend, theme, scale)
    }
}

impl Panel {
    /// An empty panel with rules.
    pub fn new(x: Axis, x_title: &'static str, y: Axis) -> Self {
        Self {
            title: None,
            height: 1.0,
            x,
            x_title,
            y,
            y_ticks: Ticks::Rules,
            guides: Vec::new(),
            bands: Vec::new(),
            cells: Vec::new(),
            network: None,
            series: Vec::new(),
            cursor: None,
        }
    }
}

impl Series {
    /// A plain solid line.
    pub fn new(name: String, ink: Ink, line: Vec<Point>) -> Self {
        Self {
            label: name.clone(),
            name,
            ink,
            label_ink: ink,
            width: 2.0,
            dash: SOLID,
            line,
            trend: None,
            shape: Shape::Circle,
            marks: Vec::new(),
            shows_marks: true,
            base: None,
            reach: f64::EPSILON,
            layer: None,
            variant: None,
            divergence: None,
        }
    }

    /// A variant's line in its own color, dash and shape; pale where another variant is the chosen one.
    pub fn of_variant(name: String, variant: usize, chosen: Option<usize>, line: Vec<Point>) -> Self {
        let is_dimmed = chosen.is_some_and(|chosen| chosen != variant);
        let (ink, label_ink) =
            if is_dimmed { (Ink::Pale(variant), Ink::Muted) } else { (Ink::Series(variant), Ink::Series(variant)) };
        let (dash, shape) = (style::dash(variant), style::shape(variant));
        Self { label_ink, dash, shape, variant: Some(variant), ..Self::new(name, ink, line) }
    }

    /// The line that is drawn for the series: its trend if it has one.
    pub fn course(&self) -> &[Point] {
        self.trend.as_ref().map_or(&self.line, |trend| &trend.points)
    }

    /// The point of the line nearest to `x`, if there is one within reach.
    pub fn nearest(&self, x: f64) -> Option<Point> {
        let points = self.line.iter().copied().filter(|p| p.0.is_finite() && p.1.is_finite());
        let nearest = points.min_by(|a, b| (a.0 - x).abs().total_cmp(&(b.0 - x).abs()));
        nearest.filter(|p| (p.0 - x).abs() <= self.reach)
    }
}
