//! What is known of a network at one step of its training: sizes, f′, saturation and the chain rule's factors of each layer,
//! histograms, and its loss and accuracy on the held-out digits. [`super::measure`] computes them.

use super::histogram::Histogram;
use nn::tape::Link;
use serde::{Deserialize, Serialize};

/// |f′| below this is saturated: less than a twentieth of the identity's slope, a fifth of the sigmoid's steepest.
pub const SATURATED: f64 = 0.05;

/// One training step as it was measured on its batch, before the step's update.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Updates made before this batch, from 0.
    pub step: u32,
    /// Mean loss of this batch.
    pub loss: f32,
    /// Share of this batch that is classified correctly, 0 to 1.
    pub accuracy: f32,
    /// The mean of `loss` over all batches since the last sample, this one included.
    pub recent_loss: f32,
    /// The mean of `accuracy` over the same batches.
    pub recent_accuracy: f32,
    /// First layer first.
    pub layers: Vec<LayerSample>,
}

/// The size of a matrix's entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// The mean of |x|.
    pub mean: f32,
    /// √ Σ x².
    pub norm: f32,
}

/// One layer at one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerSample {
    /// ∂C/∂W, whose mean absolute value the tutorial logs.
    pub gradient: Size,
    /// The mean of `gradient.mean` over all batches since the last sample, this one included.
    pub recent_gradient: f32,
    /// δ = ∂C/∂z of the batch's mean loss, over the batch's examples and the layer's units.
    pub delta: Size,
    pub weight: Size,
    pub pre_activation: Size,
    pub activation: Size,
    /// The mean of f′ over examples and units; 1 in a linear output layer.
    pub slope: f32,
    /// Share of examples and units with |f′| below [`SATURATED`].
    pub saturated: f32,
    /// The root mean square of W's singular values, ‖W‖ / √min(fan_in, fan_out): how much W
    /// stretches a random vector, which mean |w| does not tell.
    pub singular_value: f32,
    /// mean |Δw| / mean |w| of this step's update to W; 0 where all of W was 0.
    pub update_ratio: f32,
    /// The factors by which δ of the next layer became this layer's; all 1 in the last layer.
    pub chain: Chain,
}

/// The factors of one [`Link`] of the chain rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    pub weights: f32,
    pub skip: f32,
    pub dropout: f32,
    pub slope: f32,
    pub norm: f32,
}

impl From<Link> for Chain {
    fn from(link: Link) -> Self {
        Self {
            weights: link.weights as f32,
            skip: link.skip as f32,
            dropout: link.dropout as f32,
            slope: link.derivative as f32,
            norm: link.norm as f32,
        }
    }
}

/// The histograms of one logged step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histograms {
    pub step: u32,
    /// First layer first.
    pub layers: Vec<LayerHistograms>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerHistograms {
    pub weight: Histogram,
    pub gradient: Histogram,
    pub delta: Histogram,
    pub pre_activation: Histogram,
    pub activation: Histogram,
}

/// The network on the held-out digits before the update of a logged step. All logged steps use the same digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    pub step: u32,
    /// NaN if a number in the network was not finite for some example.
    pub loss: f32,
    pub accuracy: f32,
    /// Of each hidden layer, how many units have z ≤ 0 for every held-out digit: under ReLU their
    /// output and their gradient are 0.
    pub dead: Vec<u32>,
}
