//! The errors of the elementary functions against `f64`, in units in the last place (ULP). A ULP is the distance between neighboring
//! `f32` at the exact result, 2⁻¹⁴⁹ if that is subnormal; the error of a correctly rounded function is at most half a ULP. The
//! `f64` functions are `libm`'s, whose own error is below 2⁻²⁸ ULP.
//!
//! `cargo bench --bench ulp` measures all 2³² inputs, the test below every 1,009th and those around special points.

use super::Float;
use super::float::{LANES, Lanes};
use super::kernel::elementary::{exp, tanh};
use wide::f32x4;

/// A function as training computes it, the exact function, and its largest error.
pub struct Function {
    pub name: &'static str,
    pub f: fn(f32x4) -> f32x4,
    pub exact: fn(f64) -> f64,
    /// The largest error over all inputs in ULP, rounded up.
    pub max_ulp: f64,
}

impl Function {
    pub const ALL: [Self; 6] = [
        Self { name: "exp", f: exp, exact: libm::exp, max_ulp: 0.98 },
        Self { name: "tanh", f: tanh, exact: libm::tanh, max_ulp: 1.11 },
        Self { name: "expm1", f: Lanes::exp_m1, exact: libm::expm1, max_ulp: 0.82 },
        Self { name: "ln1p", f: Lanes::ln_1p, exact: libm::log1p, max_ulp: 0.84 },
        Self { name: "erf", f: Lanes::erf, exact: libm::erf, max_ulp: 0.97 },
        Self { name: "ln", f: |x| <[f32; LANES]>::from(x).map(Float::ln).into(), exact: libm::log, max_ulp: 0.84 },
    ];

    /// The largest error over inputs that are given by their bits.
    pub fn worst(&self, inputs: impl IntoIterator<Item = [u32; LANES]>) -> Worst {
        inputs.into_iter().fold(Worst::default(), |worst, bits| {
            let x = bits.map(f32::from_bits);
            let y: [f32; LANES] = (self.f)(x.into()).into();
            let of = |(x, y): (f32, f32)| Worst { ulp: error(y, (self.exact)(x.into())), x, n: 1 };
            x.into_iter().zip(y).map(of).fold(worst, Worst::or)
        })
    }
}

/// The largest error over `n` inputs and the input where it occurs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Worst {
    pub ulp: f64,
    pub x: f32,
    pub n: u64,
}

impl Worst {
    pub fn or(self, other: Self) -> Self {
        let n = self.n + other.n;
        if other.ulp > self.ulp { Self { n, ..other } } else { Self { n, ..self } }
    }
}

/// |y − exact| in ULP. ∞ counts as the `f32` that would follow the largest one and is correct for larger results; NaN is correct
/// for NaN alone.
fn error(y: f32, exact: f64) -> f64 {
    const BEYOND: f64 = 2.0 * (1u128 << 127) as f64;
    if y.is_nan() || exact.is_nan() {
        return if y.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let exact = if y.is_infinite() { exact.clamp(-BEYOND, BEYOND) } else { exact };
    let y = f64::from(y).clamp(-BEYOND, BEYOND);
    (y - exact).abs() / spacing(exact)
}

/// The distance between neighboring `f32` at a number.
fn spacing(exact: f64) -> f64 {
    let exponent = (exact.abs().to_bits() >> 52).clamp(1023 - 126, 1023 + 127);
    f64::from_bits((exponent - 23) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::LN_2;

    /// Every 1,009th `f32`, and the neighbors of points where a branch, a range or a rounding changes.
    fn inputs() -> impl Iterator<Item = f32> {
        let grid = (0..=u32::MAX).step_by(1_009);
        let special = [0.0, f32::MIN_POSITIVE, 1.0, 0.75, -87.336_55, -103.972_08, -104.0, 88.722_84, 89.0, f32::MAX];
        let ties = (-300..=300).map(|halves| halves as f32 * 0.5 * LN_2);
        let points = special.into_iter().flat_map(|x| [x, -x]).chain(ties).chain([f32::INFINITY]);
        let around = points.flat_map(|x| (0..200).map(move |i| x.to_bits().wrapping_add(i).wrapping_sub(100)));
        grid.chain(around).map(f32::from_bits)
    }

    fn of(f: fn(f32x4) -> f32x4, x: f32) -> f32 {
        f(x.into()).to_array()[0]
    }

    #[test]
    fn errors_are_as_stated() {
        let inputs: Vec<u32> = inputs().map(f32::to_bits).collect();
        for function in Function::ALL {
            let Worst { ulp, x, n } = function.worst(inputs.as_chunks().0.iter().copied());
            let Function { name, max_ulp, .. } = function;
            assert!(n > 4_000_000 && ulp <= max_ulp && ulp > max_ulp - 0.1, "{name}({x:e}) is off by {ulp}");
        }
    }

    #[test]
    fn an_error_is_counted_in_the_spacing_at_the_exact_result() {
        let tiny = f32::from_bits(1);
        assert_eq!(
            [error(1.0, 1.0), error(1.0, 1.0 + 2f64.powi(-23)), error(1.0, 1.0 - 2f64.powi(-23))],
            [0.0, 1.0, 2.0]
        );
        assert_eq!([error(0.0, tiny.into()), error(tiny, 0.0), error(-tiny, tiny.into())], [1.0, 1.0, 2.0]);
        assert_eq!(
            [error(f32::INFINITY, f32::MAX.into()), error(f32::INFINITY, 1e300), error(f32::NAN, f64::NAN)],
            [1.0, 0.0, 0.0]
        );
        assert!(
            [error(f32::MAX, f64::INFINITY), error(f32::NAN, 1.0), error(1.0, f64::NAN)]
                .into_iter()
                .all(f64::is_infinite)
        );
    }

    #[test]
    fn infinities_have_their_limits_and_nan_stays_nan() {
        assert_eq!([of(exp, f32::NEG_INFINITY), of(exp, 0.0), of(exp, f32::INFINITY)], [0.0, 1.0, f32::INFINITY]);
        assert_eq!([of(tanh, f32::NEG_INFINITY), of(tanh, f32::INFINITY)], [-1.0, 1.0]);
        for Function { f, name, .. } in Function::ALL {
            assert!(of(f, f32::NAN).is_nan(), "{name}");
        }
    }

    #[test]
    fn tanh_is_odd_to_the_bit_and_never_beyond_1() {
        assert_eq!(of(tanh, -0.0), 0.0); // of either sign
        for x in inputs().filter(|&x| !x.is_nan() && x != 0.0) {
            assert_eq!(of(tanh, -x).to_bits(), (-of(tanh, x)).to_bits(), "{x:e}");
            assert!(of(tanh, x).abs() <= 1.0, "{x:e}");
        }
    }

    /// Errors below one ULP do not imply this. It has been measured once for all neighbors.
    #[test]
    fn exp_and_tanh_are_monotonic() {
        let mut sorted: Vec<f32> = inputs().filter(|x| !x.is_nan()).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        for f in [exp, tanh] {
            let decrease = sorted.windows(2).find(|pair| of(f, pair[0]) > of(f, pair[1]));
            assert_eq!(decrease, None);
        }
    }
}
