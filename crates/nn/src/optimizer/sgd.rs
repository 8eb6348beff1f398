//! Plain gradient descent. It remembers nothing.

use super::sweep::Sweep;
use crate::float::{Float, lanes};

pub(super) fn update<F: Float>(learning_rate: f64, sweep: Sweep<'_, F>) -> bool {
    let rate = lanes::<F>(learning_rate);
    sweep.apply_without_memory(|w, g| w - rate * g)
}
