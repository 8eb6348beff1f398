//! exp and tanh of four `f32` at once, from additions, products, divisions and shifts alone, so that every machine gives the
//! same bits. Polynomials are minimax fits by Remez' algorithm. The other functions are `libm`'s, lane by lane.
//!
//! The largest error over all 2³² inputs, in units in the last place of the exact result, is stated at each function;
//! [`super::ulp`] measures it.

use super::float::{LANES, Lanes};
use wide::{f32x4, i32x4};

/// eˣ. With n = round(x / ln 2) and r = x − n ln 2, eˣ = 2ⁿ eʳ; ln 2 is split into two parts, the first of which has so few
/// bits that its product with n is exact (Cody and Waite, 1980). 2ⁿ is applied in two factors: its own exponent may be out of
/// range where the result is not. Off by at most 0.98 ULP.
#[inline(always)]
pub fn exp(x: f32x4) -> f32x4 {
    // Adding 1.5 · 2²³ leaves round(x / ln 2) in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    const LN_2: [f32; 2] = [0.693_145_75, 1.428_606_8e-6];
    const P: [f32; 5] = [0.499_999_97, 0.166_665_24, 0.041_668_348, 0.008_369_117, 0.001_381_083_2];
    // Beyond these the result is ∞ or 0; comparisons are false for NaN, which passes through.
    let (low, high) = (f32x4::splat(-104.0), f32x4::splat(89.0));
    let x = x.where_greater(high, high, x);
    let x = low.where_greater(x, low, x);
    let shifted = x * f32x4::splat(std::f32::consts::LOG2_E) + f32x4::splat(ROUND);
    let n = shifted - f32x4::splat(ROUND);
    let r = x - n * f32x4::splat(LN_2[0]) - n * f32x4::splat(LN_2[1]);
    let p = P.iter().rev().skip(1).fold(f32x4::splat(P[4]), |sum, &c| sum * r + f32x4::splat(c));
    let e_r = (p * (r * r) + r) + f32x4::ONE;
    let n: i32x4 = bits(shifted) - bits(f32x4::splat(ROUND));
    let half: i32x4 = n >> 1;
    e_r * power_of_two(half) * power_of_two(n - half)
}

/// tanh x: an odd polynomial near 0, 1 − 2 / (1 + e²ˣ) for x elsewhere, where that does not cancel much. Off by at most
/// 1.11 ULP.
#[inline(always)]
pub fn tanh(x: f32x4) -> f32x4 {
    const NEAR: f32 = 0.75;
    const P: [f32; 5] = [-0.333_330_72, 0.133_265_21, -0.053_390_335, 0.019_665_342, -0.004_769_591_6];
    let size = x.abs();
    let square = x * x;
    let p = P.iter().rev().skip(1).fold(f32x4::splat(P[4]), |sum, &c| sum * square + f32x4::splat(c));
    let near = x + x * (square * p);
    let e = exp(size * f32x4::splat(2.0));
    let far = f32x4::ONE - f32x4::splat(2.0) / (f32x4::ONE + e);
    let far = x.where_greater(f32x4::ZERO, far, -far);
    size.where_greater(f32x4::splat(NEAR), far, near)
}

/// The bits of each lane.
#[inline(always)]
fn bits(x: f32x4) -> i32x4 {
    bytemuck::cast(x)
}

/// 2ⁿ for n from −126 to 127.
#[inline(always)]
fn power_of_two(n: i32x4) -> f32x4 {
    bytemuck::cast((n + i32x4::splat(127)) << 23)
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
