//! How a gradient becomes a step: one file to a rule. All parameters of a network lie in one buffer `[parameters]`, so a rule
//! sees neither layers nor shapes.

mod adam;
mod sgd;

use super::Float;
pub use adam::Adam;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Optimizer {
    Sgd { learning_rate: f64 },
    Adam(Adam),
}

/// An optimizer at work on one network: the rule and what it remembers between steps.
pub struct Optimization<F> {
    rule: Rule<F>,
}

enum Rule<F> {
    Sgd { learning_rate: F },
    Adam(adam::State<F>),
}

impl<F: Float> Optimization<F> {
    pub fn new(optimizer: Optimizer, n_parameters: usize) -> Self {
        let rule = match optimizer {
            Optimizer::Sgd { learning_rate } => Rule::Sgd { learning_rate: F::from_f64(learning_rate) },
            Optimizer::Adam(adam) => Rule::Adam(adam::State::new(adam, n_parameters)),
        };
        Self { rule }
    }

    /// One step: changes `parameters` by the gradient; both `[parameters]`.
    pub fn update(&mut self, parameters: &mut [F], gradient: &[F]) {
        match &mut self.rule {
            Rule::Sgd { learning_rate } => sgd::update(*learning_rate, parameters, gradient),
            Rule::Adam(state) => state.update(parameters, gradient),
        }
    }
}
