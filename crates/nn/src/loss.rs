//! Losses. Both are means over the batch, and both give the output layer's δ. z, a and δ are `[batch, stride]`; of each row the
//! first `classes` numbers count.

use super::float::{LANES, Lanes, lanes};
use super::kernel::{stride, vectors, vectors_mut};
use super::{Activation, Float};
use serde::{Deserialize, Serialize};
use strum::{EnumCount, EnumMessage, IntoStaticStr};

/// In the attributes: the key and the name that a reader sees.
#[derive(Clone, Copy, Debug, EnumCount, EnumMessage, IntoStaticStr, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    /// Softmax cross-entropy of linear logits, as in the tutorial's script: δ = (p − y) / batch, without a factor f′.
    #[strum(serialize = "cross-entropy", message = "softmax cross-entropy")]
    SoftmaxCrossEntropy,
    /// Half squared error of an activated output, for which the tutorial's (2) holds: δ = (a − y) f′(z) / batch.
    #[strum(serialize = "half-squared", message = "half squared error")]
    HalfSquared,
}

impl Loss {
    pub const ALL: [Self; Self::COUNT] = [Self::SoftmaxCrossEntropy, Self::HalfSquared];

    /// The name in URLs and on the command line.
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|loss| loss.key() == key)
    }

    /// The name that a reader sees.
    pub fn label(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }

    /// Computes the outputs a, which are the softmax of the logits z or f(z), and returns the mean loss. `labels` `[batch]`. The
    /// padding of a is unspecified.
    #[inline(never)]
    pub fn outputs<F: Float>(
        self,
        activation: Activation,
        classes: usize,
        labels: impl Iterator<Item = usize>,
        z: &[F],
        a: &mut [F],
    ) -> F {
        let batch = a.len() / stride(classes);
        if self == Self::HalfSquared {
            activation.activate(z, a);
        }
        let mut sum = F::ZERO;
        for ((z, a), label) in z.chunks_exact(stride(classes)).zip(a.chunks_exact_mut(stride(classes))).zip(labels) {
            sum += match self {
                Self::SoftmaxCrossEntropy => softmax_cross_entropy(z, a, classes, label),
                Self::HalfSquared => half_squared(&a[..classes], label),
            };
        }
        sum / F::from_f64(batch as f64)
    }

    /// Computes δ = ∂C/∂z of the output layer (eq. 2 for the squared error). Its padding stays 0.
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
        let batch = delta.len() / stride(classes);
        let scale = F::from_f64(1.0 / batch as f64);
        let rows = delta.chunks_exact_mut(stride(classes)).zip(a.chunks_exact(stride(classes)));
        for ((delta, a), label) in rows.zip(labels) {
            // scale (a − y), where y is 1 for the label and 0 for other classes.
            delta[..classes].iter_mut().zip(a).for_each(|(delta, &a)| *delta = scale * a);
            delta[label] = scale * (a[label] - F::ONE);
        }
        match self {
            Self::SoftmaxCrossEntropy => {}
            Self::HalfSquared => activation.times_df(z, a, delta),
        }
    }
}

/// ½ Σ (a_k − y_k)², where y is 1 for the label and 0 for other classes.
fn half_squared<F: Float>(a: &[F], label: usize) -> F {
    let square = |(k, &a)| {
        let error = if k == label { a - F::ONE } else { a };
        error * error
    };
    F::from_f64(0.5) * a.iter().enumerate().map(square).fold(F::ZERO, |sum, square| sum + square)
}

