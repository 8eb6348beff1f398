//! The rectified linear unit f(z) = max(0, z) (eq. 5; Nair and Hinton, 2010).

use crate::float::{Float, Lanes, lanes};

#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    let zero = lanes::<F>(0.0);
    z.where_greater(zero, z, zero)
}

/// 1 if z > 0, else 0.
#[inline(always)]
pub fn df<F: Float>(z: F::X4) -> F::X4 {
    let zero = lanes::<F>(0.0);
    z.where_greater(zero, lanes::<F>(1.0), zero)
}
