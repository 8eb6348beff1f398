//! Forward and backward through the network, layer by layer, over a batch. In training a layer normalizes by the batch and
//! drops units; in evaluation it normalizes by running means and drops nothing. Nothing is allocated once buffers have grown.

use super::float::{LANES, lanes};
use super::magnitude::Magnitude;
use super::mlp::{Architecture, Layer, Mlp};
use super::norm;
use super::product::{Left, Right, product, vectors, vectors_mut};
use super::sparse::{self, SparseRows};
use super::tape::{Activity, Link, Tape};
use super::{Float, Norm};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Training,
    Evaluation,
}

impl<F: Float> Mlp<F> {
    /// Runs the examples `rows` of `x` through the network as training does: z, a, loss and number correct. `labels` are those
    /// of all of x.
    pub fn forward(&self, x: &SparseRows<F>, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        self.pass(Mode::Training, x, labels, rows, tape);
    }

    /// Runs the examples `rows` of `x` through the network as a user of it would.
    pub fn evaluate(&self, x: &SparseRows<F>, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        self.pass(Mode::Evaluation, x, labels, rows, tape);
    }

    fn pass(&self, mode: Mode, x: &SparseRows<F>, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        tape.batch = rows.len();
        let last = self.layers.len() - 1;
        for (l, layer) in self.layers.iter().enumerate() {
            let (w, b) = (&self.parameters[layer.w.clone()], &self.parameters[layer.b.clone()]);
            let (before, here) = tape.layers.split_at_mut(l);
            let z = &mut here[0].z[..rows.len() * layer.stride];
            match before.last().zip(self.layers[..l].last()) {
                None => sparse::affine(x, rows, w, b, z, layer.fan_out),
                Some((activity, layer_before)) => {
                    let a = Left::Plain { values: activity.output(), stride: layer_before.stride };
                    product(a, Right::Plain(w), Some(b), z, layer.stride, &mut tape.panel);
                }
            }
            if l < last {
                self.activate(mode, l, rows.len(), before.last().map(Activity::output), &mut here[0]);
            }
        }
        self.score(labels, rows, tape);
    }

    /// A hidden layer after z: normalization, activation, dropout and skip connection.
    fn activate(&self, mode: Mode, l: usize, batch: usize, input: Option<&[F]>, activity: &mut Activity<F>) {
        let layer = &self.layers[l];
        let n = batch * layer.stride;
        let Activity { z, normalized, a, passed_on, mask, .. } = activity;
        let z = &z[..n];
        if let Some((normalized, scale)) = normalized.as_mut().zip(self.scale(layer)) {
            match (self.architecture.norm, mode) {
                (Some(Norm::Layer), _) => norm::layer_forward(z, layer.fan_out, scale, normalized),
                (_, Mode::Training) => {
                    norm::batch_statistics(z, normalized);
                    norm::batch_forward(z, scale, normalized);
                }
                (_, Mode::Evaluation) => {
                    normalized.mean.copy_from_slice(&self.running[l].mean);
                    normalized.variance.copy_from_slice(&self.running[l].variance);
                    norm::batch_forward(z, scale, normalized);
                }
            }
        }
        let seen = normalized.as_ref().map_or(z, |normalized| &normalized.n[..n]);
        self.architecture.activation.activate(seen, &mut a[..n]);
        let Some(passed_on) = passed_on else { return };
        let passed_on = &mut passed_on[..n];
        passed_on.copy_from_slice(&a[..n]);
        if let Some(mask) = mask.as_ref().filter(|_| mode == Mode::Training) {
            times(passed_on, mask);
        }
        if let Some(input) = input.filter(|_| layer.has_skip) {
            plus(passed_on, input);
        }
    }

    /// The output, the mean loss and the number of correct examples.
    #[inline(never)]
    fn score(&self, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        let (Some(layer), Some(activity)) = (self.layers.last(), tape.layers.last_mut()) else { return };
        let n = rows.len() * layer.stride;
        let (z, classes) = (&activity.z[..n], layer.fan_out);
        let labels = rows.iter().map(|&row| usize::from(labels[row as usize]));
        let Architecture { loss, activation, .. } = self.architecture;
        tape.loss = loss.outputs(activation, classes, labels.clone(), z, &mut activity.a[..n]);
        tape.correct =
            z.chunks_exact(layer.stride).zip(labels).filter(|&(z, label)| is_largest(&z[..classes], label)).count();
        tape.loss = tape.loss / F::from_f64(rows.len() as f64);
    }

