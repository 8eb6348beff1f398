//! What is measured of a network in training: sizes of gradients, δ, weights, pre-activations and activations by layer, f′ and
//! saturation, the chain rule's factors, and how far an update moves. All on the training batch at hand, before its update,
//! so that the numbers beside each other belong to each other.

use super::histogram::Histogram;
use crate::nn::magnitude::Magnitude;
use crate::nn::mlp::Layer;
use crate::nn::tape::{Activity, Link};
use crate::nn::{Float, Loss, Mlp, Tape};
use serde::{Deserialize, Serialize};

/// |f′| below this is saturated: less than a twentieth of the identity's slope, a fifth of the sigmoid's steepest.
pub const SATURATED: f64 = 0.05;

/// One training step as it was measured on its batch, before the step's update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Updates made before this batch, from 0.
    pub step: u32,
    /// Mean loss of this batch.
    pub loss: f32,
    /// Share of this batch that is classified right, 0 to 1.
    pub accuracy: f32,
    /// The mean of `loss` over all batches since the last sample, this one included.
    pub recent_loss: f32,
    /// The mean of `accuracy` over the same batches.
    pub recent_accuracy: f32,
    /// First layer first.
    pub layers: Vec<LayerSample>,
}

/// How large the entries of a matrix are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// The mean of |x|.
    pub mean: f32,
    /// √ Σ x².
    pub norm: f32,
}

/// One layer at one step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerSample {
    /// ∂C/∂W, whose mean absolute value the tutorial logs.
    pub gradient: Size,
    /// δ = ∂C/∂z of the batch's mean loss, over the batch's examples and the layer's units.
    pub delta: Size,
    pub weight: Size,
    pub pre_activation: Size,
    pub activation: Size,
    /// The mean of f′ over examples and units; 1 in a linear output layer.
    pub slope: f32,
    /// Share of examples and units with |f′| below [`SATURATED`].
    pub saturated: f32,
    /// The root mean square of W's singular values, ‖W‖ / √min(fan_in, fan_out): what W does to the length of a random
    /// vector, where mean |w| says little.
    pub singular_value: f32,
    /// ‖Δw‖ / ‖w‖ of this step's update to W.
    pub update_ratio: f32,
    /// How δ came here from the next layer; all 1 in the last.
    pub chain: Chain,
}

/// The factors of one [`Link`] of the chain rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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

/// The network on the held-out digits, before a logged step's update: these digits are the same at every step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    pub step: u32,
    pub loss: f32,
    pub accuracy: f32,
    /// Of each hidden layer, how many units have z ≤ 0 for every held-out digit: under ReLU they pass nothing on and learn
    /// nothing.
    pub dead: Vec<u32>,
}

impl Size {
    /// Of a padded matrix whose padding is 0, with `n` entries.
    fn of<F: Float>(padded: &[F], n: usize) -> Self {
        let Magnitude { sum, norm } = Magnitude::of(padded);
        Self { mean: (sum / n as f64) as f32, norm: norm as f32 }
    }
}

/// The measures of every layer after a forward and a backward pass, but for the update that is yet to come. `room` is kept
/// between calls.
pub fn layer_samples<F: Float>(mlp: &Mlp<F>, tape: &Tape<F>, room: &mut Vec<F>) -> Vec<LayerSample> {
    let last = mlp.layers().len() - 1;
    let layers = mlp.layers().iter().zip(&tape.layers).enumerate();
    layers.map(|(l, (layer, activity))| layer_sample(mlp, tape, layer, activity, l == last, room)).collect()
}

fn layer_sample<F: Float>(
    mlp: &Mlp<F>,
    tape: &Tape<F>,
    layer: &Layer,
    activity: &Activity<F>,
    is_last: bool,
    room: &mut Vec<F>,
) -> LayerSample {
    let (weights, entries) = (layer.fan_in * layer.fan_out, tape.batch * layer.fan_out);
    let rows = ..tape.batch * layer.stride;
    let weight = Size::of(&mlp.parameters()[layer.w.clone()], weights);
    // Padding of a is f(0): left out row by row.
    room.clear();
    room.extend(layer.unpadded(&activity.a[rows]));
    room.resize(room.len().next_multiple_of(crate::nn::float::LANES), F::ZERO);
    let activation = Size::of(room, entries);
    let is_linear = is_last && mlp.architecture.loss == Loss::SoftmaxCrossEntropy;
    let (slope, saturated) = if is_linear { (1.0, 0.0) } else { slopes(mlp, layer, activity, rows.end, room) };
    LayerSample {
        gradient: Size::of(&tape.gradient[layer.w.clone()], weights),
        delta: Size::of(&activity.delta[rows], entries),
        weight,
        pre_activation: Size::of(&activity.z[rows], entries),
        activation,
        slope,
        saturated,
        singular_value: weight.norm / (layer.fan_in.min(layer.fan_out) as f32).sqrt(),
        update_ratio: 0.0,
        chain: activity.link.into(),
    }
}

/// The mean of f′ and the saturated share over the first `n` numbers of a layer's rows.
fn slopes<F: Float>(mlp: &Mlp<F>, layer: &Layer, activity: &Activity<F>, n: usize, room: &mut Vec<F>) -> (f32, f32) {
    room.clear();
    room.resize(n, F::ONE);
    mlp.architecture.activation.times_df(&activity.seen()[..n], &activity.a[..n], room);
    let bound = F::from_f64(SATURATED);
    let count = |(sum, saturated, n), df: F| (sum + df.to_f64(), saturated + u32::from(df.abs() < bound), n + 1);
    let (sum, saturated, n) = layer.unpadded(room).fold((0.0, 0u32, 0u32), count);
    ((sum / f64::from(n)) as f32, saturated as f32 / n as f32)
}

/// ‖Δw‖ / ‖w‖ of each layer's W between the parameters `before` an update and those after it. 0 where all of W was 0.
pub fn update_ratios<F: Float>(mlp: &Mlp<F>, before: &[F], samples: &mut [LayerSample], room: &mut Vec<F>) {
    for (layer, sample) in mlp.layers().iter().zip(samples) {
        let (old, new) = (&before[layer.w.clone()], &mlp.parameters()[layer.w.clone()]);
        room.clear();
        room.extend(old.iter().zip(new).map(|(&old, &new)| new - old));
        let moved = Magnitude::of(room).norm as f32;
        sample.update_ratio = if sample.weight.norm > 0.0 { moved / sample.weight.norm } else { 0.0 };
    }
}

/// The histograms of every layer: really weights, really gradients. `room` is kept between calls.
pub fn layer_histograms(mlp: &Mlp<f32>, tape: &Tape<f32>, room: &mut Vec<f32>) -> Vec<LayerHistograms> {
    let measure = |(layer, activity): (&Layer, &Activity<f32>)| {
        let n = tape.batch * layer.stride;
        let mut of = |padded: &[f32]| {
            room.clear();
            room.extend(layer.unpadded(padded));
            Histogram::of(room)
        };
        LayerHistograms {
            weight: of(&mlp.parameters()[layer.w.clone()]),
            gradient: of(&tape.gradient[layer.w.clone()]),
            delta: of(&activity.delta[..n]),
            pre_activation: of(&activity.z[..n]),
            activation: of(&activity.a[..n]),
        }
    };
    mlp.layers().iter().zip(&tape.layers).map(measure).collect()
}
