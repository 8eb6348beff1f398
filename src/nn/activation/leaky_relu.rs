//! The leaky rectified linear unit max(slope · z, z) (eq. 6; Maas, Hannun and Ng, 2013).

use crate::nn::Float;

pub fn f<F: Float>(z: F, slope: F) -> F {
    if z > F::ZERO { z } else { slope * z }
}

/// 1 for z > 0, else the slope.
pub fn df<F: Float>(z: F, slope: F) -> F {
    if z > F::ZERO { F::ONE } else { slope }
}
