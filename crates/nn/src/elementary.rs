//! exp and tanh of four `f32` at once, from additions, products, divisions and shifts alone, so that every machine gives the
//! same bits. Polynomials are minimax fits by Remez' algorithm. The other functions are `libm`'s, lane by lane.
//!
//! The largest error over all 2³² inputs, in units in the last place of the exact result, is stated at each function;
//! [`super::ulp`] measures it.

use super::float::{LANES, Lanes};
use wide::{f32x4, f64x2, i32x4};

/// eˣ. With n = round(x / ln 2) and r = x − n ln 2, eˣ = 2ⁿ eʳ; ln 2 is split into two parts, the first of which has so few
/// bits that its product with n is exact (Cody and Waite, 1980). 2ⁿ is applied in two factors: its own exponent may be out of
/// range where the result is not. Off by at most 0.98 ULP.
#[inline(always)]
pub fn exp(x: f32x4) -> f32x4 {
    let &ExpConstants { low, high, log2_e, round, ln_2, p, one, bias } = unseen(&EXP);
    // Comparisons are false for NaN, which passes through.
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

/// tanh x: an odd polynomial near 0, 1 − 2 / (1 + e²ˣ) for x elsewhere, where that does not cancel much. Off by at most
/// 1.11 ULP.
#[inline(always)]
pub fn tanh(x: f32x4) -> f32x4 {
    let &TanhConstants { near, p, one, two } = unseen(&TANH);
    let (size, square) = (x.abs(), x * x);
    let close = x + x * (square * polynomial(p, square));
    let far = one - two / (one + exp(size * two));
    let far = x.where_greater(f32x4::ZERO, far, -far);
    size.where_greater(near, far, close)
}

/// Each constant in all lanes.
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
    /// Of an exponent.
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
    /// Where the polynomial ends.
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

/// Constants that the compiler may not know. V8 makes a constant vector anew wherever one is used, even in a loop, from three
/// instructions (seen in version 14, not in 11): from memory it takes one.
#[inline(always)]
pub fn unseen<T>(constants: T) -> T {
    std::hint::black_box(constants)
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
    fn halves(self, other: Self) -> Self {
        let [halves, _] = f64x2::transpose([self, other].map(bytemuck::cast));
        bytemuck::cast(halves)
    }
    #[inline(always)]
    fn where_greater(self, bound: Self, then: Self, otherwise: Self) -> Self {
        self.simd_gt(bound).bitselect(then, otherwise)
    }
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        self.fast_max(other)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn exp(self) -> Self {
        exp(self)
    }
    /// Off by at most 0.82 ULP.
    fn exp_m1(self) -> Self {
        each(self, libm::expm1f)
    }
    /// Off by at most 0.84 ULP.
    fn ln_1p(self) -> Self {
        each(self, libm::log1pf)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        tanh(self)
    }
    /// Off by at most 0.97 ULP.
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