/// Computes p_k = e^(z_k − max) / Σ e^(z_j − max) of one example and returns −ln p_label. Subtracting the largest logit prevents
/// overflow. The loss is computed as ln Σ e^(z_j − max) − (z_label − max), because p may underflow to 0.
#[inline(always)]
fn softmax_cross_entropy<F: Float>(z: &[F], p: &mut [F], classes: usize, label: usize) -> F {
    // By vector, because a browser compares single numbers with branches, which would be mispredicted.
    let max =
        z[..classes].iter().map(|&z| F::X4::splat(z)).fold(F::X4::splat(z[0]), |max, z| z.where_greater(max, z, max));
    for (p, &z) in vectors_mut(p).iter_mut().zip(vectors(z)) {
        *p = (F::X4::from(z) - max).exp().into();
    }
    let sum = p[..classes].iter().fold(F::ZERO, |sum, &p| sum + p);
    let inverse = lanes::<F>(1.0) / F::X4::splat(sum);
    for p in vectors_mut(p) {
        *p = (F::X4::from(*p) * inverse).into();
    }
    let [max, ..]: [F; LANES] = max.into();
    sum.ln() - (z[label] - max)
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
        ([p[0], p[1], p[2]], losses)
    }

    #[test]
    fn softmax_and_its_loss_survive_extreme_logits_in_any_order() {
        assert_eq!(softmax_of([1e3, -1e3, 0.0, 0.0]), ([1.0, 0.0, 0.0], [0.0, 2e3, 1e3]));
        assert_eq!(softmax_of([-1e3, 0.0, 1e3, 0.0]), ([0.0, 0.0, 1.0], [2e3, 1e3, 0.0]));
        assert_eq!(softmax_of([0.0, 1e3, -1e3, 0.0]), ([0.0, 1.0, 0.0], [1e3, 0.0, 2e3]));
        // Far below the 0 of the padding.
        let (p, losses) = softmax_of([-1e3; 4]);
        assert!(p.iter().all(|p| (p - 1.0 / 3.0).abs() < 1e-7), "{p:?}");
        assert!(losses.iter().all(|loss| (loss - 3f32.ln()).abs() < 1e-4), "{losses:?}");
    }

    /// With another logit than the largest as the shift, p would overflow or vanish.
    #[test]
    fn the_largest_logit_is_found_wherever_it_stands() {
        for (classes, place) in (1..=13).flat_map(|classes| (0..classes).map(move |place| (classes, place))) {
            let mut z = vec![-1e3f32; stride(classes)];
            z[place] = 1e3;
            z[classes..].fill(3e3);
            let mut p = vec![f32::NAN; z.len()];
            let loss = SoftmaxCrossEntropy.outputs(Activation::Identity, classes, [place].into_iter(), &z, &mut p);
            let is_right = (0..classes).all(|k| p[k] == if k == place { 1.0 } else { 0.0 });
            assert!(is_right && loss == 0.0, "{place} of {classes}: {p:?}, {loss}");
        }
    }

    /// Logits 0, ln 2, ln 3 have the probabilities 1/6, 2/6, 3/6; of the class 1 the loss is ln 3, δ = p − y.
    #[test]
    fn cross_entropy_is_as_worked_by_hand() {
        let z = [0.0, 2f64.ln(), 3f64.ln(), 0.0];
        let (mut p, mut delta) = ([0.0; 4], [0.0; 4]);
        let loss = SoftmaxCrossEntropy.outputs(Activation::Identity, 3, [1].into_iter(), &z, &mut p);
        SoftmaxCrossEntropy.deltas(Activation::Identity, 3, [1].into_iter(), &z, &p, &mut delta);
        assert!((loss - 3f64.ln()).abs() < 1e-15, "{loss}");
        let expected = [1.0 / 6.0, -4.0 / 6.0, 3.0 / 6.0, 0.0];
        assert!(delta.iter().zip(expected).all(|(d, e)| (d - e).abs() < 1e-15), "{delta:?}");
    }

    /// Equal logits have the loss ln(classes).
    #[test]
    fn the_loss_of_a_batch_is_the_mean_of_its_rows() {
        let logits: Vec<f64> = (0..17 * 4).map(|i| f64::from(i * 37 % 23) / 3.0).collect();
        let loss_of = |rows: std::ops::Range<usize>| {
            let (z, labels) = (&logits[4 * rows.start..4 * rows.end], rows.clone().map(|row| row % 3));
            SoftmaxCrossEntropy.outputs(Activation::Identity, 3, labels, z, &mut vec![0.0; z.len()])
        };
        for n in 1..=17 {
            let sum: f64 = (0..n).map(|row| loss_of(row..row + 1)).sum();
            assert!((loss_of(0..n) * n as f64 / sum - 1.0).abs() < 1e-14, "{n}");
        }
        let labels = (0..20).map(|row| row % 256);
        let loss =
            SoftmaxCrossEntropy.outputs(Activation::Identity, 256, labels, &[0f32; 20 * 256], &mut [0.0; 20 * 256]);
        assert!((loss / 256f32.ln() - 1.0).abs() < 1e-6, "{loss}");
    }

    /// Two sigmoids of z = 0, ln 3 are a = 1/2, 3/4. For class 0, a − y is −1/2, 3/4, so the loss is (1/4 + 9/16) / 2 and
    /// δ = (−1/2 · 1/4, 3/4 · 3/16).
    #[test]
    fn half_squared_error_is_as_worked_by_hand() {
        let z = [0.0, 3f64.ln(), 0.0, 0.0];
        let (mut a, mut delta) = ([0.0; 4], [0.0; 4]);
        let loss = HalfSquared.outputs(Activation::Sigmoid, 2, [0].into_iter(), &z, &mut a);
        HalfSquared.deltas(Activation::Sigmoid, 2, [0].into_iter(), &z, &a, &mut delta);
        assert!((loss - 13.0 / 32.0).abs() < 1e-15, "{loss}");
        let expected = [-0.125, 0.140_625, 0.0, 0.0];
        assert!(delta.iter().zip(expected).all(|(d, e)| (d - e).abs() < 1e-15), "{delta:?}");
    }

    #[test]
    fn keys_are_unique() {
        for loss in Loss::ALL {
            assert_eq!(Loss::from_key(loss.key()), Some(loss));
        }
        assert_eq!(Loss::ALL.map(Loss::label), ["softmax cross-entropy", "half squared error"]);
        assert_eq!(Loss::from_key("squared"), None);
    }
}
