//! The logistic sigmoid σ(z) = 1 / (1 + e⁻ᶻ). Its derivative is at most 1/4, at z = 0: this is where gradients vanish.

use crate::nn::Float;

/// σ(z). The exponential of −|z| cannot overflow.
pub fn f<F: Float>(z: F) -> F {
    if z < F::ZERO {
        let e = z.exp();
        e / (F::ONE + e)
    } else {
        F::ONE / (F::ONE + (-z).exp())
    }
}

/// σ′ = σ (1 − σ), from a = σ(z).
pub fn df<F: Float>(a: F) -> F {
    a * (F::ONE - a)
}
