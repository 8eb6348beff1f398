//! What training makes small. Both losses are means over the batch, and both give the output layer's δ. z, a and δ are padded,
//! `[batch, stride]`: of each row the first `classes` count.

use super::float::{LANES, Lanes, lanes};
use super::padding::Padding;
use super::product::{stride, vectors, vectors_mut};
use super::{Activation, Float};
use serde::{Deserialize, Serialize};
use strum::EnumCount;

#[derive(Clone, Copy, Debug, EnumCount, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    /// Softmax cross-entropy on linear logits, as the tutorial's script trains: δ = (p − y) / batch, with no factor f′.
    SoftmaxCrossEntropy,
    /// Half squared error of an activated output, for which the tutorial's equation (2) holds: δ = (a − y) f′(z) / batch.
    HalfSquared,
}

impl Loss {
    pub const ALL: [Self; Self::COUNT] = [Self::SoftmaxCrossEntropy, Self::HalfSquared];

    /// The name in URLs and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::SoftmaxCrossEntropy => "cross-entropy",
            Self::HalfSquared => "half-squared",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|loss| loss.key() == key)
    }

    /// The name a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::SoftmaxCrossEntropy => "softmax cross-entropy",
            Self::HalfSquared => "half squared error",
        }
    }

    /// The outputs a of a batch, softmax of the logits z or f(z), and the sum of its examples' losses. `labels` are their
    /// classes.
    #[inline(never)]
    pub fn outputs<F: Float>(
        self,
        activation: Activation,
        classes: usize,
        labels: impl Iterator<Item = usize>,
        z: &[F],
        a: &mut [F],
    ) -> F {
        match self {
            Self::SoftmaxCrossEntropy => softmax(classes, labels, z, a),
            Self::HalfSquared => {
                activation.activate(z, a);
                let half = F::from_f64(0.5);
                let rows = a.chunks_exact(stride(classes)).zip(labels);
                rows.fold(F::ZERO, |sum, (a, label)| sum + half * squared_misses(&a[..classes], label))
            }
        }
    }

    /// δ of the output layer for each example, ∂C/∂z (eq. 2 for the squared error), without the 1/batch of the mean.
    #[inline(never)]
    pub fn deltas<F: Float>(
        self,
        activation: Activation,
        classes: usize,
        labels: impl Iterator<Item = usize>,
        z: &[F],
        a: &[F],
        delta: &mut [F],
    ) {
        delta.copy_from_slice(a);
        let padding = Padding::of(classes);
        for (delta, label) in delta.chunks_exact_mut(stride(classes)).zip(labels) {
            padding.blank(delta);
            delta[label] = delta[label] - F::ONE;
        }
        match self {
            Self::SoftmaxCrossEntropy => {}
            Self::HalfSquared => activation.times_df(z, a, delta),
        }
    }
}

/// Σ (a_k − y_k)², where y is 1 for the example's class, else 0.
fn squared_misses<F: Float>(a: &[F], label: usize) -> F {
    a.iter().enumerate().fold(F::ZERO, |sum, (k, &a)| {
        let miss = if k == label { a - F::ONE } else { a };
        sum + miss * miss
    })
}

/// p_k = e^(z_k) / Σ e^(z_j) of every row, shifted by the row's largest logit so that nothing overflows, and the sum of all
/// −ln p of the labels. Padding of p is 0. One thing is done for all rows before the next: what one row has to wait for, a
/// sum or a division, is not what the next waits for.
fn softmax<F: Float>(classes: usize, labels: impl Iterator<Item = usize>, z: &[F], p: &mut [F]) -> F {
    let rows = stride(classes);
    // −ln p = ln Σ e^(z_j) − z_k, both shifted: p may underflow where its logarithm is harmless.
    let mut loss = F::ZERO;
    for ((p, z), label) in p.chunks_exact_mut(rows).zip(z.chunks_exact(rows)).zip(labels) {
        let shift = largest(&z[..classes]);
        for (p, &z) in vectors_mut(p).iter_mut().zip(vectors(z)) {
            *p = (F::X4::from(z) - shift).into();
        }
        loss = loss - p[label];
    }
    for p in vectors_mut(p) {
        *p = F::X4::from(*p).exp().into();
    }
    let padding = Padding::of(classes);
    // Σ ln x = ln Π x, and a logarithm takes long: one for eight sums, each between 1 and the number of classes.
    for eight in p.chunks_mut(8 * rows) {
        let mut product = F::ONE;
        for p in eight.chunks_exact_mut(rows) {
            padding.blank(p);
            let sum = p[..classes].iter().fold(F::ZERO, |sum, &p| sum + p);
            let inverse = lanes::<F>(1.0) / F::X4::splat(sum);
            for p in vectors_mut(p) {
                *p = (F::X4::from(*p) * inverse).into();
            }
            product *= sum;
        }
        loss += product.ln();
    }
    loss
}

