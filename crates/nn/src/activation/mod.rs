//! The activation functions: f beside f′, one file each. To add one, write its file and a variant of the enum with its names and
//! formula; the compiler then points at `ALL`, at the two matches below and, in the tests, at the table of known values.

mod elu;
mod gelu;
mod identity;
mod leaky_relu;
mod relu;
mod selu;
mod sigmoid;
mod silu;
mod softplus;
mod tanh;

use super::Float;
use super::float::{LANES, lanes};
use super::kernel::{vectors, vectors_mut};
use serde::{Deserialize, Serialize};
use strum::{EnumCount, EnumMessage, IntoStaticStr};

/// In the attributes: the key, the name that a reader sees, and the formula.
#[derive(Clone, Copy, Debug, EnumCount, EnumMessage, IntoStaticStr, PartialEq, Serialize, Deserialize)]
pub enum Activation {
    #[strum(serialize = "sigmoid", message = "sigmoid", detailed_message = "σ(z) = 1 / (1 + e⁻ᶻ)")]
    Sigmoid,
    #[strum(serialize = "relu", message = "ReLU", detailed_message = "f(z) = max(0, z)")]
    Relu,
    /// The slope is in [0, 1].
    #[strum(serialize = "leaky", message = "leaky ReLU", detailed_message = "f(z) = max({slope} z, z)")]
    LeakyRelu { slope: f64 },
    #[strum(serialize = "tanh", message = "tanh", detailed_message = "f(z) = tanh z")]
    Tanh,
    #[strum(serialize = "elu", message = "ELU", detailed_message = "f(z) = z if z > 0, else eᶻ − 1")]
    Elu,
    #[strum(serialize = "selu", message = "SELU", detailed_message = "f(z) = 1.0507 z if z > 0, else 1.7581 (eᶻ − 1)")]
    Selu,
    #[strum(serialize = "gelu", message = "GELU", detailed_message = "f(z) = z (1 + erf(z / √2)) / 2")]
    Gelu,
    #[strum(serialize = "silu", message = "SiLU", detailed_message = "f(z) = z / (1 + e⁻ᶻ)")]
    Silu,
    #[strum(serialize = "softplus", message = "softplus", detailed_message = "f(z) = ln(1 + eᶻ)")]
    Softplus,
    #[strum(serialize = "identity", message = "identity", detailed_message = "f(z) = z")]
    Identity,
}

impl Activation {
    pub const ALL: [Self; Self::COUNT] = [
        Self::Sigmoid,
        Self::Relu,
        Self::LeakyRelu { slope: Self::TEXT_SLOPE },
        Self::Tanh,
        Self::Elu,
        Self::Selu,
        Self::Gelu,
        Self::Silu,
        Self::Softplus,
        Self::Identity,
    ];

    /// The leaky slope in the tutorial's text (eq. 6).
    pub const TEXT_SLOPE: f64 = 0.01;
    /// The leaky slope in the tutorial's script, the default of its framework.
    pub const SCRIPT_SLOPE: f64 = 0.2;

    /// The slope of a leaky ReLU.
    pub fn slope_mut(&mut self) -> Option<&mut f64> {
        if let Self::LeakyRelu { slope } = self { Some(slope) } else { None }
    }

