//! Stochastic gradient descent (Robbins and Monro, 1951).

use super::Rule;
use crate::float::{Float, lanes};

/// w ← w − lr g.
pub fn rule<F: Float>(learning_rate: f64) -> impl Rule<F, 0> {
    let lr = lanes::<F>(learning_rate);
    move |w, g, []| (w - lr * g, [])
}
