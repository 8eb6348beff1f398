//! The hyperbolic tangent. Its derivative is at most 1, at z = 0.

use crate::float::{Float, Lanes, lanes};

#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    z.tanh()
}

/// tanh′ = 1 − tanh², from a = tanh z.
#[inline(always)]
pub fn df<F: Float>(a: F::X4) -> F::X4 {
    lanes::<F>(1.0) - a * a
}