    /// The gradient of the batch that [`forward`](Self::forward) has just seen: δ of every layer, ∂C/∂W and the others.
    pub fn backward(&self, x: &SparseRows<F>, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        self.output_delta(labels, rows, tape);
        // ‖δ‖ of the layer at hand, where the chain is measured.
        let mut norm = None;
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let (before, here) = tape.layers.split_at_mut(l);
            let delta = &here[0].delta[..rows.len() * layer.stride];
            add_rows(delta, &mut tape.gradient[layer.b.clone()]);
            let dw = &mut tape.gradient[layer.w.clone()];
            match before.last_mut().zip(self.layers[..l].last()) {
                None => sparse::gradient(x, rows, delta, dw, layer.fan_out),
                Some((activity, layer_before)) => {
                    // ∂C/∂W = aᵀ δ: the factor a of (1) that the tutorial's (4) leaves out.
                    let a = Left::Transposed { values: activity.output(), stride: layer_before.stride };
                    product(a, Right::Plain(delta), None, dw, layer.stride, &mut tape.panel);
                    // δ Wᵀ, the sum in (3).
                    let w = &self.parameters[layer.w.clone()];
                    let w = Right::Transposed { values: w, stride: layer.stride, inner: layer.fan_out };
                    let before = &mut activity.delta[..rows.len() * layer_before.stride];
                    let rows_of_delta = Left::Plain { values: delta, stride: layer.stride };
                    product(rows_of_delta, w, None, before, layer_before.stride, &mut tape.panel);
                    norm = norm.or_else(|| tape.measures_chain.then(|| Magnitude::of(delta).norm));
                    let skipped = here[0].skipped.as_deref().filter(|_| layer.has_skip);
                    norm = self.pull_back(layer_before, rows.len(), skipped, norm, activity, &mut tape.gradient);
                }
            }
        }
    }

    /// From δ Wᵀ in `activity.delta` back through skip connection, dropout, f′ and normalization to the hidden layer's δ. Where
    /// `norm`, ‖δ‖ of the layer after it, is given, measures the link between them and gives this layer's ‖δ‖.
    fn pull_back(
        &self,
        layer: &Layer,
        batch: usize,
        skipped: Option<&[F]>,
        mut norm: Option<f64>,
        activity: &mut Activity<F>,
        gradient: &mut [F],
    ) -> Option<f64> {
        let n = batch * layer.stride;
        let Activity { z, normalized, a, mask, delta, skipped: to_skip, link, .. } = activity;
        let delta = &mut delta[..n];
        let mut factor = |delta: &[F]| {
            let Some(before) = &mut norm else { return 1.0 };
            let now = Magnitude::of(delta).norm;
            now / std::mem::replace(before, now)
        };
        *link = Link::NONE;
        link.weights = factor(delta);
        if let Some(skipped) = skipped {
            plus(delta, skipped);
            link.skip = factor(delta);
        }
        if let Some(to_skip) = to_skip {
            to_skip[..n].copy_from_slice(delta);
        }
        if let Some(mask) = mask {
            times(delta, mask);
            link.dropout = factor(delta);
        }
        let seen = normalized.as_ref().map_or(&z[..n], |normalized| &normalized.n[..n]);
        self.architecture.activation.times_df(seen, &a[..n], delta);
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
        norm
    }

    #[inline(never)]
    fn output_delta(&self, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        let (Some(layer), Some(activity)) = (self.layers.last(), tape.layers.last_mut()) else { return };
        let n = rows.len() * layer.stride;
        let Activity { z, a, delta, .. } = activity;
        let delta = &mut delta[..n];
        let labels = rows.iter().map(|&row| usize::from(labels[row as usize]));
        let Architecture { loss, activation, .. } = self.architecture;
        loss.deltas(activation, layer.fan_out, labels, &z[..n], &a[..n], delta);
        let scale = lanes::<F>(1.0 / rows.len() as f64);
        for delta in vectors_mut(delta) {
            *delta = (F::X4::from(*delta) * scale).into();
        }
    }
}

/// The sum of all rows, in order.
#[inline(never)]
fn add_rows<F: Float>(rows: &[F], sum: &mut [F]) {
    let (rows, sum) = (vectors(rows), vectors_mut(sum));
    let mut v = 0;
    while v < sum.len() {
        v += match sum.len() - v {
            1 => add_columns::<F, 1>(rows, sum, v),
            2 => add_columns::<F, 2>(rows, sum, v),
            _ => add_columns::<F, 3>(rows, sum, v),
        };
    }
}

