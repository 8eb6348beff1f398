//! The results of one forward and backward pass over a batch: z, a, δ, gradients. Allocated once and used again at every step.
//! Matrices are `[batch, stride]`, rows padded to whole vectors.

use super::kernel::buffer::Buffer;
use super::kernel::matmul::panel_len;
use super::mlp::{Layer, Mlp};
use super::norm::Normalized;
use super::rng::Rng;
use super::{Float, Norm};

pub struct Tape<F> {
    /// Examples of the last batch.
    pub batch: usize,
    pub layers: Vec<Activity<F>>,
    /// ∂C/∂w of all parameters, laid out as the network's parameters: `[parameters]`.
    pub gradient: Buffer<F>,
    /// C, the mean loss of the batch.
    pub loss: F,
    /// Examples of the batch that are classified correctly.
    pub correct: usize,
    /// Whether backward passes compute [`Activity::link`].
    pub measures_chain: bool,
    /// Scratch memory of the matrix product.
    pub(super) panel: Buffer<F>,
}

/// One layer's part of a [`Tape`]. All matrices are `[batch, stride]`.
pub struct Activity<F> {
    /// Padding is 0.
    pub z: Buffer<F>,
    /// n and the moments of z, if the layer normalizes.
    pub normalized: Option<Normalized<F>>,
    /// f(z), or f(n) if the layer normalizes; in the last layer the network's output. Padding is unspecified.
    pub a: Buffer<F>,
    /// The next layer's input, if dropout or a skip connection makes it differ from a.
    pub(super) output: Option<Buffer<F>>,
    /// 0 or 1 / (1 − dropout), if the layer drops units.
    pub(super) mask: Option<Buffer<F>>,
    /// δ = ∂C/∂z. Padding is 0.
    pub delta: Buffer<F>,
    /// ∂C/∂(output), if the layer has a skip connection, which passes it back to the layer's input.
    pub(super) skip_delta: Option<Buffer<F>>,
    /// How ‖δ‖ changed on its way from the next layer.
    pub link: Link,
}

/// One link of the chain rule: the factors by which the operations between two layers change ‖δ‖ on its way back. Their product
/// is ‖δ⁽ˡ⁾‖ / ‖δ⁽ˡ⁺¹⁾‖. The factor of an operation that the layer does not have is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// W⁽ˡ⁺¹⁾ᵀ.
    pub weights: f64,
    /// The skip connection around layer l + 1.
    pub skip: f64,
    pub dropout: f64,
    /// f′.
    pub derivative: f64,
    pub norm: f64,
}

impl Link {
    pub const NONE: Self = Self { weights: 1.0, skip: 1.0, dropout: 1.0, derivative: 1.0, norm: 1.0 };

    pub fn product(&self) -> f64 {
        self.weights * self.skip * self.dropout * self.derivative * self.norm
    }
}

impl<F: Float> Tape<F> {
    /// A tape for passes of `mlp` over up to `batch` examples.
    pub fn new(mlp: &Mlp<F>, batch: usize) -> Self {
        let depth = mlp.layers().len();
        let architecture = &mlp.architecture;
        // The longest sum of a dense product: over the units of a layer or over the examples.
        let inner = mlp.layers().iter().map(|layer| layer.fan_out).fold(batch, usize::max);
        let activity = |(l, layer): (usize, &Layer)| {
            let zeros = || Buffer::zeros(batch * layer.stride);
            let is_hidden = l + 1 < depth;
            let drops = is_hidden && architecture.dropout > 0.0;
            Activity {
                z: zeros(),
                normalized: layer.norm.is_some().then(|| Normalized::new(batch, layer.stride)),
                a: zeros(),
                output: (drops || layer.has_skip).then(zeros),
                mask: drops.then(zeros),
                delta: zeros(),
                skip_delta: layer.has_skip.then(zeros),
                link: Link::NONE,
            }
        };
        Self {
            batch: 0,
            layers: mlp.layers().iter().enumerate().map(activity).collect(),
            gradient: Buffer::zeros(mlp.parameters().len()),
            loss: F::ZERO,
            correct: 0,
            measures_chain: false,
            panel: Buffer::zeros(panel_len(inner)),
        }
    }

