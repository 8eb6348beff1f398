//! Gradient descent with momentum, in Keras' form: the learning rate is part of the velocity m.

use super::Rule;
use crate::float::{Float, lanes};

/// Classical momentum (Polyak, 1964).
pub fn rule<F: Float>(learning_rate: f64, momentum: f64) -> impl Rule<F, 1> {
    let (lr, mu) = (lanes::<F>(learning_rate), lanes::<F>(momentum));
    move |w, g, [m]| {
        let m = mu * m - lr * g;
        let w = w + m;
        (w, [m])
    }
}

/// Nesterov's momentum (Nesterov, 1983), in the form of Sutskever et al. (2013).
pub fn nesterov_rule<F: Float>(learning_rate: f64, momentum: f64) -> impl Rule<F, 1> {
    let (lr, mu) = (lanes::<F>(learning_rate), lanes::<F>(momentum));
    move |w, g, [m]| {
        let m = mu * m - lr * g;
        let w = w + mu * m - lr * g;
        (w, [m])
    }
}
