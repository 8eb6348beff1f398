//! Adam (Kingma and Ba, 2015) as TensorFlow computes it, which the paper gives as the variant at the end of its section 2:
//! w ← w − lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε̂). The ε̂ stands beside √v, not beside √v̂.

use super::sweep::Sweep;
use crate::nn::float::{Float, Lanes, lanes};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    pub learning_rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    /// ε̂, outside the bias correction.
    pub epsilon_hat: f64,
}

impl Adam {
    /// The defaults of TensorFlow 1, which the tutorial trains with.
    pub const TENSORFLOW: Self = Self { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon_hat: 1e-8 };

    /// Update `t`, from 1. Memory is m, the running mean of g, and v, that of g².
    pub(super) fn update<F: Float>(self, t: i32, sweep: Sweep<'_, F>) -> bool {
        let Self { learning_rate, beta1, beta2, epsilon_hat } = self;
        let power = |beta: f64| libm::pow(beta, t.into());
        let rate = lanes::<F>(learning_rate * (1.0 - power(beta2)).sqrt() / (1.0 - power(beta1)));
        let (beta1, rest1) = (lanes::<F>(beta1), lanes::<F>(1.0 - beta1));
        let (beta2, rest2) = (lanes::<F>(beta2), lanes::<F>(1.0 - beta2));
        let epsilon_hat = lanes::<F>(epsilon_hat);
        sweep.apply(|w, g, [m, v]| {
            let m = beta1 * m + rest1 * g;
            let v = beta2 * v + rest2 * (g * g);
            (w - rate * m / (v.sqrt() + epsilon_hat), [m, v])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::float::LANES;
    use crate::nn::optimizer::{Optimization, Optimizer};

    #[test]
    fn the_first_step_is_the_learning_rate_whatever_the_gradient() {
        // t = 1: m = 0.1 g, v = 0.001 g², rate = lr √0.001 / 0.1, so the step is lr · sign(g) up to ε̂.
        for g in [-250.0, -1e-3, 1e-3, 7.0] {
            let mut w = [0.0f64; LANES];
            Optimization::new(Optimizer::Adam(Adam::TENSORFLOW), LANES).update(&mut w, &[g; LANES]);
            assert!((w[0] + 1e-3 * g.signum()).abs() < 1e-3 * 4e-4, "gradient {g}: step {}", w[0]);
        }
    }
}
