//! The leaky rectified linear unit f(z) = max(slope · z, z) (eq. 6; Maas, Hannun and Ng, 2013).

use crate::float::{Float, Lanes, lanes};

#[inline(always)]
pub fn f<F: Float>(z: F::X4, slope: F::X4) -> F::X4 {
    z.where_greater(lanes::<F>(0.0), z, slope * z)
}

/// 1 if z > 0, else the slope.
#[inline(always)]
pub fn df<F: Float>(z: F::X4, slope: F::X4) -> F::X4 {
    z.where_greater(lanes::<F>(0.0), lanes::<F>(1.0), slope)
}
