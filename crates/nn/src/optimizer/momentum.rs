//! Gradient descent with a memory of its direction: the heavy ball and Nesterov's variant, in Keras' form, where the learning
//! rate is inside the memory.

use super::sweep::Sweep;
use crate::float::{Float, lanes};

pub(super) fn heavy_ball<F: Float>(rate: f64, momentum: f64, sweep: Sweep<'_, F>) -> bool {
    let (rate, momentum) = (lanes::<F>(rate), lanes::<F>(momentum));
    sweep.apply(|w, g, [m]| {
        let m = momentum * m - rate * g;
        (w + m, [m])
    })
}

pub(super) fn nesterov<F: Float>(rate: f64, momentum: f64, sweep: Sweep<'_, F>) -> bool {
    let (rate, momentum) = (lanes::<F>(rate), lanes::<F>(momentum));
    sweep.apply(|w, g, [m]| {
        let m = momentum * m - rate * g;
        (w + momentum * m - rate * g, [m])
    })
}
