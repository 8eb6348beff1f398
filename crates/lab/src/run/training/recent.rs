//! Means over all batches between two samples.

use crate::measure::sample::Sample;

/// Sums over all batches since the last sample.
#[derive(Default)]
pub struct Recent {
    loss: f32,
    accuracy: f32,
    /// Sums of the mean |∂C/∂W| of each layer, `[layers]`.
    gradients: Vec<f64>,
    n_batches: u32,
}

impl Recent {
    pub fn new(n_layers: usize) -> Self {
        Self { gradients: vec![0.0; n_layers], ..Self::default() }
    }

    /// Adds one batch; `gradients` has the mean |∂C/∂W| of each layer, `[layers]`.
    pub fn add(&mut self, loss: f32, accuracy: f32, gradients: impl Iterator<Item = f64>) {
        self.loss += loss;
        self.accuracy += accuracy;
        self.gradients.iter_mut().zip(gradients).for_each(|(sum, mean)| *sum += mean);
        self.n_batches += 1;
    }

    /// Writes the means into a sample and resets the sums.
    pub fn take_means(&mut self, sample: &mut Sample) {
        let n = self.n_batches as f32;
        (sample.recent_loss, sample.recent_accuracy) = (self.loss / n, self.accuracy / n);
        for (layer, sum) in sample.layers.iter_mut().zip(&mut self.gradients) {
            layer.recent_gradient = (std::mem::take(sum) / f64::from(n)) as f32;
        }
        (self.loss, self.accuracy, self.n_batches) = (0.0, 0.0, 0);
    }
}