/// The largest entry in all lanes: vectors choose without a branch that the processor would guess wrong.
fn largest<F: Float>(z: &[F]) -> F::X4 {
    let (vectors, rest) = z.as_chunks();
    let by_lane = vectors.iter().fold(F::X4::splat(z[0]), |largest, &z| F::X4::from(z).larger(largest));
    let lanes: [F; LANES] = by_lane.into();
    lanes.iter().chain(rest).fold(by_lane, |largest, &z| F::X4::splat(z).larger(largest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Loss::{HalfSquared, SoftmaxCrossEntropy};

    /// p of three padded logits and the loss of each class.
    fn softmax_of(z: [f32; 4]) -> ([f32; 3], [f32; 3]) {
        let mut p = [f32::NAN; 4];
        let losses = [0, 1, 2]
            .map(|label| SoftmaxCrossEntropy.outputs(Activation::Identity, 3, [label].into_iter(), &z, &mut p));
        assert_eq!(p[3], 0.0, "padding");
        ([p[0], p[1], p[2]], losses)
    }

    #[test]
    fn softmax_and_its_loss_survive_extreme_logits_in_any_order() {
        assert_eq!(softmax_of([1e3, -1e3, 0.0, 0.0]), ([1.0, 0.0, 0.0], [0.0, 2e3, 1e3]));
        assert_eq!(softmax_of([-1e3, 0.0, 1e3, 0.0]), ([0.0, 0.0, 1.0], [2e3, 1e3, 0.0]));
        assert_eq!(softmax_of([0.0, 1e3, -1e3, 0.0]), ([0.0, 1.0, 0.0], [1e3, 0.0, 2e3]));
        // Far below the padding's 0.
        let (p, losses) = softmax_of([-1e3; 4]);
        assert!(p.iter().all(|p| (p - 1.0 / 3.0).abs() < 1e-7), "{p:?}");
        assert!(losses.iter().all(|loss| (loss - 3f32.ln()).abs() < 1e-4), "{losses:?}");
    }

    /// Only beside its own largest logit does none of them overflow or all vanish.
    #[test]
    fn the_largest_logit_is_found_wherever_it_stands() {
        for (classes, place) in (1..=13).flat_map(|classes| (0..classes).map(move |place| (classes, place))) {
            let mut z = vec![-1e3f32; stride(classes)];
            z[place] = 1e3;
            z[classes..].fill(3e3);
            let mut p = vec![f32::NAN; z.len()];
            let loss = SoftmaxCrossEntropy.outputs(Activation::Identity, classes, [place].into_iter(), &z, &mut p);
            let is_right = (0..z.len()).all(|k| p[k] == if k == place { 1.0 } else { 0.0 });
            assert!(is_right && loss == 0.0, "{place} of {classes}: {p:?}, {loss}");
        }
    }

    /// Logits 0, ln 2, ln 3 have the probabilities 1/6, 2/6, 3/6; of the class 1 the loss is ln 3, δ = p − y.
    #[test]
    fn cross_entropy_is_as_worked_by_hand() {
        let z = [0.0, 2f64.ln(), 3f64.ln(), 0.0];
        let (mut p, mut delta) = ([0.0; 4], [f64::NAN; 4]);
        let loss = SoftmaxCrossEntropy.outputs(Activation::Identity, 3, [1].into_iter(), &z, &mut p);
        SoftmaxCrossEntropy.deltas(Activation::Identity, 3, [1].into_iter(), &z, &p, &mut delta);
        assert!((loss - 3f64.ln()).abs() < 1e-15, "{loss}");
        let expected = [1.0 / 6.0, -4.0 / 6.0, 3.0 / 6.0, 0.0];
        assert!(delta.iter().zip(expected).all(|(d, e)| (d - e).abs() < 1e-15), "{delta:?}");
    }

    /// Of n rows, each another; and equal logits of many classes, whose loss is the logarithm of their number.
    #[test]
    fn the_loss_of_a_batch_is_the_sum_of_its_rows() {
        let logits: Vec<f64> = (0..17 * 4).map(|i| f64::from(i * 37 % 23) / 3.0).collect();
        let loss_of = |rows: std::ops::Range<usize>| {
            let (z, labels) = (&logits[4 * rows.start..4 * rows.end], rows.clone().map(|row| row % 3));
            SoftmaxCrossEntropy.outputs(Activation::Identity, 3, labels, z, &mut vec![0.0; z.len()])
        };
        for n in 1..=17 {
            let sum: f64 = (0..n).map(|row| loss_of(row..row + 1)).sum();
            assert!((loss_of(0..n) / sum - 1.0).abs() < 1e-14, "{n}");
        }
        let labels = (0..20).map(|row| row % 256);
        let loss =
            SoftmaxCrossEntropy.outputs(Activation::Identity, 256, labels, &[0f32; 20 * 256], &mut [0.0; 20 * 256]);
        assert!((loss / (20.0 * 256f32.ln()) - 1.0).abs() < 1e-6, "{loss}");
    }

    /// z = 0, ln 3 of two sigmoids: a = 1/2, 3/4. Of class 0 the misses are −1/2, 3/4, so the loss is (1/4 + 9/16) / 2 and
    /// δ = (−1/2 · 1/4, 3/4 · 3/16).
    #[test]
    fn half_squared_error_is_as_worked_by_hand() {
        let z = [0.0, 3f64.ln(), 0.0, 0.0];
        let (mut a, mut delta) = ([0.0; 4], [f64::NAN; 4]);
        let loss = HalfSquared.outputs(Activation::Sigmoid, 2, [0].into_iter(), &z, &mut a);
        HalfSquared.deltas(Activation::Sigmoid, 2, [0].into_iter(), &z, &a, &mut delta);
        assert!((loss - 13.0 / 32.0).abs() < 1e-15, "{loss}");
        let expected = [-0.125, 0.140_625, 0.0, 0.0];
        assert!(delta.iter().zip(expected).all(|(d, e)| (d - e).abs() < 1e-15), "{delta:?}");
    }

    #[test]
    fn keys_name_one_loss_each() {
        for loss in Loss::ALL {
            assert_eq!(Loss::from_key(loss.key()), Some(loss));
        }
        assert_eq!(Loss::ALL.map(Loss::label), ["softmax cross-entropy", "half squared error"]);
        assert_eq!(Loss::from_key("squared"), None);
    }
}
