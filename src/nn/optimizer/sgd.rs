//! Plain gradient descent: w ← w − learning_rate · g.

use crate::nn::Float;

pub fn update<F: Float>(learning_rate: F, parameters: &mut [F], gradient: &[F]) {
    for (w, &g) in parameters.iter_mut().zip(gradient) {
        *w = *w - learning_rate * g;
    }
}
