//! What is measured of a network in training. Means are taken over all entries of a matrix, summed in `f64` in index order.

use crate::nn::{Float, Mlp, Tape};
use serde::{Deserialize, Serialize};

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
    pub layers: Vec<LayerMeans>,
}

/// Means of absolute values over one layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerMeans {
    /// mean |∂C/∂W|, what the tutorial logs.
    pub gradient: f32,
    /// mean |δ| over the batch's examples and the layer's units; δ = ∂C/∂z of the batch's mean loss.
    pub delta: f32,
    /// mean |W|.
    pub weight: f32,
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
}

/// Counts in equal bins between the smallest and the largest value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub low: f32,
    pub high: f32,
    pub counts: Vec<u32>,
    /// Values below 0. The bin around 0 cannot tell them from zeros.
    pub n_negative: u32,
    /// Values that are exactly 0.
    pub n_zero: u32,
}

/// Bins of a histogram.
pub const BINS: usize = 64;

impl Histogram {
    /// The histogram of finite `values`; all in the first bin where they are all equal.
    pub fn of(values: &[f32]) -> Self {
        let low = values.iter().copied().fold(f32::INFINITY, f32::min);
        let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut counts = vec![0; BINS];
        let bins_per_unit = if high > low { BINS as f32 / (high - low) } else { 0.0 };
        for value in values {
            let bin = ((value - low) * bins_per_unit) as usize;
            counts[bin.min(BINS - 1)] += 1;
        }
        let count = |is: fn(f32) -> bool| values.iter().filter(|&&value| is(value)).count() as u32;
        Self { low, high, counts, n_negative: count(|value| value < 0.0), n_zero: count(|value| value == 0.0) }
    }

    pub fn bin_width(&self) -> f32 {
        (self.high - self.low) / self.counts.len() as f32
    }
}

/// The means of every layer after a forward and a backward pass.
pub fn layer_means<F: Float>(mlp: &Mlp<F>, tape: &Tape<F>) -> Vec<LayerMeans> {
    let measure = |(layer, activity): (&crate::nn::mlp::Layer, &crate::nn::tape::Activity<F>)| LayerMeans {
        gradient: mean_abs(layer.unpadded(&tape.gradient[layer.w.clone()])),
        delta: mean_abs(layer.unpadded(&activity.delta[..tape.batch * layer.stride])),
        weight: mean_abs(layer.unpadded(&mlp.parameters()[layer.w.clone()])),
    };
    mlp.layers().iter().zip(&tape.layers).map(measure).collect()
}

/// The histograms of every layer's weights and gradients: really weights, really gradients.
pub fn layer_histograms(mlp: &Mlp<f32>, tape: &Tape<f32>) -> Vec<LayerHistograms> {
    let measure = |layer: &crate::nn::mlp::Layer| LayerHistograms {
        weight: Histogram::of(&layer.unpadded(&mlp.parameters()[layer.w.clone()]).collect::<Vec<_>>()),
        gradient: Histogram::of(&layer.unpadded(&tape.gradient[layer.w.clone()]).collect::<Vec<_>>()),
    };
    mlp.layers().iter().map(measure).collect()
}

fn mean_abs<F: Float>(values: impl Iterator<Item = F>) -> f32 {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), value| (sum + value.abs().to_f64(), n + 1));
    (sum / f64::from(n)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_every_value_once_and_in_its_bin() {
        let values: Vec<f32> = (0..=640).map(|i| i as f32 / 640.0).collect();
        let histogram = Histogram::of(&values);
        assert_eq!((histogram.low, histogram.high), (0.0, 1.0));
        assert_eq!(histogram.counts.iter().sum::<u32>(), 641);
        assert!(histogram.counts.iter().all(|n| (9..=11).contains(n)), "{:?}", histogram.counts);
    }

    #[test]
    fn zeros_are_not_negative() {
        let histogram = Histogram::of(&[-1.0, 0.0, -0.0, 0.0, 1e-9, -1e-9, 3.0]);
        assert_eq!((histogram.n_negative, histogram.n_zero), (2, 3));
    }

    #[test]
    fn equal_values_share_the_first_bin() {
        assert_eq!(Histogram::of(&[2.5; 7]).counts[0], 7);
    }
}
