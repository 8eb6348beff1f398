//! What a figure shows, as data: one sheet of one or more panels, each a set of series over two axes. Knows no pixels.

use super::axis::Axis;
use super::marks::Point;
use super::theme::Ink;
use lab::Scenario;

#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the vertical axis measures, with its unit; stands level at the top left.
    pub headline: String,
    /// Side by side where the sheet is wide, else one below the other. They share their axes.
    pub panels: Vec<Panel>,
    /// What will appear, while there is nothing to draw.
    pub empty: Option<String>,
    /// The ends of the colour scale, where colour means time.
    pub colour_scale: Option<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Panel {
    /// The name of one of several panels.
    pub title: Option<Scenario>,
    pub x: Axis,
    pub x_title: &'static str,
    pub y: Axis,
    /// Whether heights can be read off: offset ridges have none.
    pub is_y_ticked: bool,
    pub guides: Vec<Guide>,
    pub series: Vec<Series>,
    /// Where the crosshair stands, in data.
    pub cursor: Option<f64>,
    /// How far from a sample the crosshair still reads it.
    pub reach: f64,
}

/// Means over neighbouring samples of a line, in data.
#[derive(Clone, Debug)]
pub struct Trend {
    pub points: Vec<Point>,
    /// What the samples below it are drawn with.
    pub pale: Ink,
}

/// A level to compare with.
#[derive(Clone, Debug)]
pub struct Guide {
    pub y: f64,
    pub label: String,
}

#[derive(Clone, Debug)]
pub struct Series {
    /// The name in a readout, beside the panel's.
    pub name: String,
    /// The name at the line's end; none where it would say nothing new.
    pub label: String,
    pub ink: Ink,
    pub label_ink: Ink,
    pub width: f64,
    /// Pixels drawn and left out; (_, 0) is solid.
    pub dash: (f64, f64),
    /// In data, from left to right; breaks where a number is not finite.
    pub line: Vec<Point>,
    /// The course of a noisy line, which is then drawn pale and thin below it.
    pub trend: Option<Trend>,
    pub shape: Shape,
    /// Where `shape` is drawn, in data.
    pub marks: Vec<Point>,
    /// The height that a filled series stands on, and its filling.
    pub base: Option<(f64, Ink)>,
    pub is_diverged: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Circle,
    Triangle,
    Square,
}

pub const SOLID: (f64, f64) = (1.0, 0.0);

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
            base: None,
            is_diverged: false,
        }
    }

    /// A scenario's samples and their trend with its second signs: dashes and the shape of its marks.
    pub fn of(scenario: Scenario, line: Vec<Point>, trend: Vec<Point>, marks: Vec<Point>) -> Self {
        let (dash, shape) = match scenario {
            Scenario::Sigmoid => (SOLID, Shape::Circle),
            Scenario::Relu => ((7.0, 3.0), Shape::Triangle),
            Scenario::Leaky => ((2.0, 2.0), Shape::Square),
        };
        Self {
            dash,
            shape,
            marks,
            trend: Some(Trend { points: trend, pale: Ink::Pale(scenario) }),
            ..Self::new(scenario.label().into(), Ink::Scenario(scenario), line)
        }
    }

    /// The sample nearest to `x`, if there is one within `reach`.
    pub fn nearest(&self, x: f64, reach: f64) -> Option<Point> {
        let samples = self.line.iter().copied().filter(|p| p.0.is_finite() && p.1.is_finite());
        let nearest = samples.min_by(|a, b| (a.0 - x).abs().total_cmp(&(b.0 - x).abs()));
        nearest.filter(|p| (p.0 - x).abs() <= reach)
    }
}
