//! The multilayer perceptron: its architecture and its parameters. How it computes is in [`super::pass`]; what a pass leaves
//! behind lies in a [`Tape`](super::Tape).
//!
//! A hidden layer is z = a W + b, n = norm(z) where it normalizes, a = f(n), dropout, and the layer's own input added where it
//! has a skip connection. The output layer is linear, or activated by f under the half squared error.

use super::buffer::Buffer;
use super::norm::{Running, Scale};
use super::product::stride;
use super::sparse;
use super::{Activation, Float, Initializer, Loss, Norm, rng::Rng};
use std::ops::Range;

/// Everything about a network that is not learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Widths, input first: one more than there are layers.
    pub sizes: Vec<usize>,
    pub activation: Activation,
    pub initializer: Initializer,
    pub norm: Option<Norm>,
    /// Whether a hidden layer's input is added to its output where their widths match (He et al., 2016). The first layer's
    /// input is the picture and is never added.
    pub residual: bool,
    /// The probability, in [0, 1), that a hidden unit's output is 0 in a training pass; the others are scaled by
    /// 1 / (1 − dropout), so that evaluation needs no change (Srivastava et al., 2014).
    pub dropout: f64,
    pub loss: Loss,
}

impl Architecture {
    /// A plain network: Glorot's uniform start, nothing normalized, skipped or dropped.
    pub fn plain(sizes: &[usize], activation: Activation, loss: Loss) -> Self {
        let initializer = Initializer::GlorotUniform;
        Self { sizes: sizes.to_vec(), activation, initializer, norm: None, residual: false, dropout: 0.0, loss }
    }

    /// The layers and the places of their parameters.
    pub fn layers(&self) -> Vec<Layer> {
        let depth = self.sizes.len().saturating_sub(1);
        let mut end = 0;
        let mut place = |n: usize| {
            end += n;
            end - n..end
        };
        let layer = |(l, pair): (usize, &[usize])| {
            let (fan_in, fan_out) = (pair[0], pair[1]);
            let is_hidden = l + 1 < depth;
            let (padded, w_row) = (stride(fan_out), if l == 0 { sparse::row_len(fan_out) } else { stride(fan_out) });
            Layer {
                fan_in,
                fan_out,
                stride: padded,
                w_row,
                w: place(stride(fan_in * w_row)),
                b: place(padded),
                norm: (is_hidden && self.norm.is_some()).then(|| (place(padded), place(padded))),
                has_skip: self.residual && is_hidden && l > 0 && fan_in == fan_out,
            }
        };
        self.sizes.windows(2).enumerate().map(layer).collect()
    }
}

/// The shape of one layer and the places of its parameters in the network's buffer. Padding is 0 and so are its
/// gradients: it stays 0.
#[derive(Clone, Debug)]
pub struct Layer {
    pub fan_in: usize,
    pub fan_out: usize,
    /// `fan_out` with its padding.
    pub stride: usize,
    /// The length of a row of W: `stride`, but [`sparse::row_len`] in the first layer.
    pub w_row: usize,
    /// W `[fan_in, w_row]`, row = input unit, and zeros up to a whole vector.
    pub w: Range<usize>,
    /// b `[stride]`.
    pub b: Range<usize>,
    /// γ and β `[stride]` of a layer that normalizes.
    pub norm: Option<(Range<usize>, Range<usize>)>,
    /// Whether the layer's input is added to its output.
    pub has_skip: bool,
}

impl Layer {
    /// The place of all parameters of the layer.
    pub fn parameters(&self) -> Range<usize> {
        self.w.start..self.norm.as_ref().map_or(self.b.end, |(_, beta)| beta.end)
    }

    /// Entries of W.
    pub fn n_weights(&self) -> usize {
        self.fan_in * self.fan_out
    }

    /// The columns of W as it lies: rows without padding between them are one long row.
    pub fn w_columns(&self) -> usize {
        if self.w_row == self.fan_out { self.n_weights() } else { self.fan_out }
    }

    /// W of all `parameters`, or ∂C/∂W of all gradients, without padding: `[fan_in, fan_out]`.
    pub fn weights<'a, F: Copy>(&self, parameters: &'a [F]) -> impl Iterator<Item = F> + 'a {
        let fan_out = self.fan_out;
        let rows = parameters[self.w.clone()].chunks_exact(self.w_row).take(self.fan_in);
        rows.flat_map(move |row| &row[..fan_out]).copied()
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
    /// Every W, b, γ and β, layer by layer, padded: `[parameters]`.
    pub(super) parameters: Buffer<F>,
    /// Of every layer; used after batch normalization only.
    pub(super) running: Vec<Running<F>>,
}

