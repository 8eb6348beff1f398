//! Plain gradient descent. It remembers nothing.

use crate::nn::finite::{Watch, all_finite};
use crate::nn::float::{Float, lanes};
use crate::nn::product::{vectors, vectors_mut};

pub fn update<F: Float>(learning_rate: f64, parameters: &mut [F], gradient: &[F]) -> bool {
    let rate = lanes::<F>(learning_rate);
    let mut watch = Watch::<F>::new();
    for (w, &g) in vectors_mut(parameters).iter_mut().zip(vectors(gradient)) {
        let new_w = F::X4::from(*w) - rate * g.into();
        watch.see(new_w);
        *w = new_w.into();
    }
    watch.is_calm() || all_finite(parameters)
}
