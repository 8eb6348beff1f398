//! RMSprop (Tieleman and Hinton, 2012) as Keras 2 computes it: ε stands inside the root.

use super::sweep::Sweep;
use crate::float::{Float, Lanes, lanes};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RmsProp {
    pub learning_rate: f64,
    /// The share of v that a step keeps.
    pub rho: f64,
    /// Beside v, under the root.
    pub epsilon: f64,
}

impl RmsProp {
    /// The defaults of Keras 2.
    pub const KERAS: Self = Self { learning_rate: 1e-3, rho: 0.9, epsilon: 1e-7 };

    /// v ← ρ v + (1 − ρ) g², w ← w − lr g / √(v + ε).
    pub(super) fn update<F: Float>(self, sweep: Sweep<'_, F>) -> bool {
        let (rate, epsilon) = (lanes::<F>(self.learning_rate), lanes::<F>(self.epsilon));
        let (rho, rest) = (lanes::<F>(self.rho), lanes::<F>(1.0 - self.rho));
        sweep.apply(|w, g, [v]| {
            let v = rho * v + rest * (g * g);
            (w - rate * g / (v + epsilon).sqrt(), [v])
        })
    }
}
