//! The forward pass over a batch, layer by layer: z = a W + b, normalization, a = f(n), dropout, skip connection, loss. In
//! training, batch normalization uses the moments of the batch and units are dropped; in evaluation it uses running moments and
//! nothing is dropped. Nothing is allocated.

use super::kernel::matmul::{Left, Right, matmul};
use super::kernel::{self, vectors, vectors_mut};
use super::mlp::{Architecture, Mlp};
use super::norm;
use super::sparse::SparseRows;
use super::tape::{Activity, Tape};
use super::{Float, Norm};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Training,
    Evaluation,
}

impl<F: Float> Mlp<F> {
    /// The forward pass in training over the examples `rows` `[batch]` of `x`. `labels` are those of all examples.
    pub fn forward(&self, x: &SparseRows<F>, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        self.pass(Mode::Training, x, labels, rows, tape);
    }

    /// The forward pass in evaluation.
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
            // z = a W + b, where a is the output of the layer before, or x.
            match before.last().zip(self.layers[..l].last()) {
                None => kernel::sparse::affine(x, rows, w, b, z),
                Some((activity, layer_before)) => {
                    let a = Left::Plain { values: activity.output(), stride: layer_before.stride };
                    matmul(a, Right::Plain(w), Some(b), z, layer.stride, &mut tape.panel);
                }
            }
            if l < last {
                self.activate(mode, l, rows.len(), before.last().map(Activity::output), &mut here[0]);
            }
        }
        self.score(labels, rows, tape);
    }

    /// A hidden layer after z: n = norm(z), a = f(n), dropout and skip connection. `input` is the layer's input.
    fn activate(&self, mode: Mode, l: usize, batch: usize, input: Option<&[F]>, activity: &mut Activity<F>) {
        let layer = &self.layers[l];
        let n = batch * layer.stride;
        self.normalize(mode, l, n, activity);
        let Activity { z, normalized, a, output, mask, .. } = activity;
        let activation_input = normalized.as_ref().map_or(&z[..n], |normalized| &normalized.n[..n]);
        self.architecture.activation.activate(activation_input, &mut a[..n]);
        let Some(output) = output else { return };
        let output = &mut output[..n];
        output.copy_from_slice(&a[..n]);
        if let Some(mask) = mask.as_ref().filter(|_| mode == Mode::Training) {
            multiply(output, mask);
        }
        if let Some(input) = input.filter(|_| layer.has_skip) {
            add(output, input);
        }
    }

    /// n = norm(z), if layer l normalizes. `n` is the length of the batch's matrices.
    fn normalize(&self, mode: Mode, l: usize, n: usize, activity: &mut Activity<F>) {
        let layer = &self.layers[l];
        let Some((normalized, scale)) = activity.normalized.as_mut().zip(self.scale(layer)) else { return };
        let z = &activity.z[..n];
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

    /// The network's outputs, the mean loss, and how many examples are classified correctly.
    fn score(&self, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        let (Some(layer), Some(activity)) = (self.layers.last(), tape.layers.last_mut()) else { return };
        let n = rows.len() * layer.stride;
        let (z, classes) = (&activity.z[..n], layer.fan_out);
        let labels = rows.iter().map(|&row| usize::from(labels[row as usize]));
        let Architecture { loss, activation, .. } = self.architecture;
        tape.loss = loss.outputs(activation, classes, labels.clone(), z, &mut activity.a[..n]);
        tape.correct = n_correct(z, layer.stride, classes, labels);
    }
}

/// How many examples have their label's logit as the first largest one. z `[batch, stride]`.
#[inline(never)]
fn n_correct<F: Float>(z: &[F], stride: usize, classes: usize, labels: impl Iterator<Item = usize>) -> usize {
    z.chunks_exact(stride).zip(labels).filter(|&(z, label)| is_first_largest(&z[..classes], label)).count()
}

/// Whether z_label is the first largest entry. False if one is NaN. Branchless, because a branch would be mispredicted.
fn is_first_largest<F: Float>(z: &[F], label: usize) -> bool {
    let z_label = z[label];
    z.iter().enumerate().fold(true, |is_first, (k, &z)| is_first & (z <= z_label) & ((z < z_label) | (k >= label)))
}

/// to ← to + values, elementwise.
pub(super) fn add<F: Float>(to: &mut [F], values: &[F]) {
    for (to, &value) in vectors_mut(to).iter_mut().zip(vectors(values)) {
        *to = (F::X4::from(*to) + value.into()).into();
    }
}

/// to ← to · values, elementwise.
pub(super) fn multiply<F: Float>(to: &mut [F], values: &[F]) {
    for (to, &value) in vectors_mut(to).iter_mut().zip(vectors(values)) {
        *to = (F::X4::from(*to) * value.into()).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::{Activation, Architecture, Loss};

    /// The weights are the identity, so the logits are the inputs. For (2, 0, 0) the loss of class 0 is ln (1 + 2 e⁻²), and that of
    /// the other classes is larger by 2.
    #[test]
    fn a_pass_computes_the_mean_loss_and_the_number_of_correct_examples() {
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

    #[test]
    fn a_skip_connection_adds_the_input_of_a_layer_to_its_output() {
        let plain = Architecture::plain(&[2, 3, 3, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy);
        let mlp = Mlp::<f64>::new(Architecture { residual: true, ..plain }, &mut Rng::weights(1));
        let x = SparseRows::from_dense(2, [1.0, -2.0].into_iter());
        let mut tape = Tape::new(&mlp, 1);
        mlp.evaluate(&x, &[0], &[0], &mut tape);
        let [first, second, _] = &tape.layers[..] else { panic!("three layers") };
        assert_eq!(first.output()[..3], first.a[..3], "rows of two and of three numbers cannot be added");
        for unit in 0..3 {
            assert!(first.a[unit] != 0.0);
            assert_eq!(second.output()[unit], second.a[unit] + first.a[unit]);
        }
    }

    #[test]
    fn of_equal_largest_logits_the_first_counts_and_nan_is_never_correct() {
        let correct = |z: [f32; 3]| [0, 1, 2].map(|label| is_first_largest(&z, label));
        assert_eq!(correct([1.0, 3.0, 2.0]), [false, true, false]);
        assert_eq!(correct([3.0, 3.0, 2.0]), [true, false, false]);
        assert_eq!(correct([1.0, 3.0, 3.0]), [false, true, false]);
        assert_eq!(correct([f32::NEG_INFINITY; 3]), [true, false, false]);
        for lane in 0..3 {
            let mut z = [1.0, 3.0, 2.0];
            z[lane] = f32::NAN;
            assert_eq!(correct(z), [false; 3]);
        }
    }
}
