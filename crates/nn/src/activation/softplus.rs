//! Softplus ln (1 + eᶻ), a smooth ReLU (Dugas et al., 2001). Its derivative is the sigmoid.

use super::sigmoid;
use crate::float::{Float, Lanes, lanes};

/// max(z, 0) + ln (1 + e^−|z|): the exponential cannot overflow.
#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    let zero = lanes::<F>(0.0);
    z.where_greater(zero, z, zero) + (-z.abs()).exp().ln_1p()
}

#[inline(always)]
pub fn df<F: Float>(z: F::X4) -> F::X4 {
    sigmoid::f::<F>(z)
}
