//! The sigmoid-weighted linear unit z σ(z), also called swish (Elfwing, Uchibe and Doya, 2018).

use super::sigmoid;
use crate::float::{Float, lanes};

#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    z * sigmoid::f::<F>(z)
}

/// σ(z) + a (1 − σ(z)), from z and a = z σ(z).
#[inline(always)]
pub fn df<F: Float>(z: F::X4, a: F::X4) -> F::X4 {
    let sigmoid = sigmoid::f::<F>(z);
    sigmoid + a * (lanes::<F>(1.0) - sigmoid)
}
