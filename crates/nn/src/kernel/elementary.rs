//! exp and tanh of four `f32` at once. `libm` computes one number at a time, which makes a training step a third longer with the
//! sigmoid and 8 % with ReLU; `std` forwards to the platform, whose bits differ between machines. Only additions, products, divisions
//! and shifts are used, so every machine gives the same bits. Polynomials are minimax fits by Remez' algorithm. The other
//! functions are `libm`'s, lane by lane.
//!
//! The largest error over all 2³² inputs, in units in the last place (ULP) of the exact result, is stated at each function;
//! [`crate::ulp`] measures it.

use crate::float::{LANES, Lanes};
use std::hint::black_box;
use wide::{f32x4, i32x4};

/// eˣ. With n = round(x / ln 2) and r = x − n ln 2, eˣ = 2ⁿ eʳ; ln 2 is split into two parts, the first of which has so few
/// bits that its product with n is exact (Cody and Waite, 1980). 2ⁿ is applied in two factors, because its own exponent may be out
/// of range where the result is not. Error at most 0.98 ULP.
#[inline(always)]
pub fn exp(x: f32x4) -> f32x4 {
    let &ExpConstants { low, high, log2_e, round, ln_2, p, one, bias } = black_box(&EXP);
    // Clamp. Comparisons with NaN are false, so NaN passes through.
    let x = x.where_greater(high, high, x);
    let x = low.where_greater(x, low, x);
    let shifted = x * log2_e + round;
    let n = shifted - round;
    let r = x - n * ln_2[0] - n * ln_2[1];
    let e_r = (polynomial(p, r) * (r * r) + r) + one;
    // The lowest bits of `shifted` are those of n; others are shifted out.
    let n: i32x4 = bits(shifted);
    let half: i32x4 = n >> 1;
    // For exponents from −126 to 127.
    let power_of_two = |n: i32x4| bytemuck::cast::<i32x4, f32x4>((n + bias) << 23);
    e_r * power_of_two(half) * power_of_two(n - half)
}

/// tanh x: an odd polynomial near 0, where 1 − 2 / (1 + e²ˣ) would cancel, and that formula elsewhere. Error at most 1.11 ULP.
#[inline(always)]
pub fn tanh(x: f32x4) -> f32x4 {
    let &TanhConstants { near, p, one, two } = black_box(&TANH);
    let (size, square) = (x.abs(), x * x);
    let close = x + x * (square * polynomial(p, square));
    let far = one - two / (one + exp(size * two));
    let far = x.where_greater(f32x4::ZERO, far, -far);
    size.where_greater(near, far, close)
}

/// Each constant in all lanes. Loaded from memory through `black_box`: V8 14 builds a vector constant from three instructions
/// in every round of a loop, which costs 10 % of a training step with the sigmoid.
struct ExpConstants {
    /// Beyond these the result is 0 or ∞.
    low: f32x4,
    high: f32x4,
    log2_e: f32x4,
    /// Adding 1.5 · 2²³ leaves round(x / ln 2) in the low bits of the sum.
    round: f32x4,
    /// ln 2 in two parts.
    ln_2: [f32x4; 2],
    /// (eʳ − 1 − r) / r², from the highest power down.
    p: [f32x4; 5],
    one: f32x4,
    /// Of an `f32` exponent.
    bias: i32x4,
}

static EXP: ExpConstants = ExpConstants {
    low: f32x4::splat(-104.0),
    high: f32x4::splat(89.0),
    log2_e: f32x4::splat(std::f32::consts::LOG2_E),
    round: f32x4::splat(12_582_912.0),
    ln_2: splats([0.693_145_75, 1.428_606_8e-6]),
    p: splats([0.001_381_083_2, 0.008_369_117, 0.041_668_348, 0.166_665_24, 0.499_999_97]),
    one: f32x4::splat(1.0),
    bias: i32x4::splat(127),
};

struct TanhConstants {
    /// The polynomial is used for |x| below this.
    near: f32x4,
    /// (tanh x / x − 1) / x² in powers of x², from the highest down.
    p: [f32x4; 5],
    one: f32x4,
    two: f32x4,
}

static TANH: TanhConstants = TanhConstants {
    near: f32x4::splat(0.75),
    p: splats([-0.004_769_591_6, 0.019_665_342, -0.053_390_335, 0.133_265_21, -0.333_330_72]),
    one: f32x4::splat(1.0),
    two: f32x4::splat(2.0),
};

const fn splats<const N: usize>(values: [f32; N]) -> [f32x4; N] {
    let (mut vectors, mut i) = ([f32x4::ZERO; N], 0);
    while i < N {
        vectors[i] = f32x4::splat(values[i]);
        i += 1;
    }
    vectors
}

/// By Horner's rule.
#[inline(always)]
fn polynomial([highest, rest @ ..]: [f32x4; 5], x: f32x4) -> f32x4 {
    rest.into_iter().fold(highest, |sum, coefficient| sum * x + coefficient)
}

/// The bits of each lane.
#[inline(always)]
fn bits(x: f32x4) -> i32x4 {
    bytemuck::cast(x)
}

impl Lanes<f32> for f32x4 {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self::splat(value)
    }
    #[inline(always)]
    fn where_greater(self, bound: Self, then: Self, otherwise: Self) -> Self {
        self.simd_gt(bound).bitselect(then, otherwise)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn exp(self) -> Self {
        exp(self)
    }
    /// Error at most 0.82 ULP.
    fn exp_m1(self) -> Self {
        each(self, libm::expm1f)
    }
    /// Error at most 0.84 ULP.
    fn ln_1p(self) -> Self {
        each(self, libm::log1pf)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        tanh(self)
    }
    /// Error at most 0.97 ULP.
    fn erf(self) -> Self {
        each(self, libm::erff)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }
}

fn each(x: f32x4, f: fn(f32) -> f32) -> f32x4 {
    let values: [f32; LANES] = x.into();
    values.map(f).into()
}
