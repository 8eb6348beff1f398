//! Optimizers turn a gradient into a change of the parameters: one file to a rule. All parameters of a network lie in one buffer
//! `[parameters]`, so a rule knows neither layers nor shapes; weight decay, for example, applies to biases too, as in Keras.

mod adam;
mod momentum;
mod optimization;
mod rmsprop;
mod sgd;

use super::Float;
use super::float::lanes;
use super::kernel::{sum, vectors_mut};
pub use adam::Adam;
pub use optimization::Optimization;
pub use rmsprop::RmsProp;
use serde::{Deserialize, Serialize};
use strum::{EnumCount, EnumMessage, IntoStaticStr};

/// A rule with its constants. In the attributes: the key and the name that a reader sees.
#[derive(Clone, Copy, Debug, EnumCount, EnumMessage, IntoStaticStr, PartialEq, Serialize, Deserialize)]
pub enum Optimizer {
    /// w ← w − lr g.
    #[strum(serialize = "sgd", message = "SGD")]
    Sgd { learning_rate: f64 },
    /// m ← μ m − lr g, w ← w + m.
    #[strum(serialize = "momentum", message = "momentum")]
    Momentum { learning_rate: f64, momentum: f64 },
    /// m ← μ m − lr g, w ← w + μ m − lr g.
    #[strum(serialize = "nesterov", message = "Nesterov")]
    Nesterov { learning_rate: f64, momentum: f64 },
    #[strum(serialize = "rmsprop", message = "RMSprop")]
    RmsProp(RmsProp),
    #[strum(serialize = "adam", message = "Adam")]
    Adam(Adam),
    /// Adam with decoupled weight decay λ. In `f32` the factor 1 − lr λ is 1 if lr λ is below 3 · 10⁻⁸.
    #[strum(serialize = "adamw", message = "AdamW")]
    AdamW { adam: Adam, weight_decay: f64 },
}

/// An update rule for a vector of parameters: from w, its gradient g and the memory (m, v or both) to the new w and memory.
pub trait Rule<F: Float, const M: usize>: Fn(F::X4, F::X4, [F::X4; M]) -> (F::X4, [F::X4; M]) {}

impl<F: Float, const M: usize, T: Fn(F::X4, F::X4, [F::X4; M]) -> (F::X4, [F::X4; M])> Rule<F, M> for T {}

impl Optimizer {
    /// Every rule with its usual constants.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Sgd { learning_rate: 0.1 },
        Self::Momentum { learning_rate: 0.01, momentum: 0.9 },
        Self::Nesterov { learning_rate: 0.01, momentum: 0.9 },
        Self::RmsProp(RmsProp::KERAS),
        Self::Adam(Adam::TENSORFLOW),
        Self::AdamW { adam: Adam::TENSORFLOW, weight_decay: 0.01 },
    ];

    /// The name in URLs and on the command line.
    pub fn key(self) -> &'static str {
        self.into()
    }

    /// The rule of a key, with its usual constants.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|optimizer| optimizer.key() == key)
    }

    /// The name that a reader sees.
    pub fn label(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }

    pub fn learning_rate(mut self) -> f64 {
        *self.learning_rate_mut()
    }

    pub fn learning_rate_mut(&mut self) -> &mut f64 {
        match self {
            Self::Sgd { learning_rate }
            | Self::Momentum { learning_rate, .. }
            | Self::Nesterov { learning_rate, .. }
            | Self::RmsProp(RmsProp { learning_rate, .. })
            | Self::Adam(Adam { learning_rate, .. })
            | Self::AdamW { adam: Adam { learning_rate, .. }, .. } => learning_rate,
        }
    }

    /// The decay rate of the only moving average: μ, or ρ of RMSprop. `None` for other rules.
    pub fn momentum_mut(&mut self) -> Option<&mut f64> {
        match self {
            Self::Momentum { momentum, .. }
            | Self::Nesterov { momentum, .. }
            | Self::RmsProp(RmsProp { rho: momentum, .. }) => Some(momentum),
            Self::Sgd { .. } | Self::Adam(_) | Self::AdamW { .. } => None,
        }
    }

    /// The constants of Adam, inside AdamW too.
    pub fn adam_mut(&mut self) -> Option<&mut Adam> {
        match self {
            Self::Adam(adam) | Self::AdamW { adam, .. } => Some(adam),
            Self::Sgd { .. } | Self::Momentum { .. } | Self::Nesterov { .. } | Self::RmsProp(_) => None,
        }
    }

    /// The constant that prevents division by zero: ε̂ of Adam, ε of RMSprop.
    pub fn epsilon_mut(&mut self) -> Option<&mut f64> {
        match self {
            Self::RmsProp(RmsProp { epsilon, .. }) => Some(epsilon),
            Self::Adam(adam) | Self::AdamW { adam, .. } => Some(&mut adam.epsilon_hat),
            Self::Sgd { .. } | Self::Momentum { .. } | Self::Nesterov { .. } => None,
        }
    }

    /// λ, the decoupled weight decay of AdamW.
    pub fn weight_decay_mut(&mut self) -> Option<&mut f64> {
        match self {
            Self::AdamW { weight_decay, .. } => Some(weight_decay),
            Self::Sgd { .. } | Self::Momentum { .. } | Self::Nesterov { .. } | Self::RmsProp(_) | Self::Adam(_) => None,
        }
    }

    /// How many numbers the rule remembers of each parameter.
    pub fn memory(self) -> usize {
        match self {
            Self::Sgd { .. } => 0,
            Self::Momentum { .. } | Self::Nesterov { .. } | Self::RmsProp(_) => 1,
            Self::Adam(_) | Self::AdamW { .. } => 2,
        }
    }
}

