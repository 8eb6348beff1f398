//! What a reader has chosen for one figure. A figure passes over what it does not use.

use lab::{Experiment, Scenario};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The layer shown, from 1; the last one in place of a higher one.
    pub layer: usize,
    /// A linear axis in place of the logarithmic one.
    pub is_linear: bool,
    pub scenario: Scenario,
    pub values: Values,
    pub mode: Mode,
    /// Whether the curve's heights are magnified until a leaky slope shows.
    pub is_zoomed: bool,
    /// Where the crosshair stands: a z, a step or a value.
    pub cursor: Option<f64>,
}

impl Choice {
    /// The layer shown of an experiment's networks.
    pub fn layer_of(&self, experiment: &Experiment) -> usize {
        self.layer.clamp(1, experiment.plan.depth)
    }
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            layer: 1,
            is_linear: false,
            scenario: Scenario::Sigmoid,
            values: Values::Gradients,
            mode: Mode::Ridges,
            is_zoomed: false,
            cursor: None,
        }
    }
}

/// What a histogram counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    Weights,
    Gradients,
}

impl Values {
    pub const ALL: [Self; 2] = [Self::Weights, Self::Gradients];

    pub fn key(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Gradients => "gradients",
        }
    }

    pub fn label(self) -> &'static str {
        self.key()
    }

    /// The name of the horizontal axis.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Weights => "W",
            Self::Gradients => "∂C/∂W",
        }
    }
}

/// How histograms over time are set against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Ridges,
    Overlay,
}

impl Mode {
    pub const ALL: [Self; 2] = [Self::Ridges, Self::Overlay];

    pub fn key(self) -> &'static str {
        match self {
            Self::Ridges => "ridges",
            Self::Overlay => "overlay",
        }
    }

    pub fn label(self) -> &'static str {
        self.key()
    }
}
