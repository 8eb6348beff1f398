//! How weights start. Biases start at zero.

use super::{Float, rng::Rng};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Initializer {
    /// Uniform in ±√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010): the tutorial's framework default.
    GlorotUniform,
}

impl Initializer {
    pub const ALL: [Self; 1] = [Self::GlorotUniform];

    /// Fills `w` `[fan_in, fan_out]` in index order. Draws are made in `f64`, so every number type starts alike.
    pub fn fill<F: Float>(self, w: &mut [F], fan_in: usize, fan_out: usize, rng: &mut Rng) {
        match self {
            Self::GlorotUniform => {
                let limit = glorot_limit(fan_in, fan_out);
                w.iter_mut().for_each(|w| *w = F::from_f64(limit * (2.0 * rng.unit() - 1.0)));
            }
        }
    }
}

/// √(6 / (fan_in + fan_out)), which gives the weights the variance 2 / (fan_in + fan_out).
pub fn glorot_limit(fan_in: usize, fan_out: usize) -> f64 {
    (6.0 / (fan_in + fan_out) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glorot_limit_is_tensorflows() {
        // tf.keras.initializers.GlorotUniform for (784, 10).
        assert!((glorot_limit(784, 10) - 0.0869291381699617).abs() < 1e-16);
    }

    #[test]
    fn glorot_uniform_has_the_moments_of_its_law() {
        const N: usize = 1_000_000;
        let limit = glorot_limit(784, 10);
        let mut w = vec![0.0f64; N];
        Initializer::GlorotUniform.fill(&mut w, 784, 10, &mut Rng::weights(1));
        assert!(w.iter().all(|w| w.abs() <= limit));
        let moment = |k: i32| w.iter().map(|w| (w / limit).powi(k)).sum::<f64>() / N as f64;
        // Of a uniform on ±1: means 0, 1/3, 0, 1/5; variances of one draw of uᵏ: 1/3, 4/45, 1/7, 16/225.
        for (k, mean, variance) in
            [(1, 0.0, 1.0 / 3.0), (2, 1.0 / 3.0, 4.0 / 45.0), (3, 0.0, 1.0 / 7.0), (4, 0.2, 16.0 / 225.0)]
        {
            let five_sigma = 5.0 * (variance / N as f64).sqrt();
            assert!((moment(k) - mean).abs() < five_sigma, "moment {k}: {} against {mean} ± {five_sigma}", moment(k));
        }
        // Neighbouring draws are uncorrelated.
        let lag = w.windows(2).map(|p| p[0] * p[1]).sum::<f64>() / (N as f64 * limit * limit);
        assert!(lag.abs() < 5.0 / 3.0 / (N as f64).sqrt(), "lag-1 correlation {lag}");
    }
}
