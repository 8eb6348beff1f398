//! The scaled exponential linear unit: λ z above 0, λ α (eᶻ − 1) below. With LeCun's normal initialization, λ and α keep
//! activations near mean 0 and variance 1 from layer to layer (Klambauer, Unterthiner, Mayr and Hochreiter, 2017).

use crate::float::{Float, Lanes, lanes};

const LAMBDA: f64 = 1.050_700_987_355_480_5;
const ALPHA: f64 = 1.673_263_242_354_377_2;

#[inline(always)]
pub fn f<F: Float>(z: F::X4) -> F::X4 {
    z.where_greater(lanes::<F>(0.0), lanes::<F>(LAMBDA) * z, lanes::<F>(LAMBDA * ALPHA) * z.exp_m1())
}

/// λ above 0, λ α eᶻ = a + λ α below.
#[inline(always)]
pub fn df<F: Float>(z: F::X4, a: F::X4) -> F::X4 {
    z.where_greater(lanes::<F>(0.0), lanes::<F>(LAMBDA), a + lanes::<F>(LAMBDA * ALPHA))
}
