//! The multilayer perceptron: its architecture and its parameters. It computes in `forward.rs` and `backward.rs`, and the results
//! of a pass are on a [`Tape`](super::Tape).
//!
//! A hidden layer is z = a W + b, n = norm(z) if it normalizes, a = f(n), dropout, and the layer's input added if it has a skip
//! connection. The output layer is linear, or f(z) under the half squared error.

use super::kernel::buffer::Buffer;
use super::kernel::stride;
use super::norm::{Running, Scale};
use super::{Activation, Float, Initializer, Loss, Norm, rng::Rng};
use std::ops::Range;

/// The hyperparameters of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Units of each layer, inputs first, `[layers + 1]`.
    pub sizes: Vec<usize>,
    pub activation: Activation,
    pub initializer: Initializer,
    pub norm: Option<Norm>,
    /// Whether the input of a hidden layer is added to its output if they have the same width (He et al., 2016). Never in the
    /// first layer, whose input is the image.
    pub residual: bool,
    /// The probability, in [0, 1), that the output of a hidden unit is set to 0 in training; the others are scaled by
    /// 1 / (1 − dropout) (Srivastava et al., 2014).
    pub dropout: f64,
    pub loss: Loss,
}

impl Architecture {
    /// A network with Glorot's uniform weights and without normalization, skip connections or dropout.
    pub fn plain(sizes: &[usize], activation: Activation, loss: Loss) -> Self {
        let initializer = Initializer::GlorotUniform;
        Self { sizes: sizes.to_vec(), activation, initializer, norm: None, residual: false, dropout: 0.0, loss }
    }

    /// The layers with the ranges of their parameters in the network's buffer.
    pub fn layers(&self) -> Vec<Layer> {
        let depth = self.sizes.len().saturating_sub(1);
        let mut end = 0;
        let mut range = |n: usize| {
            end += n;
            end - n..end
        };
        let layer = |(l, pair): (usize, &[usize])| {
            let (fan_in, fan_out) = (pair[0], pair[1]);
            let is_hidden = l + 1 < depth;
            let stride = stride(fan_out);
            Layer {
                fan_in,
                fan_out,
                stride,
                w: range(fan_in * stride),
                b: range(stride),
                norm: (is_hidden && self.norm.is_some()).then(|| (range(stride), range(stride))),
                has_skip: self.residual && is_hidden && l > 0 && fan_in == fan_out,
            }
        };
        self.sizes.windows(2).enumerate().map(layer).collect()
    }
}

/// The shape of one layer and the ranges of its parameters in the network's buffer. Padding is 0, and so are its gradients, so it
/// stays 0.
#[derive(Clone, Debug)]
pub struct Layer {
    pub fan_in: usize,
    pub fan_out: usize,
    /// `fan_out` with its padding.
    pub stride: usize,
    /// W `[fan_in, stride]`, row = input unit.
    pub w: Range<usize>,
    /// b `[stride]`.
    pub b: Range<usize>,
    /// γ and β `[stride]`, if the layer normalizes.
    pub norm: Option<(Range<usize>, Range<usize>)>,
    /// Whether the layer's input is added to its output.
    pub has_skip: bool,
}

impl Layer {
    /// All parameters of the layer.
    pub fn parameters(&self) -> Range<usize> {
        self.w.start..self.norm.as_ref().map_or(self.b.end, |(_, beta)| beta.end)
    }

    /// Weights in W, without padding.
    pub fn n_weights(&self) -> usize {
        self.fan_in * self.fan_out
    }

    /// The layer's W out of all `parameters`, or ∂C/∂W out of the whole gradient, without padding: `[fan_in, fan_out]`.
    pub fn weights<'a, F: Copy>(&self, parameters: &'a [F]) -> impl Iterator<Item = F> + 'a {
        self.unpadded(&parameters[self.w.clone()])
    }

    /// The numbers of a padded matrix `[rows, stride]` without its padding, in index order.
    pub fn unpadded<'a, F: Copy>(&self, padded: &'a [F]) -> impl Iterator<Item = F> + 'a {
        let fan_out = self.fan_out;
        padded.chunks_exact(self.stride).flat_map(move |row| &row[..fan_out]).copied()
    }
}

pub struct Mlp<F> {
    pub architecture: Architecture,
    pub(super) layers: Vec<Layer>,
    /// W, b, γ and β, layer by layer, padded: `[parameters]`.
    pub(super) parameters: Buffer<F>,
    /// The running moments of batch normalization, `[layers]`.
    pub(super) running: Vec<Running<F>>,
}

