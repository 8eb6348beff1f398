//! Adam (Kingma and Ba, 2015) with the paper's symbols, in the order of computation that the end of its section 2 suggests and
//! TensorFlow uses: the corrections of the bias of m and v are moved into the learning rate, so m̂ and v̂ do not appear. The
//! constant ε̂ then stands beside √v, not beside √v̂.

use super::Rule;
use crate::float::{Float, Lanes, lanes};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    /// α in the paper.
    pub learning_rate: f64,
    /// β₁, the decay rate of m.
    pub beta1: f64,
    /// β₂, the decay rate of v.
    pub beta2: f64,
    /// ε̂, added to √v.
    pub epsilon_hat: f64,
}

impl Adam {
    /// The defaults of TensorFlow 1, which the tutorial trains with.
    pub const TENSORFLOW: Self = Self { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon_hat: 1e-8 };

    /// Update `t`, from 1 on (Kingma and Ba, 2015, algorithm 1 and the end of section 2):
    ///
    /// 1. m ← β₁ m + (1 − β₁) g
    /// 2. v ← β₂ v + (1 − β₂) g²
    /// 3. αₜ = α √(1 − β₂ᵗ) / (1 − β₁ᵗ)
    /// 4. w ← w − αₜ m / (√v + ε̂)
    pub(super) fn rule<F: Float>(self, t: i32) -> impl Rule<F, 2> {
        let Self { learning_rate, beta1, beta2, epsilon_hat } = self;
        let [beta1_t, beta2_t] = [beta1, beta2].map(|beta| libm::pow(beta, t.into()));
        let alpha_t = learning_rate * (1.0 - beta2_t).sqrt() / (1.0 - beta1_t); // (3)

        let [one_minus_beta1, one_minus_beta2] = [1.0 - beta1, 1.0 - beta2].map(lanes::<F>);
        let [beta1, beta2, alpha_t, epsilon_hat] = [beta1, beta2, alpha_t, epsilon_hat].map(lanes::<F>);
        move |w, g, [m, v]| {
            let m = beta1 * m + one_minus_beta1 * g; // (1)
            let v = beta2 * v + one_minus_beta2 * (g * g); // (2)
            let w = w - alpha_t * m / (v.sqrt() + epsilon_hat); // (4)
            (w, [m, v])
        }
    }

    /// The same with decoupled weight decay λ (Loshchilov and Hutter, 2019, algorithm 2): w ← (1 − α λ) w comes first.
    pub(super) fn rule_with_decay<F: Float>(self, t: i32, weight_decay: f64) -> impl Rule<F, 2> {
        let decay = lanes::<F>(1.0 - self.learning_rate * weight_decay);
        let rule = self.rule::<F>(t);
        move |w, g, memory| rule(decay * w, g, memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::LANES;
    use crate::optimizer::{Optimization, Optimizer};

    #[test]
    fn the_first_step_is_the_learning_rate_whatever_the_gradient() {
        // At t = 1, m = 0.1 g, v = 0.001 g² and αₜ = α √0.001 / 0.1, so the step is α sign(g), but for ε̂.
        for g in [-250.0, -1e-3, 1e-3, 7.0] {
            let mut w = [0.0f64; LANES];
            Optimization::new(Optimizer::Adam(Adam::TENSORFLOW), LANES).update(&mut w, &[g; LANES]);
            assert!((w[0] + 1e-3 * g.signum()).abs() < 1e-3 * 4e-4, "gradient {g}: step {}", w[0]);
        }
    }

    /// Algorithm 1 of Kingma and Ba (2015) with their defaults, β₁ = 0.9 and β₂ = 0.999, after the gradients 1 and −1:
    /// m̂₁ = 1; m₂ = 0.9 · 0.1 − 0.1 = −0.01, so m̂₂ = −0.01 / (1 − 0.81) = −1/19; v̂₁ = v̂₂ = 1.
    #[test]
    fn two_steps_with_the_papers_defaults_are_those_worked_by_hand() {
        let (mut w, mut optimization) = ([1.0f64; LANES], Optimization::new(Optimizer::Adam(Adam::TENSORFLOW), LANES));
        for (g, expected) in [(1.0, 1.0 - 1e-3), (-1.0, 1.0 - 1e-3 + 1e-3 / 19.0)] {
            assert!(optimization.update(&mut w, &[g; LANES]));
            // ε̂ beside √v makes a step smaller by about 10⁻⁸ / √0.001.
            assert!((w[0] - expected).abs() < 1e-9, "{}, not {expected}", w[0]);
        }
    }
}
