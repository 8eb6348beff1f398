//! The identity f(z) = z. A network of such layers is linear.

use crate::float::{Float, lanes};

#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    z
}

#[inline(always)]
pub fn df<F: Float>() -> F::X4 {
    lanes::<F>(1.0)
}
