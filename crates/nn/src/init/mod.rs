//! Initial weights. Biases start at 0. To add a distribution, add a variant of the enum with its names; the compiler then points
//! at `ALL` and at the match below. Draws are made in `f64` and in index order, so every number type starts with the same weights,
//! and without the platform's mathematics, so a seed draws the same bits everywhere. Normal distributions are not truncated, as
//! in the papers; Keras truncates its own at 2 σ.

mod orthogonal;
mod scaled;

use super::{Float, rng::Rng};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use strum::{EnumCount, EnumMessage, IntoStaticStr};

/// In the attributes: the key and the name that a reader sees.
#[derive(Clone, Copy, Debug, EnumCount, EnumMessage, IntoStaticStr, PartialEq, Serialize, Deserialize)]
pub enum Initializer {
    /// w = 0. All units of a hidden layer stay equal; if f(0) = 0, only the output's biases ever learn.
    #[strum(serialize = "zeros", message = "zeros")]
    Zeros,
    /// N(0, std²), whatever the layer's size. The standard deviation is in [`Initializer::STDS`].
    #[strum(serialize = "normal", message = "normal")]
    Normal { std: f64 },
    /// Uniform in ±√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010, eq. 16), the default of the tutorial's framework.
    #[strum(serialize = "glorot-uniform", message = "Glorot uniform")]
    GlorotUniform,
    /// N(0, 2 / (fan_in + fan_out)), the variance of Glorot and Bengio (2010, eq. 12).
    #[strum(serialize = "glorot-normal", message = "Glorot normal")]
    GlorotNormal,
    /// Uniform in ±√(6 / fan_in), with He's variance.
    #[strum(serialize = "he-uniform", message = "He uniform")]
    HeUniform,
    /// N(0, 2 / fan_in) (He et al., 2015), derived for ReLU, which halves the variance.
    #[strum(serialize = "he-normal", message = "He normal")]
    HeNormal,
    /// N(0, 1 / fan_in) (LeCun et al., 1998). z has the variance of the inputs. SELU requires it.
    #[strum(serialize = "lecun-normal", message = "LeCun normal")]
    LeCunNormal,
    /// Random orthonormal columns, or rows if there are fewer rows (Saxe, McClelland and Ganguli, 2014).
    #[strum(serialize = "orthogonal", message = "orthogonal")]
    Orthogonal,
}

impl Initializer {
    pub const ALL: [Self; Self::COUNT] = [
        Self::Zeros,
        Self::Normal { std: Self::DEFAULT_STD },
        Self::GlorotUniform,
        Self::GlorotNormal,
        Self::HeUniform,
        Self::HeNormal,
        Self::LeCunNormal,
        Self::Orthogonal,
    ];

    /// The default of TensorFlow 1.
    pub const DEFAULT_STD: f64 = 1.0;
    /// The standard deviations that a run accepts.
    pub const STDS: RangeInclusive<f64> = 0.0..=100.0;

    /// The standard deviation of normal weights.
    pub fn std_mut(&mut self) -> Option<&mut f64> {
        if let Self::Normal { std } = self { Some(std) } else { None }
    }

