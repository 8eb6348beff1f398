//! The rectified linear unit max(0, z) (eq. 5; Nair and Hinton, 2010).

use crate::nn::Float;

pub fn f<F: Float>(z: F) -> F {
    if z > F::ZERO { z } else { F::ZERO }
}

/// 1 for z > 0, else 0: at the kink the left side's slope, as TensorFlow has it.
pub fn df<F: Float>(z: F) -> F {
    if z > F::ZERO { F::ONE } else { F::ZERO }
}
