//! RMSprop (Tieleman and Hinton, 2012) as Keras 2 computes it, with ε inside the root.

use super::Rule;
use crate::float::{Float, Lanes, lanes};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RmsProp {
    pub learning_rate: f64,
    /// ρ, the decay rate of v.
    pub rho: f64,
    /// ε, added to v inside the root.
    pub epsilon: f64,
}

impl RmsProp {
    /// The defaults of Keras 2.
    pub const KERAS: Self = Self { learning_rate: 1e-3, rho: 0.9, epsilon: 1e-7 };

    /// v is the moving average of g².
    pub(super) fn rule<F: Float>(self) -> impl Rule<F, 1> {
        let (lr, epsilon) = (lanes::<F>(self.learning_rate), lanes::<F>(self.epsilon));
        let (rho, one_minus_rho) = (lanes::<F>(self.rho), lanes::<F>(1.0 - self.rho));
        move |w, g, [v]| {
            let v = rho * v + one_minus_rho * (g * g);
            let w = w - lr * g / (v + epsilon).sqrt();
            (w, [v])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::LANES;
    use crate::optimizer::{Optimization, Optimizer};

    /// With Keras' defaults, ρ = 0.9 and ε = 10⁻⁷, and g = 0.001: v = 0.1 · 10⁻⁶ = ε, so the step is 0.001 g / √(2 ε) = 0.001 √5.
    /// Without ε it would be 0.001 √10.
    #[test]
    fn epsilon_is_inside_the_root() {
        let mut w = [1.0f64; LANES];
        assert!(Optimization::new(Optimizer::RmsProp(RmsProp::KERAS), LANES).update(&mut w, &[1e-3; LANES]));
        assert!((w[0] - (1.0 - 1e-3 * 5.0f64.sqrt())).abs() < 1e-12, "{}", w[0]);
    }
}
