//! What training makes small. Both losses are means over the batch, and both give the output layer's δ.

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

    /// The output of one example: softmax of the logits z, or f(z). Both `[classes]`.
    pub fn output<F: Float>(self, activation: Activation, z: &[F], a: &mut [F]) {
        match self {
            Self::SoftmaxCrossEntropy => softmax(z, a),
            Self::HalfSquared => activation.activate(z, a),
        }
    }

    /// The loss of one example of class `label`, from its pre-activation z and output a. Both `[classes]`.
    pub fn of<F: Float>(self, z: &[F], a: &[F], label: usize) -> F {
        match self {
            Self::SoftmaxCrossEntropy => {
                // −ln p from the logits themselves: p may underflow where its logarithm is harmless.
                let max = max(z);
                let sum = z.iter().fold(F::ZERO, |sum, &z| sum + (z - max).exp());
                sum.ln() + max - z[label]
            }
            Self::HalfSquared => {
                let squares = a.iter().enumerate().fold(F::ZERO, |sum, (k, &a)| {
                    let miss = a - one_hot(k, label);
                    sum + miss * miss
                });
                F::from_f64(0.5) * squares
            }
        }
    }

    /// δ of the output layer for one example, ∂C/∂z (eq. 2 for the squared error); `scale` is 1/batch. All `[classes]`.
    pub fn delta<F: Float>(self, activation: Activation, z: &[F], a: &[F], label: usize, scale: F, delta: &mut [F]) {
        for (k, (delta, &a)) in delta.iter_mut().zip(a).enumerate() {
            *delta = scale * (a - one_hot(k, label));
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

fn max<F: Float>(z: &[F]) -> F {
    z.iter().copied().fold(z[0], |max, z| if z > max { z } else { max })
}

/// p_k = e^(z_k) / Σ e^(z_j), shifted by the largest logit so that nothing overflows.
fn softmax<F: Float>(z: &[F], p: &mut [F]) {
    let max = max(z);
    let mut sum = F::ZERO;
    for (p, &z) in p.iter_mut().zip(z) {
        *p = (z - max).exp();
        sum += *p;
    }
    p.iter_mut().for_each(|p| *p = *p / sum);
}
