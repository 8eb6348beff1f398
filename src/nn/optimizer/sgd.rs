//! Plain gradient descent. It remembers nothing.

use crate::nn::float::{Float, LANES, lanes};
use crate::nn::product::{vectors, vectors_mut};

pub fn update<F: Float>(learning_rate: f64, parameters: &mut [F], gradient: &[F]) -> bool {
    let rate = lanes::<F>(learning_rate);
    let mut zero = lanes::<F>(0.0);
    for (w, &g) in vectors_mut(parameters).iter_mut().zip(vectors(gradient)) {
        let new_w = F::X4::from(*w) - rate * g.into();
        zero = zero + (new_w - new_w);
        *w = new_w.into();
    }
    let zero: [F; LANES] = zero.into();
    zero == [F::ZERO; LANES]
}