    /// The name in URLs and on the command line, without the slope.
    pub fn key(self) -> &'static str {
        self.into()
    }

    /// The activation of a key, with the slope of the tutorial's text.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|activation| activation.key() == key)
    }

    /// The name that a reader sees.
    pub fn label(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }

    /// The definition in one line of plain text.
    pub fn formula(self) -> String {
        let formula = self.get_detailed_message().unwrap_or_default();
        if let Self::LeakyRelu { slope } = self {
            return formula.replace("{slope}", &slope.to_string());
        }
        formula.to_owned()
    }

    /// f(z).
    pub fn f<F: Float>(self, z: F) -> F {
        let mut a = [z; LANES];
        self.activate(&[z; LANES], &mut a);
        a[0]
    }

    /// f′(z).
    pub fn df<F: Float>(self, z: F) -> F {
        let mut d = [F::ONE; LANES];
        self.times_df(&[z; LANES], &[self.f(z); LANES], &mut d);
        d[0]
    }

    /// a = f(z), elementwise; both `[n]`, n a multiple of [`LANES`].
    #[inline(never)]
    pub fn activate<F: Float>(self, z: &[F], a: &mut [F]) {
        #[inline(always)]
        fn map<F: Float>(z: &[F], a: &mut [F], f: impl Fn(F::X4) -> F::X4) {
            vectors_mut(a).iter_mut().zip(vectors(z)).for_each(|(a, &z)| *a = f(z.into()).into());
        }
        match self {
            Self::Sigmoid => map(z, a, sigmoid::f::<F>),
            Self::Relu => map(z, a, relu::f::<F>),
            Self::LeakyRelu { slope } => map(z, a, |z| leaky_relu::f::<F>(z, lanes::<F>(slope))),
            Self::Tanh => map(z, a, tanh::f::<F>),
            Self::Elu => map(z, a, elu::f::<F>),
            Self::Selu => map(z, a, selu::f::<F>),
            Self::Gelu => map(z, a, gelu::f::<F>),
            Self::Silu => map(z, a, silu::f::<F>),
            Self::Softplus => map(z, a, softplus::f::<F>),
            Self::Identity => map(z, a, identity::f::<F>),
        }
    }

    /// delta ← delta · f′(z), elementwise, the last factor of (eq. 3); a = f(z). All `[n]`, n a multiple of [`LANES`].
    #[inline(never)]
    pub fn times_df<F: Float>(self, z: &[F], a: &[F], delta: &mut [F]) {
        #[inline(always)]
        fn times<F: Float>(z: &[F], a: &[F], delta: &mut [F], df: impl Fn(F::X4, F::X4) -> F::X4) {
            let pairs = vectors(z).iter().zip(vectors(a));
            for (delta, (&z, &a)) in vectors_mut(delta).iter_mut().zip(pairs) {
                *delta = (F::X4::from(*delta) * df(z.into(), a.into())).into();
            }
        }
        match self {
            Self::Sigmoid => times(z, a, delta, |_, a| sigmoid::df::<F>(a)),
            Self::Relu => times(z, a, delta, |z, _| relu::df::<F>(z)),
            Self::LeakyRelu { slope } => times(z, a, delta, |z, _| leaky_relu::df::<F>(z, lanes::<F>(slope))),
            Self::Tanh => times(z, a, delta, |_, a| tanh::df::<F>(a)),
            Self::Elu => times(z, a, delta, elu::df::<F>),
            Self::Selu => times(z, a, delta, selu::df::<F>),
            Self::Gelu => times(z, a, delta, |z, _| gelu::df::<F>(z)),
            Self::Silu => times(z, a, delta, silu::df::<F>),
            Self::Softplus => times(z, a, delta, |z, _| softplus::df::<F>(z)),
            Self::Identity => times(z, a, delta, |_, _| identity::df::<F>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::complex::Complex;

    #[test]
    fn df_is_the_slope_of_f() {
        for activation in Activation::ALL {
            for z in [-30.0, -3.0, -0.7, -1e-3, 1e-3, 0.4, 2.5, 30.0] {
                let slope = activation.f(Complex::step(z)).slope();
                let df = activation.df(z);
                assert!(
                    (df - slope).abs() <= 1e-15 + 1e-12 * slope.abs(),
                    "{activation:?} at {z}: {df} against {slope}"
                );
            }
        }
    }

    #[test]
    fn a_kink_takes_the_slope_of_its_left_side() {
        assert_eq!(Activation::Relu.df(0.0), 0.0);
        assert_eq!(Activation::LeakyRelu { slope: 0.2 }.df(0.0), 0.2);
    }

    #[test]
    fn extremes_stay_finite() {
        for activation in Activation::ALL {
            for z in [-1e30f32, -1e4, 1e4, 1e30] {
                assert!(activation.f(z).is_finite() && activation.df(z).is_finite(), "{activation:?} at {z}");
            }
        }
    }

    /// `df_is_the_slope_of_f` passes if f and f′ are wrong together; this test does not.
    #[test]
    fn f_has_its_known_values() {
        let (ln2, ln3) = (2f64.ln(), 3f64.ln());
        // The definition of SELU gives λ and α; Φ(1) is from tables of the normal distribution.
        let (lambda, alpha, phi) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_2, 0.841_344_746_068_542_9);
        let known = |activation: Activation| match activation {
            Activation::Sigmoid => [(0.0, 0.5), (ln3, 0.75), (-ln3, 0.25)],
            Activation::Relu => [(-3.0, 0.0), (0.0, 0.0), (3.0, 3.0)],
            Activation::LeakyRelu { slope } => [(-3.0, -3.0 * slope), (0.0, 0.0), (3.0, 3.0)],
            Activation::Tanh => [(-0.5 * ln3, -0.5), (0.0, 0.0), (0.5 * ln3, 0.5)],
            Activation::Elu => [(-ln2, -0.5), (-ln3, -2.0 / 3.0), (3.0, 3.0)],
            Activation::Selu => [(-ln2, -0.5 * lambda * alpha), (0.0, 0.0), (3.0, 3.0 * lambda)],
            Activation::Gelu => [(-1.0, phi - 1.0), (0.0, 0.0), (1.0, phi)],
            Activation::Silu => [(-ln3, -0.25 * ln3), (0.0, 0.0), (ln3, 0.75 * ln3)],
            Activation::Softplus => [(-ln3, 4f64.ln() - ln3), (0.0, ln2), (ln3, 4f64.ln())],
            Activation::Identity => [(-3.0, -3.0), (0.0, 0.0), (3.0, 3.0)],
        };
        for activation in Activation::ALL {
            for (z, expected) in known(activation) {
                let (double, single) = (activation.f(z), activation.f(z as f32));
                assert!((double - expected).abs() < 1e-15, "{activation:?} at {z}: {double}");
                assert!((f64::from(single) - expected).abs() < 3e-7, "{activation:?} at {z}: {single}");
            }
        }
    }

    #[test]
    fn single_derivatives_are_the_double_ones_within_rounding() {
        for activation in Activation::ALL {
            for z in (-400..=400).map(|i| i as f32 / 40.0) {
                let (single, double) = (activation.df(z), activation.df(f64::from(z)));
                assert!((f64::from(single) - double).abs() < 1e-6, "{activation:?} at {z}: {single}, {double}");
            }
        }
    }

    #[test]
    fn a_formula_is_one_line_with_the_slope() {
        assert_eq!(Activation::Sigmoid.formula(), "σ(z) = 1 / (1 + e⁻ᶻ)");
        assert_eq!(Activation::LeakyRelu { slope: 0.01 }.formula(), "f(z) = max(0.01 z, z)");
        for activation in Activation::ALL {
            let formula = activation.formula();
            assert!(formula.contains("(z) = ") && !formula.contains(['{', '\n']), "{formula}");
        }
    }

    #[test]
    fn keys_and_labels_are_unique() {
        for (i, activation) in Activation::ALL.into_iter().enumerate() {
            assert_eq!(Activation::from_key(activation.key()), Some(activation));
            assert!(Activation::ALL[..i].iter().all(|other| other.label() != activation.label()), "{activation:?}");
        }
        assert_eq!(Activation::from_key("leaky-relu"), None);
    }
}
