//! The hyperbolic tangent. Its derivative reaches 1, at z = 0.

use crate::nn::Float;

pub fn f<F: Float>(z: F) -> F {
    z.tanh()
}

/// 1 − tanh², from a = tanh(z).
pub fn df<F: Float>(a: F) -> F {
    F::ONE - a * a
}
