//! Distributions of independent weights: uniform or normal, with a scale that depends on fan_in and fan_out.

use crate::{Float, rng::Rng};

/// Uniform in [−limit, limit).
pub fn uniform<F: Float>(w: &mut [F], limit: f64, rng: &mut Rng) {
    w.iter_mut().for_each(|w| *w = F::from_f64(limit * (2.0 * rng.unit() - 1.0)));
}

/// Normal of mean 0.
pub fn normal<F: Float>(w: &mut [F], std: f64, rng: &mut Rng) {
    w.iter_mut().zip(rng.normals()).for_each(|(w, x)| *w = F::from_f64(std * x));
}

/// √(6 / (fan_in + fan_out)), which gives the weights the variance 2 / (fan_in + fan_out).
pub fn glorot_limit(fan_in: usize, fan_out: usize) -> f64 {
    (6.0 / (fan_in + fan_out) as f64).sqrt()
}

/// √(2 / (fan_in + fan_out)).
pub fn glorot_std(fan_in: usize, fan_out: usize) -> f64 {
    (2.0 / (fan_in + fan_out) as f64).sqrt()
}

/// √(6 / fan_in), which gives the weights the variance 2 / fan_in.
pub fn he_limit(fan_in: usize) -> f64 {
    (6.0 / fan_in as f64).sqrt()
}

/// √(2 / fan_in).
pub fn he_std(fan_in: usize) -> f64 {
    (2.0 / fan_in as f64).sqrt()
}

/// √(1 / fan_in).
pub fn lecun_std(fan_in: usize) -> f64 {
    (1.0 / fan_in as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_equal_tensorflows() {
        // tf.keras.initializers: GlorotUniform's limit for (784, 10), HeNormal's standard deviation for 784.
        assert!((glorot_limit(784, 10) - 0.0869291381699617).abs() < 1e-16);
        assert!((he_std(784) - 0.050507627227610534).abs() < 1e-17);
    }
}
