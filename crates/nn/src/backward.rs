//! The backward pass over a batch, from the last layer to the first: δ by (2) and (3), the gradient (1) from δ.
//! Nothing is allocated.

use super::float::lanes;
use super::forward::{add, multiply};
use super::kernel::matmul::{Left, Right, matmul};
use super::kernel::{self, sum, vectors, vectors_mut};
use super::mlp::{Architecture, Layer, Mlp};
use super::norm;
use super::sparse::SparseRows;
use super::tape::{Activity, Link, Tape};
use super::{Float, Norm};

impl<F: Float> Mlp<F> {
    /// Computes δ of every layer and the gradient for the batch of the last [`forward`](Self::forward), whose arguments it takes.
    pub fn backward(&self, x: &SparseRows<F>, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        self.output_delta(labels, rows, tape);
        // ‖δ⁽ˡ⁾‖, if the chain is measured.
        let mut delta_norm = None;
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let (before, here) = tape.layers.split_at_mut(l);
            let delta = &here[0].delta[..rows.len() * layer.stride];
            // ∂C/∂b = Σ δ over the batch.
            sum_rows(delta, &mut tape.gradient[layer.b.clone()]);
            let dw = &mut tape.gradient[layer.w.clone()];
            let Some((activity, layer_before)) = before.last_mut().zip(self.layers[..l].last()) else {
                // ∂C/∂W = xᵀ δ (eq. 1).
                kernel::sparse::gradient(x, rows, delta, dw, layer.stride);
                break;
            };
            // ∂C/∂W = aᵀ δ (eq. 1), with the factor a that the tutorial's (4) leaves out.
            let a = Left::Transposed { values: activity.output(), stride: layer_before.stride };
            matmul(a, Right::Plain(delta), None, dw, layer.stride, &mut tape.panel);
            // δ Wᵀ, the sum in (3).
            let w = &self.parameters[layer.w.clone()];
            let w_transposed = Right::Transposed { values: w, stride: layer.stride, inner: layer.fan_out };
            let delta_rows = Left::Plain { values: delta, stride: layer.stride };
            let delta_before = &mut activity.delta[..rows.len() * layer_before.stride];
            matmul(delta_rows, w_transposed, None, delta_before, layer_before.stride, &mut tape.panel);

            delta_norm = delta_norm.or_else(|| tape.measures_chain.then(|| sum::norm(delta)));
            let skip_delta = here[0].skip_delta.as_deref();
            delta_norm =
                self.backward_hidden(layer_before, rows.len(), skip_delta, delta_norm, activity, &mut tape.gradient);
        }
    }

    /// From δ⁽ˡ⁺¹⁾ Wᵀ, which `activity.delta` holds, back through skip connection, dropout, f′ and normalization to δ⁽ˡ⁾ of a hidden
    /// layer. `skip_delta` is ∂C/∂(output) of layer l + 1, if that has a skip connection. If `delta_norm`, ‖δ⁽ˡ⁺¹⁾‖, is given,
    /// measures the link between the layers and returns ‖δ⁽ˡ⁾‖.
    fn backward_hidden(
        &self,
        layer: &Layer,
        batch: usize,
        skip_delta: Option<&[F]>,
        mut delta_norm: Option<f64>,
        activity: &mut Activity<F>,
        gradient: &mut [F],
    ) -> Option<f64> {
        let n = batch * layer.stride;
        let Activity { z, normalized, a, mask, delta, skip_delta: own_skip_delta, link, .. } = activity;
        let delta = &mut delta[..n];
        // The factor by which the last operation changed ‖δ‖.
        let mut factor = |delta: &[F]| {
            let Some(before) = &mut delta_norm else { return 1.0 };
            let after = sum::norm(delta);
            after / std::mem::replace(before, after)
        };
        *link = Link::NONE;
        link.weights = factor(delta);
        if let Some(skip_delta) = skip_delta {
            add(delta, skip_delta);
            link.skip = factor(delta);
        }
        if let Some(own) = own_skip_delta {
            own[..n].copy_from_slice(delta);
        }
        if let Some(mask) = mask {
            multiply(delta, mask);
            link.dropout = factor(delta);
        }
        let activation_input = normalized.as_ref().map_or(&z[..n], |normalized| &normalized.n[..n]);
        self.architecture.activation.times_df(activation_input, &a[..n], delta);
        link.derivative = factor(delta);
        if let (Some(normalized), Some((gamma, beta))) = (normalized, &layer.norm) {
            let (dgamma, dbeta) = gradient[gamma.start..beta.end].split_at_mut(gamma.len());
            norm::scale_gradient(normalized, delta, dgamma, dbeta);
            let gamma = &self.parameters[gamma.clone()];
            match self.architecture.norm {
                Some(Norm::Layer) => norm::layer_backward(normalized, layer.fan_out, gamma, delta),
                Some(Norm::Batch) | None => norm::batch_backward(normalized, gamma, delta, dgamma, dbeta),
            }
            link.norm = factor(delta);
        }
        delta_norm
    }

    /// δ of the output layer.
    fn output_delta(&self, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        let (Some(layer), Some(activity)) = (self.layers.last(), tape.layers.last_mut()) else { return };
        let n = rows.len() * layer.stride;
        let Activity { z, a, delta, .. } = activity;
        let labels = rows.iter().map(|&row| usize::from(labels[row as usize]));
        let Architecture { loss, activation, .. } = self.architecture;
        loss.deltas(activation, layer.fan_out, labels, &z[..n], &a[..n], &mut delta[..n]);
    }
}

/// sum ← the sum of all rows, in order. `rows` `[batch, stride]`, `sum` `[stride]`.
#[inline(never)]
fn sum_rows<F: Float>(rows: &[F], sum: &mut [F]) {
    let stride = sum.len();
    for (j, sum) in vectors_mut(sum).iter_mut().enumerate() {
        let column = rows.chunks_exact(stride).map(|row| F::X4::from(vectors(row)[j]));
        *sum = column.fold(lanes::<F>(0.0), |sum, x| sum + x).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::LANES;

    #[test]
    fn rows_of_every_width_are_summed() {
        for width in (LANES..=9 * LANES).step_by(LANES) {
            let rows: Vec<f32> = (0..5 * width).map(|i| (i * 7 % 11) as f32).collect();
            let mut sum = vec![f32::NAN; width];
            sum_rows(&rows, &mut sum);
            let expected: Vec<f32> = (0..width).map(|j| rows.iter().skip(j).step_by(width).sum()).collect();
            assert_eq!(sum, expected);
        }
    }
}