impl<F: Float> Mlp<F> {
    /// A network with random weights, biases 0, γ = 1 and β = 0.
    pub fn new(architecture: Architecture, rng: &mut Rng) -> Self {
        let layers = architecture.layers();
        let mut parameters = Buffer::zeros(layers.last().map_or(0, |layer| layer.parameters().end));
        for layer in &layers {
            let mut w = vec![F::ZERO; layer.fan_in * layer.fan_out];
            architecture.initializer.fill(&mut w, layer.fan_in, layer.fan_out, rng);
            let rows = parameters[layer.w.clone()].chunks_exact_mut(layer.stride);
            rows.zip(w.chunks_exact(layer.fan_out)).for_each(|(padded, w)| padded[..w.len()].copy_from_slice(w));
            if let Some((gamma, _)) = &layer.norm {
                parameters[gamma.clone()][..layer.fan_out].fill(F::ONE);
            }
        }
        let running = layers.iter().map(|layer| Running::new(layer.stride)).collect();
        Self { architecture, layers, parameters, running }
    }

    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// All parameters with their padding, `[parameters]`.
    pub fn parameters(&self) -> &[F] {
        &self.parameters
    }

    pub fn parameters_mut(&mut self) -> &mut [F] {
        &mut self.parameters
    }

    /// The running moments of batch normalization, `[layers]`; those of a layer that does not normalize are unused.
    pub fn running(&self) -> &[Running<F>] {
        &self.running
    }

    /// γ and β, if the layer normalizes.
    pub(super) fn scale(&self, layer: &Layer) -> Option<Scale<'_, F>> {
        let (gamma, beta) = layer.norm.as_ref()?;
        Some(Scale { gamma: &self.parameters[gamma.clone()], beta: &self.parameters[beta.clone()] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Widths with padding, some of them equal.
    fn architecture(norm: Option<Norm>, residual: bool) -> Architecture {
        let plain = Architecture::plain(&[5, 5, 6, 6, 6, 6], Activation::Tanh, Loss::SoftmaxCrossEntropy);
        Architecture { norm, residual, ..plain }
    }

    #[test]
    fn parameters_are_laid_out_layer_by_layer_without_gap_or_overlap() {
        for norm in [None, Some(Norm::Batch), Some(Norm::Layer)] {
            let architecture = architecture(norm, false);
            let mut end = 0;
            for (l, layer) in architecture.layers().into_iter().enumerate() {
                assert_eq!((layer.fan_in, layer.fan_out), (architecture.sizes[l], architecture.sizes[l + 1]));
                assert_eq!(layer.stride, 8);
                assert_eq!(layer.parameters().start, end);
                let (gamma, beta) = layer.norm.clone().unwrap_or((layer.b.end..layer.b.end, layer.b.end..layer.b.end));
                for (range, n) in
                    [(&layer.w, 8 * layer.fan_in), (&layer.b, 8), (&gamma, gamma.len()), (&beta, gamma.len())]
                {
                    assert_eq!(*range, end..end + n, "layer {l}");
                    end = range.end;
                }
                assert_eq!(layer.parameters().end, end);
            }
            assert_eq!(Mlp::<f32>::new(architecture, &mut Rng::weights(1)).parameters().len(), end);
        }
    }

    #[test]
    fn hidden_layers_normalize_and_the_output_does_not() {
        for norm in Norm::ALL {
            let layers = architecture(Some(norm), false).layers();
            assert!(
                layers.iter().map(|layer| layer.norm.clone().map_or(0, |(gamma, _)| gamma.len())).eq([8, 8, 8, 8, 0])
            );
        }
        assert!(architecture(None, false).layers().iter().all(|layer| layer.norm.is_none()));
    }

    #[test]
    fn hidden_layers_of_equal_widths_have_skips_but_never_the_first() {
        let skips =
            |residual| architecture(None, residual).layers().iter().map(|layer| layer.has_skip).collect::<Vec<bool>>();
        assert_eq!(skips(true), [false, false, true, true, false]);
        assert_eq!(skips(false), [false; 5]);
    }

    #[test]
    fn a_network_starts_with_its_initializers_weights_and_the_identity_as_scale() {
        let mlp = Mlp::<f64>::new(architecture(Some(Norm::Layer), true), &mut Rng::weights(3));
        let mut rng = Rng::weights(3);
        for layer in mlp.layers() {
            let mut w = vec![0.0; layer.fan_in * layer.fan_out];
            Initializer::GlorotUniform.fill(&mut w, layer.fan_in, layer.fan_out, &mut rng);
            let of = |range: &Range<usize>| &mlp.parameters()[range.clone()];
            assert!(layer.weights(mlp.parameters()).eq(w));
            assert!(of(&layer.b).iter().all(|&b| b == 0.0));
            if let Some((gamma, beta)) = &layer.norm {
                assert!(
                    layer.unpadded(of(gamma)).all(|gamma| gamma == 1.0) && of(beta).iter().all(|&beta| beta == 0.0)
                );
                assert!(of(gamma)[layer.fan_out..].iter().all(|&padding| padding == 0.0));
            }
        }
    }
}