    /// The name in URLs and on the command line, without the standard deviation.
    pub fn key(self) -> &'static str {
        self.into()
    }

    /// The initializer of a key, with the default standard deviation.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|initializer| initializer.key() == key)
    }

    /// The name that a reader sees.
    pub fn label(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }

    /// Fills `w` `[fan_in, fan_out]`.
    pub fn fill<F: Float>(self, w: &mut [F], fan_in: usize, fan_out: usize, rng: &mut Rng) {
        match self {
            Self::Zeros => w.fill(F::ZERO),
            Self::Normal { std } => scaled::normal(w, std, rng),
            Self::GlorotUniform => scaled::uniform(w, scaled::glorot_limit(fan_in, fan_out), rng),
            Self::GlorotNormal => scaled::normal(w, scaled::glorot_std(fan_in, fan_out), rng),
            Self::HeUniform => scaled::uniform(w, scaled::he_limit(fan_in), rng),
            Self::HeNormal => scaled::normal(w, scaled::he_std(fan_in), rng),
            Self::LeCunNormal => scaled::normal(w, scaled::lecun_std(fan_in), rng),
            Self::Orthogonal => orthogonal::fill(w, fan_in, fan_out, rng),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAN_IN: usize = 1_000;
    const FAN_OUT: usize = 600;

    /// The distribution of weights `[FAN_IN, FAN_OUT]` according to the papers: a family and its variance.
    enum Distribution {
        Constant,
        Uniform(f64),
        Normal(f64),
        Haar,
    }

    fn distribution(initializer: Initializer) -> Distribution {
        match initializer {
            Initializer::Zeros => Distribution::Constant,
            Initializer::Normal { std } => Distribution::Normal(std * std),
            Initializer::GlorotUniform => Distribution::Uniform(1.0 / 800.0),
            Initializer::GlorotNormal => Distribution::Normal(1.0 / 800.0),
            Initializer::HeUniform => Distribution::Uniform(1.0 / 500.0),
            Initializer::HeNormal => Distribution::Normal(1.0 / 500.0),
            Initializer::LeCunNormal => Distribution::Normal(1.0 / 1_000.0),
            Initializer::Orthogonal => Distribution::Haar,
        }
    }

    /// Checks a million independent weights, in units of their standard deviation: the first four moments, and that neighbors are
    /// uncorrelated. `moments` holds each moment's expectation and the variance of one draw of it.
    fn has_moments(initializer: Initializer, variance: f64, moments: [(f64, f64); 4]) {
        const N: usize = 1_000_000;
        let mut u = vec![0.0f64; N];
        initializer.fill(&mut u, FAN_IN, FAN_OUT, &mut Rng::weights(1));
        u.iter_mut().for_each(|u| *u /= variance.sqrt());
        for (k, (expected, variance)) in (1..).zip(moments) {
            let moment = u.iter().map(|u| u.powi(k)).sum::<f64>() / N as f64;
            let five_sigma = 5.0 * (variance / N as f64).sqrt();
            assert!(
                (moment - expected).abs() < five_sigma,
                "{initializer:?}, moment {k}: {moment} against {expected} ± {five_sigma}"
            );
        }
        let lag = u.windows(2).map(|p| p[0] * p[1]).sum::<f64>() / N as f64;
        assert!(lag.abs() < 5.0 / (N as f64).sqrt(), "{initializer:?}: lag-1 correlation {lag}");
    }

    #[test]
    fn weights_have_the_moments_of_their_distribution() {
        for initializer in Initializer::ALL.into_iter().chain([Initializer::Normal { std: 0.01 }]) {
            match distribution(initializer) {
                Distribution::Constant => {
                    let mut w = [1.0f64; 6];
                    initializer.fill(&mut w, 2, 3, &mut Rng::weights(1));
                    assert_eq!(w, [0.0; 6]);
                }
                // Of √3 times a uniform u on ±1: E u²ᵏ = 1 / (2 k + 1).
                Distribution::Uniform(variance) => has_moments(
                    initializer,
                    variance,
                    [(0.0, 1.0), (1.0, 0.8), (0.0, 27.0 / 7.0), (9.0 / 5.0, 9.0 - 81.0 / 25.0)],
                ),
                Distribution::Normal(variance) => {
                    has_moments(initializer, variance, [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)]);
                }
                // The entries are not independent. `orthogonal.rs` tests them.
                Distribution::Haar => {}
            }
        }
    }

    #[test]
    fn uniform_weights_reach_their_bounds() {
        for initializer in Initializer::ALL {
            let Distribution::Uniform(variance) = distribution(initializer) else { continue };
            let mut w = vec![0.0f64; FAN_IN * FAN_OUT];
            initializer.fill(&mut w, FAN_IN, FAN_OUT, &mut Rng::weights(1));
            let limit = (3.0 * variance).sqrt();
            let largest = w.iter().fold(0.0, |largest: f64, w| largest.max(w.abs()));
            assert!((0.9999 * limit..=limit).contains(&largest), "{initializer:?}: {largest} of {limit}");
        }
    }

    #[test]
    fn single_weights_are_the_rounded_double_ones() {
        for initializer in Initializer::ALL {
            let (mut single, mut double) = ([0.0f32; 35], [0.0f64; 35]);
            initializer.fill(&mut single, 5, 7, &mut Rng::weights(1));
            initializer.fill(&mut double, 5, 7, &mut Rng::weights(1));
            assert_eq!(single, double.map(|w| w as f32), "{initializer:?}");
        }
    }

    #[test]
    fn keys_are_unique() {
        for initializer in Initializer::ALL {
            assert_eq!(Initializer::from_key(initializer.key()), Some(initializer));
        }
        assert_eq!(Initializer::from_key("glorot"), None);
    }

    #[test]
    fn accepted_standard_deviations_are_finite_and_not_negative() {
        assert!(Initializer::STDS.contains(&Initializer::DEFAULT_STD) && Initializer::STDS.contains(&0.0));
        for std in [-1e-300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!Initializer::STDS.contains(&std), "{std}");
        }
    }
}