    /// Draws the units that the next training pass drops.
    pub fn draw_masks(&mut self, dropout: f64, rng: &mut Rng) {
        let scale = F::from_f64(1.0 / (1.0 - dropout));
        for mask in self.layers.iter_mut().filter_map(|activity| activity.mask.as_mut()) {
            mask.iter_mut().for_each(|m| *m = if rng.unit() < dropout { F::ZERO } else { scale });
        }
    }
}

impl<F: Float> Activity<F> {
    /// The activation's input: n if the layer normalizes, else z.
    pub fn activation_input(&self) -> &[F] {
        self.normalized.as_ref().map_or(&self.z, |normalized| &normalized.n)
    }

    /// By what the last training pass multiplied a, 0 or 1 / (1 − dropout), if the layer drops units. Padding is unspecified.
    pub fn mask(&self) -> Option<&[F]> {
        self.mask.as_deref()
    }

    /// The next layer's input.
    pub fn output(&self) -> &[F] {
        self.output.as_ref().unwrap_or(&self.a)
    }
}

impl<F: Float> Mlp<F> {
    /// Updates the running moments of batch normalization by the batch on the tape: once in each training step.
    pub fn update_running_moments(&mut self, tape: &Tape<F>) {
        if self.architecture.norm == Some(Norm::Batch) {
            for (running, activity) in self.running.iter_mut().zip(&tape.layers) {
                activity.normalized.iter().for_each(|normalized| running.update(normalized));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Architecture, Loss};

    #[test]
    fn masks_drop_the_given_share_of_units_and_preserve_the_mean() {
        let plain = Architecture::plain(&[3, 100, 100, 100, 2], Activation::Relu, Loss::SoftmaxCrossEntropy);
        for dropout in [0.2, 0.5, 0.9] {
            let mlp = Mlp::<f64>::new(Architecture { dropout, ..plain.clone() }, &mut Rng::weights(1));
            let mut tape = Tape::new(&mlp, 100);
            tape.draw_masks(dropout, &mut Rng::dropout(1));
            let masks: Vec<&Buffer<f64>> = tape.layers.iter().filter_map(|activity| activity.mask.as_ref()).collect();
            assert_eq!(masks.len(), 3, "hidden layers drop, the output does not");
            let mut n_not_dropped = 0;
            for &m in masks.iter().flat_map(|mask| mask.iter()) {
                n_not_dropped += usize::from(m != 0.0);
                assert!(m == 0.0 || m == 1.0 / (1.0 - dropout), "{m}");
            }
            // 30,000 draws, within five standard deviations.
            let (share, sigma) = (n_not_dropped as f64 / 3e4, (dropout * (1.0 - dropout) / 3e4).sqrt());
            assert!((share - (1.0 - dropout)).abs() < 5.0 * sigma, "{dropout}: {share} not dropped");
            assert!(masks[0][..] != masks[1][..] && masks[1][..] != masks[2][..]);
        }
    }

    /// Draws are k / 2⁵³, so exactly the given share of them is below the dropout.
    #[test]
    fn a_draw_equal_to_the_dropout_does_not_drop_its_unit() {
        let plain = Architecture::plain(&[3, 4, 2], Activation::Relu, Loss::SoftmaxCrossEntropy);
        let dropout = Rng::dropout(1).unit();
        let mlp = Mlp::<f64>::new(Architecture { dropout, ..plain }, &mut Rng::weights(1));
        let mut tape = Tape::new(&mlp, 1);
        tape.draw_masks(dropout, &mut Rng::dropout(1));
        assert!(tape.layers[0].mask.as_ref().is_some_and(|mask| mask[0] > 0.0));
    }

    #[test]
    fn a_link_multiplies_its_factors() {
        let link = Link { weights: 2.0, skip: 3.0, dropout: 5.0, derivative: 7.0, norm: 11.0 };
        assert_eq!((link.product(), Link::NONE.product()), (2_310.0, 1.0));
    }
}