/// `V` vectors of each row, from vector `v` on; how many that were.
#[inline(always)]
fn add_columns<F: Float, const V: usize>(rows: &[[F; LANES]], sum: &mut [[F; LANES]], v: usize) -> usize {
    let mut sums = [lanes::<F>(0.0); V];
    for row in rows.chunks_exact(sum.len()) {
        sums.iter_mut().zip(&row[v..v + V]).for_each(|(sum, &x)| *sum = *sum + x.into());
    }
    sum[v..v + V].iter_mut().zip(sums).for_each(|(to, sum)| *to = sum.into());
    V
}

fn plus<F: Float>(to: &mut [F], values: &[F]) {
    for (to, &value) in vectors_mut(to).iter_mut().zip(vectors(values)) {
        *to = (F::X4::from(*to) + value.into()).into();
    }
}

fn times<F: Float>(to: &mut [F], values: &[F]) {
    for (to, &value) in vectors_mut(to).iter_mut().zip(vectors(values)) {
        *to = (F::X4::from(*to) * value.into()).into();
    }
}

/// Whether the label's entry is the first largest one. A row with NaN is never correct.
fn is_largest<F: Float>(z: &[F], label: usize) -> bool {
    let own = z[label];
    // Without a branch that the processor would guess wrong.
    z.iter().enumerate().fold(true, |is_largest, (k, &z)| is_largest & (z <= own) & ((z < own) | (k >= label)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::{Activation, Architecture, Loss};

    /// The identity as weights: logits are the inputs. Of (2, 0, 0) the class 0 has the loss ln (1 + 2 e⁻²), any other 2 more.
    #[test]
    fn a_batch_has_the_mean_loss_and_the_number_of_its_correct_examples() {
        let plain = Architecture::plain(&[3, 3], Activation::Identity, Loss::SoftmaxCrossEntropy);
        let mut mlp = Mlp::<f64>::new(plain, &mut Rng::weights(1));
        let identity = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]].concat();
        mlp.parameters_mut()[..12].copy_from_slice(&identity);
        let x = SparseRows::from_dense(3, [2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 2.0].into_iter());
        let mut tape = Tape::new(&mlp, 4);
        mlp.evaluate(&x, &[0, 2, 2], &[0, 1, 2, 2], &mut tape);
        let loss = (1.0 + 2.0 * (-2f64).exp()).ln() + 2.0 / 4.0;
        assert!((tape.loss - loss).abs() < 1e-15, "{}, not {loss}", tape.loss);
        assert_eq!((tape.batch, tape.correct), (4, 3));
    }

    /// Its derivative alone could not tell a + x from a − x.
    #[test]
    fn a_skip_connection_adds_what_came_in_to_what_comes_out() {
        let plain = Architecture::plain(&[2, 3, 3, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy);
        let mlp = Mlp::<f64>::new(Architecture { residual: true, ..plain }, &mut Rng::weights(1));
        let x = SparseRows::from_dense(2, [1.0, -2.0].into_iter());
        let mut tape = Tape::new(&mlp, 1);
        mlp.evaluate(&x, &[0], &[0], &mut tape);
        let [first, second, _] = &tape.layers[..] else { panic!("three layers") };
        assert_eq!(first.output()[..3], first.a[..3], "two numbers and three cannot be added");
        for unit in 0..3 {
            assert!(first.a[unit] != 0.0);
            assert_eq!(second.output()[unit], second.a[unit] + first.a[unit]);
        }
    }

    #[test]
    fn rows_of_every_width_are_added() {
        for width in (LANES..=9 * LANES).step_by(LANES) {
            let rows: Vec<f32> = (0..5 * width).map(|i| (i * 7 % 11) as f32).collect();
            let mut sum = vec![f32::NAN; width];
            add_rows(&rows, &mut sum);
            let expected: Vec<f32> = (0..width).map(|j| rows.iter().skip(j).step_by(width).sum()).collect();
            assert_eq!(sum, expected);
        }
    }

    #[test]
    fn of_equal_largest_outputs_the_first_counts_and_nan_is_never_right() {
        let right = |z: [f32; 3]| [0, 1, 2].map(|label| is_largest(&z, label));
        assert_eq!(right([1.0, 3.0, 2.0]), [false, true, false]);
        assert_eq!(right([3.0, 3.0, 2.0]), [true, false, false]);
        assert_eq!(right([1.0, 3.0, 3.0]), [false, true, false]);
        assert_eq!(right([f32::NEG_INFINITY; 3]), [true, false, false]);
        for lane in 0..3 {
            let mut z = [1.0, 3.0, 2.0];
            z[lane] = f32::NAN;
            assert_eq!(right(z), [false; 3]);
        }
    }
}
