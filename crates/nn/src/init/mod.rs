//! How weights start. Biases start at zero. To add a law, name it in the enum, in `ALL` and in the three matches below; the
//! compiler points at each. Draws are made in `f64` and in index order, so every number type starts alike, and no platform's
//! mathematics takes part, so a seed draws the same bits everywhere. Normal laws are whole, as in the papers; Keras cuts its
//! own off at 2 σ.

mod orthogonal;
mod scaled;

use super::{Float, rng::Rng};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use strum::EnumCount;

#[derive(Clone, Copy, Debug, EnumCount, PartialEq, Serialize, Deserialize)]
pub enum Initializer {
    /// w = 0: units of a hidden layer stay alike for ever; where f(0) = 0, only the output's biases ever learn.
    Zeros,
    /// N(0, std²), whatever the layer's size.
    Normal {
        /// In [`Initializer::STDS`].
        std: f64,
    },
    /// Uniform in ±√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010, eq. 16): the tutorial's framework default.
    GlorotUniform,
    /// N(0, 2 / (fan_in + fan_out)): the variance that Glorot and Bengio (2010, eq. 12) ask for, under a normal law.
    GlorotNormal,
    /// Uniform in ±√(6 / fan_in): He's variance under a uniform law.
    HeUniform,
    /// N(0, 2 / fan_in) (He et al., 2015): made for ReLU, which passes half of a layer's variance on.
    HeNormal,
    /// N(0, 1 / fan_in) (LeCun et al., 1998): a layer's sums vary as much as its inputs do. SELU's own.
    LeCunNormal,
    /// Random orthonormal columns, or rows where those are fewer (Saxe, McClelland and Ganguli, 2014).
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

    /// The standard deviation that frameworks of the tutorial's time draw normal weights with unless told otherwise.
    pub const DEFAULT_STD: f64 = 1.0;
    /// The standard deviations that can be run.
    pub const STDS: RangeInclusive<f64> = 0.0..=100.0;

    /// The standard deviation of normal weights.
    pub fn std_mut(&mut self) -> Option<&mut f64> {
        if let Self::Normal { std } = self { Some(std) } else { None }
    }

    /// The name in URLs and on the command line, without the standard deviation.
    pub fn key(self) -> &'static str {
        match self {
            Self::Zeros => "zeros",
            Self::Normal { .. } => "normal",
            Self::GlorotUniform => "glorot-uniform",
            Self::GlorotNormal => "glorot-normal",
            Self::HeUniform => "he-uniform",
            Self::HeNormal => "he-normal",
            Self::LeCunNormal => "lecun-normal",
            Self::Orthogonal => "orthogonal",
        }
    }

    /// The initializer that a key names, with the default standard deviation.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|initializer| initializer.key() == key)
    }

    /// The name a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Zeros => "zeros",
            Self::Normal { .. } => "normal",
            Self::GlorotUniform => "Glorot uniform",
            Self::GlorotNormal => "Glorot normal",
            Self::HeUniform => "He uniform",
            Self::HeNormal => "He normal",
            Self::LeCunNormal => "LeCun normal",
            Self::Orthogonal => "orthogonal",
        }
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

    /// What a law draws for `[FAN_IN, FAN_OUT]`, from the papers: a family and its variance.
    enum Law {
        Constant,
        Uniform(f64),
        Normal(f64),
        Haar,
    }

    fn law(initializer: Initializer) -> Law {
        match initializer {
            Initializer::Zeros => Law::Constant,
            Initializer::Normal { std } => Law::Normal(std * std),
            Initializer::GlorotUniform => Law::Uniform(1.0 / 800.0),
            Initializer::GlorotNormal => Law::Normal(1.0 / 800.0),
            Initializer::HeUniform => Law::Uniform(1.0 / 500.0),
            Initializer::HeNormal => Law::Normal(1.0 / 500.0),
            Initializer::LeCunNormal => Law::Normal(1.0 / 1_000.0),
            Initializer::Orthogonal => Law::Haar,
        }
    }

    /// Of a million independent weights, in units of their standard deviation: the first four moments, and that neighbours
    /// are uncorrelated. `laws` are a moment's expectation and the variance of one draw of it.
    fn has_moments(initializer: Initializer, variance: f64, laws: [(f64, f64); 4]) {
        const N: usize = 1_000_000;
        let mut u = vec![0.0f64; N];
        initializer.fill(&mut u, FAN_IN, FAN_OUT, &mut Rng::weights(1));
        u.iter_mut().for_each(|u| *u /= variance.sqrt());
        for (k, (law, variance)) in (1..).zip(laws) {
            let moment = u.iter().map(|u| u.powi(k)).sum::<f64>() / N as f64;
            let five_sigma = 5.0 * (variance / N as f64).sqrt();
            assert!(
                (moment - law).abs() < five_sigma,
                "{initializer:?}, moment {k}: {moment} against {law} ± {five_sigma}"
            );
        }
        let lag = u.windows(2).map(|p| p[0] * p[1]).sum::<f64>() / N as f64;
        assert!(lag.abs() < 5.0 / (N as f64).sqrt(), "{initializer:?}: lag-1 correlation {lag}");
    }

    #[test]
    fn weights_have_the_moments_of_their_law() {
        for initializer in Initializer::ALL.into_iter().chain([Initializer::Normal { std: 0.01 }]) {
            match law(initializer) {
                Law::Constant => {
                    let mut w = [1.0f64; 6];
                    initializer.fill(&mut w, 2, 3, &mut Rng::weights(1));
                    assert_eq!(w, [0.0; 6]);
                }
                // Of √3 times a uniform u on ±1: E u²ᵏ = 1 / (2 k + 1).
                Law::Uniform(variance) => has_moments(
                    initializer,
                    variance,
                    [(0.0, 1.0), (1.0, 0.8), (0.0, 27.0 / 7.0), (9.0 / 5.0, 9.0 - 81.0 / 25.0)],
                ),
                Law::Normal(variance) => {
                    has_moments(initializer, variance, [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)]);
                }
                // Its entries depend on each other: its own file tests them.
                Law::Haar => {}
            }
        }
    }

    #[test]
    fn uniform_laws_fill_their_bounds() {
        for initializer in Initializer::ALL {
            let Law::Uniform(variance) = law(initializer) else { continue };
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
    fn keys_name_one_initializer_each() {
        for initializer in Initializer::ALL {
            assert_eq!(Initializer::from_key(initializer.key()), Some(initializer));
        }
        assert_eq!(Initializer::from_key("glorot"), None);
    }

    #[test]
    fn a_standard_deviation_that_can_be_run_is_finite_and_not_negative() {
        assert!(Initializer::STDS.contains(&Initializer::DEFAULT_STD) && Initializer::STDS.contains(&0.0));
        for std in [-1e-300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!Initializer::STDS.contains(&std), "{std}");
        }
    }
}