impl<F: Float> Mlp<F> {
    /// A network with drawn weights, biases 0, γ = 1 and β = 0.
    pub fn new(architecture: Architecture, rng: &mut Rng) -> Self {
        let layers = architecture.layers();
        let mut parameters = Buffer::zeros(layers.last().map_or(0, |layer| layer.parameters().end));
        for layer in &layers {
            let mut w = vec![F::ZERO; layer.fan_in * layer.fan_out];
            architecture.initializer.fill(&mut w, layer.fan_in, layer.fan_out, rng);
            let rows = parameters[layer.w.clone()].chunks_exact_mut(layer.w_row);
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

    /// γ and β of a layer that normalizes.
    pub(super) fn scale(&self, layer: &Layer) -> Option<Scale<'_, F>> {
        let (gamma, beta) = layer.norm.as_ref()?;
        Some(Scale { gamma: &self.parameters[gamma.clone()], beta: &self.parameters[beta.clone()] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Widths with and without padding, some of them equal.
    fn architecture(norm: Option<Norm>, residual: bool) -> Architecture {
        let plain = Architecture::plain(&[5, 5, 6, 6, 6, 6], Activation::Tanh, Loss::SoftmaxCrossEntropy);
        Architecture { norm, residual, ..plain }
    }

    #[test]
    fn parameters_lie_layer_by_layer_without_gap_or_overlap() {
        for norm in [None, Some(Norm::Batch), Some(Norm::Layer)] {
            let architecture = architecture(norm, false);
            let mut end = 0;
            for (l, layer) in architecture.layers().into_iter().enumerate() {
                assert_eq!((layer.fan_in, layer.fan_out), (architecture.sizes[l], architecture.sizes[l + 1]));
                assert_eq!((layer.stride, layer.w_row), (8, 8));
                assert_eq!(layer.parameters().start, end);
                let (gamma, beta) = layer.norm.clone().unwrap_or((layer.b.end..layer.b.end, layer.b.end..layer.b.end));
                for (place, n) in
                    [(&layer.w, 8 * layer.fan_in), (&layer.b, 8), (&gamma, gamma.len()), (&beta, gamma.len())]
                {
                    assert_eq!(*place, end..end + n, "layer {l}");
                    end = place.end;
                }
                assert_eq!(layer.parameters().end, end);
            }
            assert_eq!(Mlp::<f32>::new(architecture, &mut Rng::weights(1)).parameters().len(), end);
        }
    }

    /// 7 · 10 numbers and two more; then rows of 12 again.
    #[test]
    fn a_first_w_of_ten_units_has_no_padding_between_its_rows() {
        let plain = Architecture::plain(&[7, 10, 10, 10], Activation::Tanh, Loss::SoftmaxCrossEntropy);
        let mlp = Mlp::<f32>::new(plain, &mut Rng::weights(1));
        let [first, second, _] = mlp.layers() else { unreachable!() };
        assert_eq!((first.w_row, first.w.clone(), first.b.clone()), (10, 0..72, 72..84));
        assert_eq!((second.w_row, second.w.clone()), (12, 84..204));
        assert_eq!(mlp.parameters()[70..84], [0.0; 14]);
        assert!(first.weights(mlp.parameters()).eq(mlp.parameters()[..70].iter().copied()));
        assert_eq!((first.weights(mlp.parameters()).count(), second.weights(mlp.parameters()).count()), (70, 100));
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
    fn skips_go_around_hidden_layers_of_equal_widths_but_never_around_the_first() {
        let skips =
            |residual| architecture(None, residual).layers().iter().map(|layer| layer.has_skip).collect::<Vec<bool>>();
        assert_eq!(skips(true), [false, false, true, true, false]);
        assert_eq!(skips(false), [false; 5]);
    }

    #[test]
    fn a_network_starts_with_its_initializers_weights_and_plain_scales() {
        let mlp = Mlp::<f64>::new(architecture(Some(Norm::Layer), true), &mut Rng::weights(3));
        let mut rng = Rng::weights(3);
        for layer in mlp.layers() {
            let mut w = vec![0.0; layer.fan_in * layer.fan_out];
            Initializer::GlorotUniform.fill(&mut w, layer.fan_in, layer.fan_out, &mut rng);
            let of = |place: &Range<usize>| &mlp.parameters()[place.clone()];
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
