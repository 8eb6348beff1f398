//! The exponential linear unit: z above 0, eᶻ − 1 below (Clevert, Unterthiner and Hochreiter, 2016; α = 1).

use crate::float::{Float, Lanes, lanes};

#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    z.where_greater(lanes::<F>(0.0), z, z.exp_m1())
}

/// 1 above 0, eᶻ = a + 1 below.
#[inline(always)]
pub fn df<F: Float>(z: F::X4, a: F::X4) -> F::X4 {
    let one = lanes::<F>(1.0);
    z.where_greater(lanes::<F>(0.0), one, a + one)
}
