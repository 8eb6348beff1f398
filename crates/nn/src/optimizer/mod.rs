//! How a gradient becomes a step: one file to a rule. All parameters of a network lie in one buffer `[parameters]`, so a rule
//! sees neither layers nor shapes (what goes through the buffer with it, in `sweep.rs`, takes sums by layer on the way): weight
//! decay, for one, decays biases too, as Keras' does unless told otherwise.

mod adam;
mod forget;
mod momentum;
mod moving;
mod optimization;
mod rmsprop;
mod sgd;
mod sweep;

use super::Float;
use super::float::lanes;
use super::magnitude::Magnitude;
use super::product::vectors_mut;
pub use adam::Adam;
pub use optimization::Optimization;
pub use rmsprop::RmsProp;
use serde::{Deserialize, Serialize};
use strum::EnumCount;
pub use sweep::LayerSums;

#[derive(Clone, Copy, Debug, EnumCount, PartialEq, Serialize, Deserialize)]
pub enum Optimizer {
    /// w ← w − lr g.
    Sgd {
        learning_rate: f64,
    },
    /// m ← μ m − lr g, w ← w + m (Polyak, 1964; Keras' form).
    Momentum {
        learning_rate: f64,
        momentum: f64,
    },
    /// m ← μ m − lr g, w ← w + μ m − lr g (Nesterov, 1983; Sutskever et al., 2013).
    Nesterov {
        learning_rate: f64,
        momentum: f64,
    },
    RmsProp(RmsProp),
    Adam(Adam),
    /// Adam with decoupled weight decay: w ← (1 − lr λ) w before Adam's step (Loshchilov and Hutter, 2019). In `f32` the factor is 1
    /// where lr λ is below 3 · 10⁻⁸.
    AdamW {
        adam: Adam,
        weight_decay: f64,
    },
}

impl Optimizer {
    /// Each rule with its customary constants.
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
        match self {
            Self::Sgd { .. } => "sgd",
            Self::Momentum { .. } => "momentum",
            Self::Nesterov { .. } => "nesterov",
            Self::RmsProp(_) => "rmsprop",
            Self::Adam(_) => "adam",
            Self::AdamW { .. } => "adamw",
        }
    }

    /// The rule that a key names, with its customary constants.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|optimizer| optimizer.key() == key)
    }

    /// The name a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sgd { .. } => "SGD",
            Self::Momentum { .. } => "momentum",
            Self::Nesterov { .. } => "Nesterov",
            Self::RmsProp(_) => "RMSprop",
            Self::Adam(_) => "Adam",
            Self::AdamW { .. } => "AdamW",
        }
    }

    /// η, which every rule has.
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

    /// μ, or ρ of RMSprop: the share of the memory that a step keeps. None for rules without one such constant.
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

    /// What keeps a division finite: ε̂ of Adam, ε of RMSprop.
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

    /// The same rule at another learning rate.
    pub fn with_learning_rate(mut self, rate: f64) -> Self {
        match &mut self {
            Self::Sgd { learning_rate }
            | Self::Momentum { learning_rate, .. }
            | Self::Nesterov { learning_rate, .. }
            | Self::RmsProp(RmsProp { learning_rate, .. })
            | Self::Adam(Adam { learning_rate, .. })
            | Self::AdamW { adam: Adam { learning_rate, .. }, .. } => *learning_rate = rate,
        }
        self
    }

    /// μ, or RMSprop's ρ: the share of its memory that a step keeps, of rules with one such constant.
    pub fn kept(self) -> Option<f64> {
        match self {
            Self::Momentum { momentum: kept, .. }
            | Self::Nesterov { momentum: kept, .. }
            | Self::RmsProp(RmsProp { rho: kept, .. }) => Some(kept),
            Self::Sgd { .. } | Self::Adam(_) | Self::AdamW { .. } => None,
        }
    }

    /// The same rule that keeps another share; None where it has no such constant.
    pub fn with_kept(mut self, share: f64) -> Option<Self> {
        match &mut self {
            Self::Momentum { momentum: kept, .. }
            | Self::Nesterov { momentum: kept, .. }
            | Self::RmsProp(RmsProp { rho: kept, .. }) => *kept = share,
            Self::Sgd { .. } | Self::Adam(_) | Self::AdamW { .. } => return None,
        }
        Some(self)
    }

    /// λ, of rules that have it.
    pub fn weight_decay(self) -> Option<f64> {
        match self {
            Self::AdamW { weight_decay, .. } => Some(weight_decay),
            Self::Sgd { .. } | Self::Momentum { .. } | Self::Nesterov { .. } | Self::RmsProp(_) | Self::Adam(_) => None,
        }
    }

    /// The same rule with another λ; None where it has none.
    pub fn with_weight_decay(self, weight_decay: f64) -> Option<Self> {
        match self {
            Self::AdamW { adam, .. } => Some(Self::AdamW { adam, weight_decay }),
            Self::Sgd { .. } | Self::Momentum { .. } | Self::Nesterov { .. } | Self::RmsProp(_) | Self::Adam(_) => None,
        }
    }

    /// Numbers that the rule remembers of each parameter.
    pub fn memory(self) -> usize {
        match self {
            Self::Sgd { .. } => 0,
            Self::Momentum { .. } | Self::Nesterov { .. } | Self::RmsProp(_) => 1,
            Self::Adam(_) | Self::AdamW { .. } => 2,
        }
    }
}

/// Scales the gradient so that its norm over all parameters is at most `max_norm` (Pascanu, Mikolov and Bengio, 2013); by what
/// factor.
pub fn clip<F: Float>(gradient: &mut [F], max_norm: f64) -> f64 {
    let norm = Magnitude::of(gradient).norm;
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
    fn a_bound_that_is_met_changes_nothing_and_tiny_gradients_have_norms_too() {
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
}
