//! What training makes small. Both losses are means over the batch, and both give the output layer's δ. Rows of z, a and δ are
//! padded rows `[stride]`, of which the first `classes` count.

use super::float::{Lanes, lanes};
use super::product::{vectors, vectors_mut};
use super::{Activation, Float};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    /// Softmax cross-entropy on linear logits, as the tutorial's script trains: δ = (p − y) / batch, with no factor f′.
    SoftmaxCrossEntropy,
    /// Half squared error of an activated output, for which the tutorial's equation (2) holds: δ = (a − y) f′(z) / batch.
    HalfSquared,
}

impl Loss {
    pub const ALL: [Self; 2] = [Self::SoftmaxCrossEntropy, Self::HalfSquared];

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

    /// The output a of one example of class `label`, softmax of the logits z or f(z), and its loss.
    pub fn output<F: Float>(self, activation: Activation, classes: usize, z: &[F], a: &mut [F], label: usize) -> F {
        match self {
            Self::SoftmaxCrossEntropy => {
                let (max, sum) = softmax(classes, z, a);
                // −ln p from the logits themselves: p may underflow where its logarithm is harmless.
                sum.ln() + max - z[label]
            }
            Self::HalfSquared => {
                activation.activate(z, a);
                let squares = a[..classes].iter().enumerate().fold(F::ZERO, |sum, (k, &a)| {
                    let miss = a - one_hot(k, label);
                    sum + miss * miss
                });
                F::from_f64(0.5) * squares
            }
        }
    }

    /// δ of the output layer for one example, ∂C/∂z (eq. 2 for the squared error), without the 1/batch of the mean.
    pub fn delta<F: Float>(
        self,
        activation: Activation,
        classes: usize,
        z: &[F],
        a: &[F],
        label: usize,
        delta: &mut [F],
    ) {
        delta.fill(F::ZERO);
        for (k, (delta, &a)) in delta.iter_mut().zip(&a[..classes]).enumerate() {
            *delta = a - one_hot(k, label);
        }
        match self {
            Self::SoftmaxCrossEntropy => {}
            Self::HalfSquared => activation.times_df(z, a, delta),
        }
    }
}

/// y: 1 for the example's class, else 0.
fn one_hot<F: Float>(k: usize, label: usize) -> F {
    if k == label { F::ONE } else { F::ZERO }
}

/// p_k = e^(z_k) / Σ e^(z_j), shifted by the largest logit so that nothing overflows; that logit and the shifted sum. Padding
/// of p is 0.
fn softmax<F: Float>(classes: usize, z: &[F], p: &mut [F]) -> (F, F) {
    let max = z[..classes].iter().copied().fold(z[0], |max, z| if z > max { z } else { max });
    let shift = F::X4::splat(max);
    for (p, &z) in vectors_mut(p).iter_mut().zip(vectors(z)) {
        *p = (F::X4::from(z) - shift).exp().into();
    }
    p[classes..].fill(F::ZERO);
    let sum = p[..classes].iter().fold(F::ZERO, |sum, &p| sum + p);
    let inverse = lanes::<F>(1.0) / F::X4::splat(sum);
    for p in vectors_mut(p) {
        *p = (F::X4::from(*p) * inverse).into();
    }
    (max, sum)
}
