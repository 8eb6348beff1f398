//! The logistic sigmoid σ(z) = 1 / (1 + e⁻ᶻ). Its derivative is at most 1/4, at z = 0. This is why gradients vanish.

use crate::float::{Float, Lanes, lanes};

/// σ(z). The exponential of −|z| cannot overflow.
#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    let one = lanes::<F>(1.0);
    let e = (-z.abs()).exp();
    z.where_greater(lanes::<F>(0.0), one, e) / (one + e)
}

/// σ′ = σ (1 − σ), from a = σ(z).
#[inline(always)]
pub fn df<F: Float>(a: F::X4) -> F::X4 {
    a * (lanes::<F>(1.0) - a)
}