/// Scales the gradient so that its norm over all parameters is at most `max_norm` (Pascanu, Mikolov and Bengio, 2013). Returns
/// the factor.
pub fn clip<F: Float>(gradient: &mut [F], max_norm: f64) -> f64 {
    let norm = sum::norm(gradient);
    let factor = if norm > max_norm { max_norm / norm } else { 1.0 };
    if factor < 1.0 {
        let factor = lanes::<F>(factor);
        vectors_mut(gradient).iter_mut().for_each(|g| *g = (F::X4::from(*g) * factor).into());
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_keeps_the_direction_and_bounds_the_norm() {
        let mut g = [3.0f64, 0.0, 4.0, 0.0];
        assert_eq!(clip(&mut g, 10.0), 1.0);
        assert_eq!(g, [3.0, 0.0, 4.0, 0.0]);
        assert_eq!(clip(&mut g, 1.0), 0.2);
        assert!((g[0] - 0.6).abs() < 1e-15 && (g[2] - 0.8).abs() < 1e-15, "{g:?}");
    }

    #[test]
    fn clipping_leaves_a_gradient_at_the_bound_alone_and_works_for_tiny_ones() {
        let mut g = [3.0f32, 0.0, 4.0, 0.0];
        clip(&mut g, 5.0);
        assert_eq!(g, [3.0, 0.0, 4.0, 0.0]);
        let mut g = g.map(|g| g * 1e-30);
        clip(&mut g, 1e-30);
        assert!((g[0] / 0.6e-30 - 1.0).abs() < 1e-6 && (g[2] / 0.8e-30 - 1.0).abs() < 1e-6, "{g:?}");
    }

    #[test]
    fn keys_name_one_rule_each_and_a_rate_is_the_one_that_was_set() {
        for (i, optimizer) in Optimizer::ALL.into_iter().enumerate() {
            assert_eq!(Optimizer::from_key(optimizer.key()), Some(optimizer));
            assert!(Optimizer::ALL[..i].iter().all(|other| other.label() != optimizer.label()), "{optimizer:?}");
            let mut faster = optimizer;
            *faster.learning_rate_mut() = 0.7;
            assert_eq!((faster.learning_rate(), faster.key()), (0.7, optimizer.key()));
        }
        assert_eq!(Optimizer::from_key("adagrad"), None);
    }

    #[test]
    fn every_rule_has_its_own_constants() {
        let constants = Optimizer::ALL.map(|mut optimizer| {
            let betas = optimizer.adam_mut().map(|adam| (adam.beta1, adam.beta2));
            let [momentum, epsilon] =
                [Optimizer::momentum_mut, Optimizer::epsilon_mut].map(|of| of(&mut optimizer).copied());
            (momentum, betas, epsilon, optimizer.weight_decay_mut().copied())
        });
        let betas = Some((0.9, 0.999));
        assert_eq!(
            constants,
            [
                (None, None, None, None),
                (Some(0.9), None, None, None),
                (Some(0.9), None, None, None),
                (Some(0.9), None, Some(1e-7), None),
                (None, betas, Some(1e-8), None),
                (None, betas, Some(1e-8), Some(0.01)),
            ]
        );
    }
}
