//! Adam (Kingma and Ba, 2015) as TensorFlow computes it, which the paper gives as the variant at the end of its section 2:
//! w ← w − lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε̂). The ε̂ stands beside √v, not beside √v̂.

use crate::nn::Float;
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
}

pub struct State<F> {
    settings: Adam,
    /// Running mean of g, `[parameters]`.
    m: Vec<F>,
    /// Running mean of g², `[parameters]`.
    v: Vec<F>,
    /// β₁ᵗ and β₂ᵗ, in `f64` for every number type.
    beta1_t: f64,
    beta2_t: f64,
}

impl<F: Float> State<F> {
    pub fn new(settings: Adam, n_parameters: usize) -> Self {
        let zeros = vec![F::ZERO; n_parameters];
        Self { settings, m: zeros.clone(), v: zeros, beta1_t: 1.0, beta2_t: 1.0 }
    }

    pub fn update(&mut self, parameters: &mut [F], gradient: &[F]) {
        let Adam { learning_rate, beta1, beta2, epsilon_hat } = self.settings;
        self.beta1_t *= beta1;
        self.beta2_t *= beta2;
        let rate = F::from_f64(learning_rate * (1.0 - self.beta2_t).sqrt() / (1.0 - self.beta1_t));
        let (beta1, rest1) = (F::from_f64(beta1), F::from_f64(1.0 - beta1));
        let (beta2, rest2) = (F::from_f64(beta2), F::from_f64(1.0 - beta2));
        let epsilon_hat = F::from_f64(epsilon_hat);
        let moments = self.m.iter_mut().zip(&mut self.v);
        for ((w, &g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
            *m = beta1 * *m + rest1 * g;
            *v = beta2 * *v + rest2 * (g * g);
            *w = *w - rate * *m / (v.sqrt() + epsilon_hat);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_is_the_learning_rate_whatever_the_gradient() {
        // t = 1: m = 0.1 g, v = 0.001 g², rate = lr √0.001 / 0.1, so the step is lr · sign(g) up to ε̂.
        for g in [-250.0, -1e-3, 1e-3, 7.0] {
            let mut w = [0.0f64];
            State::new(Adam::TENSORFLOW, 1).update(&mut w, &[g]);
            assert!((w[0] + 1e-3 * g.signum()).abs() < 1e-3 * 4e-4, "gradient {g}: step {}", w[0]);
        }
    }
}
