//! The Gaussian error linear unit z Φ(z), exact, with Φ the normal distribution function (Hendrycks and Gimpel, 2016).

use crate::float::{Float, Lanes, lanes};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// Φ(z) = (1 + erf(z / √2)) / 2.
#[inline(always)]
fn phi<F: Float>(z: F::X4) -> F::X4 {
    lanes::<F>(0.5) * (lanes::<F>(1.0) + (z * lanes::<F>(FRAC_1_SQRT_2)).erf())
}

#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    z * phi::<F>(z)
}

/// Φ(z) + z φ(z), φ the normal density e^(−z²/2) / √(2π).
#[inline(always)]
pub fn df<F: Float>(z: F::X4) -> F::X4 {
    let density = (z * z * lanes::<F>(-0.5)).exp() * lanes::<F>(0.5 * FRAC_1_SQRT_2 * FRAC_2_SQRT_PI);
    phi::<F>(z) + z * density
}
