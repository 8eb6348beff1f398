//! Adam (Kingma and Ba, 2015) as TensorFlow computes it, which the paper gives as the variant at the end of its section 2:
//! w ← w − lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε̂). The ε̂ stands beside √v, not beside √v̂.

use super::sweep::Sweep;
use crate::float::{Float, Lanes, lanes};
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

    /// Update `t`, from 1. Memory is the sums m / (1 − β₁) and v / (1 − β₂) instead of the means m and v: `rate` and ε̂ take up the
    /// two factors, and each parameter is spared two multiplications. Before, w is multiplied by 1 − lr λ; the decoupled
    /// weight decay λ is 0 where there is none.
    pub(super) fn update<F: Float>(self, t: i32, weight_decay: f64, sweep: Sweep<'_, F>) -> bool {
        let Self { learning_rate, beta1, beta2, epsilon_hat } = self;
        let (rest1, root_rest2) = (1.0 - beta1, (1.0 - beta2).sqrt());
        let [bias1, bias2] = [beta1, beta2].map(|beta| 1.0 - libm::pow(beta, t.into()));
        let rate = lanes::<F>(learning_rate * bias2.sqrt() / bias1 * rest1 / root_rest2);
        let epsilon_hat = lanes::<F>(epsilon_hat / root_rest2);
        let kept = lanes::<F>(1.0 - learning_rate * weight_decay);
        let [beta1, beta2] = [beta1, beta2].map(lanes::<F>);
        sweep.apply(|w, g, [sum, squares]| {
            let sum = beta1 * sum + g;
            let squares = beta2 * squares + g * g;
            (kept * w - rate * sum / (squares.sqrt() + epsilon_hat), [sum, squares])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::LANES;
    use crate::optimizer::{Optimization, Optimizer};

    #[test]
    fn the_first_step_is_the_learning_rate_whatever_the_gradient() {
        // t = 1, in the paper's letters: m = 0.1 g, v = 0.001 g², the rate lr √0.001 / 0.1, so the step is lr · sign(g) up to ε̂.
        for g in [-250.0, -1e-3, 1e-3, 7.0] {
            let mut w = [0.0f64; LANES];
            Optimization::new(Optimizer::Adam(Adam::TENSORFLOW), LANES).update(&mut w, &[g; LANES]);
            assert!((w[0] + 1e-3 * g.signum()).abs() < 1e-3 * 4e-4, "gradient {g}: step {}", w[0]);
        }
    }
}
