//! The figures of the page as pure drawings: an experiment and a reader's [`Choice`] become a [`Sheet`](panel::Sheet) of data,
//! the sheet becomes marks in CSS pixels, and [`marks::paint`] puts them on any plotters backend. The same plots translate
//! the pointer. Knows no worker, signal, DOM or clock; draws neither titles nor captions, which are text of the page.
//!
//! To add a figure: a variant in [`Figure`], its file with a `sheet`, and an arm in each match below.

pub mod axis;
pub mod choice;
mod curves;
mod draw;
mod gradients;
mod histograms;
pub mod layout;
mod line;
pub mod marks;
pub mod panel;
mod readout;
pub mod table;
#[cfg(test)]
mod tests;
pub mod theme;
mod training;
mod words;

pub use choice::{Choice, Mode, Values};
pub use marks::Scale;
pub use readout::Reading;
pub use table::Table;
pub use theme::Theme;

use lab::{Experiment, Scenario};
use panel::Sheet;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::prelude::DrawingBackend;
use strum::EnumCount;
use training::Success;

#[derive(Clone, Copy, Debug, EnumCount, PartialEq, Eq)]
pub enum Figure {
    Sigmoid,
    Relu,
    Leaky,
    Accuracy,
    Loss,
    GradientLast,
    GradientFirst,
    GradientLayers,
    Histograms,
}

/// How far a figure breaks out of the reading column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Column,
    Wide,
    Page,
}

impl Width {
    /// The class of the figure's element.
    pub fn key(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Wide => "wide",
            Self::Page => "page",
        }
    }
}

impl Sheet {
    /// Draws the sheet over a whole drawing area.
    ///
    /// # Errors
    /// The backend's own.
    pub fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        theme: &Theme,
        scale: Scale,
    ) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
        let (width, height) = area.dim_in_pixel();
        let size = (f64::from(width) / scale.pixels, f64::from(height) / scale.pixels);
        marks::paint(&draw::marks(self, size), area, theme, scale)
    }
}

impl Figure {
    pub const ALL: [Self; Self::COUNT] = [
        Self::Sigmoid,
        Self::Relu,
        Self::Leaky,
        Self::Accuracy,
        Self::Loss,
        Self::GradientLast,
        Self::GradientFirst,
        Self::GradientLayers,
        Self::Histograms,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Sigmoid => "sigmoid",
            Self::Relu => "relu",
            Self::Leaky => "leaky",
            Self::Accuracy => "accuracy",
            Self::Loss => "loss",
            Self::GradientLast => "gradient-last",
            Self::GradientFirst => "gradient-first",
            Self::GradientLayers => "gradient-layers",
            Self::Histograms => "histograms",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.key() == key)
    }

    pub fn width(self) -> Width {
        match self {
            Self::Sigmoid | Self::Relu | Self::Leaky => Width::Column,
            Self::Accuracy | Self::Loss | Self::GradientLast | Self::GradientFirst | Self::Histograms => Width::Wide,
            Self::GradientLayers => Width::Page,
        }
    }

    /// Whether it shows a function, which needs no run.
    pub fn is_curve(self) -> bool {
        matches!(self, Self::Sigmoid | Self::Relu | Self::Leaky)
    }

    /// Width and height in CSS pixels: the ratio of its place on the page, and the size that the press draws.
    pub fn size(self, is_narrow: bool) -> (u32, u32) {
        match (self, is_narrow) {
            (Self::Sigmoid | Self::Relu | Self::Leaky, true) => (328, 280),
            (Self::Accuracy | Self::Loss | Self::GradientLast | Self::GradientFirst, true) => (328, 320),
            (Self::GradientLayers, true) => (328, 720),
            (Self::Histograms, true) => (328, 400),
            (Self::Sigmoid | Self::Relu | Self::Leaky, false) => (640, 360),
            (Self::Accuracy | Self::Loss | Self::GradientLast | Self::GradientFirst, false) => (960, 480),
            (Self::GradientLayers, false) => (960, 440),
            (Self::Histograms, false) => (960, 560),
        }
    }

    /// What a figure shows before anybody has chosen.
    pub fn choice(self) -> Choice {
        match self {
            // However many there are.
            Self::GradientLast => Choice { layer: usize::MAX, ..Choice::default() },
            // The figure that the tutorial calls weights of layer 4, leaky ReLU.
            Self::Histograms => Choice { layer: 4, scenario: Scenario::Leaky, ..Choice::default() },
            Self::Sigmoid | Self::Relu | Self::Leaky | Self::Accuracy | Self::Loss => Choice::default(),
            Self::GradientFirst | Self::GradientLayers => Choice::default(),
        }
    }

    /// The figure as data; a cursor is moved to where there is something to read.
    pub fn sheet(self, experiment: &Experiment, choice: &Choice) -> Sheet {
        let choice = &Choice { cursor: choice.cursor.map(|x| self.snap(experiment, x)), ..*choice };
        match self {
            Self::Sigmoid => curves::sheet(experiment, Scenario::Sigmoid, choice),
            Self::Relu => curves::sheet(experiment, Scenario::Relu, choice),
            Self::Leaky => curves::sheet(experiment, Scenario::Leaky, choice),
            Self::Accuracy => training::sheet(experiment, Success::Accuracy, choice.cursor),
            Self::Loss => training::sheet(experiment, Success::Loss, choice.cursor),
            Self::GradientLast | Self::GradientFirst => gradients::one_layer(experiment, choice),
            Self::GradientLayers => gradients::all_layers(experiment, choice),
            Self::Histograms => histograms::sheet(experiment, choice),
        }
    }

    /// Draws the figure over a whole drawing area.
    ///
    /// # Errors
    /// The backend's own.
    pub fn draw<DB: DrawingBackend>(
        self,
        area: &DrawingArea<DB, Shift>,
        experiment: &Experiment,
        choice: &Choice,
        theme: &Theme,
        scale: Scale,
    ) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
        self.sheet(experiment, choice).draw(area, theme, scale)
    }

    /// The figure in one to three sentences, for those who cannot see it.
    pub fn describe(self, experiment: &Experiment, choice: &Choice) -> String {
        match self {
            Self::Sigmoid => curves::describe(experiment, Scenario::Sigmoid),
            Self::Relu => curves::describe(experiment, Scenario::Relu),
            Self::Leaky => curves::describe(experiment, Scenario::Leaky),
            Self::Accuracy => training::describe(experiment, Success::Accuracy),
            Self::Loss => training::describe(experiment, Success::Loss),
            Self::GradientLast | Self::GradientFirst => gradients::describe_layer(experiment, choice),
            Self::GradientLayers => gradients::describe_layers(experiment),
            Self::Histograms => histograms::describe(experiment, choice),
        }
    }

    /// The numbers behind the figure.
    pub fn table(self, experiment: &Experiment, choice: &Choice) -> Table {
        match self {
            Self::Sigmoid => curves::table(experiment, Scenario::Sigmoid),
            Self::Relu => curves::table(experiment, Scenario::Relu),
            Self::Leaky => curves::table(experiment, Scenario::Leaky),
            Self::Accuracy | Self::Loss | Self::GradientLast | Self::GradientFirst => {
                let steps = experiment.run(Scenario::Sigmoid).settings.steps;
                Table::of_logs(&self.sheet(experiment, choice), steps)
            }
            Self::GradientLayers => gradients::table_of_layers(experiment),
            Self::Histograms => histograms::table(experiment, choice),
        }
    }
}
