//! The number type of the trainer and vectors of four such numbers. Every function is written once over [`Float::X4`]: a
//! 128-bit vector for `f32`, natively and in WebAssembly, and an array for `f64` and the tests' complex numbers.
//!
//! Elementary functions are our own ([`crate::kernel::elementary`]) or `libm`'s and part of the program, because `std` forwards
//! them to the platform: its `exp` differs between native and wasm in about one input of two hundred. Square root and absolute
//! value are exact by IEEE 754 everywhere. No operation fuses a product and a sum into one rounding (FMA).

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

/// Numbers in a vector: 128 bits of `f32`.
pub const LANES: usize = 4;

/// A number as the trainer needs it. Complex numbers compare by their real part.
pub trait Float:
    Copy
    + Debug
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + MulAssign
    + 'static
{
    type X4: Lanes<Self>;
    const ZERO: Self;
    const ONE: Self;
    fn from_f64(value: f64) -> Self;
    /// The value; the real part of a complex number.
    fn to_f64(self) -> f64;
    fn abs(self) -> Self;
    fn sqrt(self) -> Self;
    fn ln(self) -> Self;
}

/// Four numbers, computed lane by lane: no operation mixes lanes.
pub trait Lanes<F>:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + From<[F; LANES]>
    + Into<[F; LANES]>
{
    fn splat(value: F) -> Self;
    /// Lane by lane: `then` if `self > bound`, else `otherwise`. A comparison with NaN is false.
    fn where_greater(self, bound: Self, then: Self, otherwise: Self) -> Self;
    fn sqrt(self) -> Self;
    fn exp(self) -> Self;
    /// eˣ − 1 without cancellation.
    fn exp_m1(self) -> Self;
    /// ln (1 + x) without cancellation.
    fn ln_1p(self) -> Self;
    fn tanh(self) -> Self;
    /// The error function.
    fn erf(self) -> Self;

    fn abs(self) -> Self {
        self.where_greater(-self, self, -self)
    }
}

/// A constant in all lanes.
pub fn lanes<F: Float>(value: f64) -> F::X4 {
    F::X4::splat(F::from_f64(value))
}

impl Float for f32 {
    type X4 = wide::f32x4;
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    fn to_f64(self) -> f64 {
        self.into()
    }
    fn abs(self) -> Self {
        self.abs()
    }
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    /// Error at most 0.84 ULP.
    fn ln(self) -> Self {
        libm::logf(self)
    }
}

impl Float for f64 {
    type X4 = Four<Self>;
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    fn from_f64(value: f64) -> Self {
        value
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn abs(self) -> Self {
        self.abs()
    }
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    fn ln(self) -> Self {
        libm::log(self)
    }
}

/// The functions that [`Four`] needs of its numbers besides [`Float`].
pub trait Elementary: Float {
    fn exp(self) -> Self;
    fn exp_m1(self) -> Self;
    fn ln_1p(self) -> Self;
    fn tanh(self) -> Self;
    fn erf(self) -> Self;
}

impl Elementary for f64 {
    fn exp(self) -> Self {
        libm::exp(self)
    }
    fn exp_m1(self) -> Self {
        libm::expm1(self)
    }
    fn ln_1p(self) -> Self {
        libm::log1p(self)
    }
    fn tanh(self) -> Self {
        libm::tanh(self)
    }
    fn erf(self) -> Self {
        libm::erf(self)
    }
}

/// The vector of a number type that the processor has no vectors of.
#[derive(Clone, Copy, Debug)]
pub struct Four<F>([F; LANES]);

impl<F> From<[F; LANES]> for Four<F> {
    fn from(values: [F; LANES]) -> Self {
        Self(values)
    }
}

impl<F> From<Four<F>> for [F; LANES] {
    fn from(four: Four<F>) -> Self {
        four.0
    }
}

impl<F: Float> Neg for Four<F> {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.map(F::neg))
    }
}

macro_rules! lane_by_lane {
    ($($operator:ident $method:ident),*) => {$(
        impl<F: Float> $operator for Four<F> {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self(std::array::from_fn(|lane| self.0[lane].$method(other.0[lane])))
            }
        }
    )*};
}

lane_by_lane!(Add add, Sub sub, Mul mul, Div div);

impl<F: Elementary> Lanes<F> for Four<F> {
    fn splat(value: F) -> Self {
        Self([value; LANES])
    }
    fn where_greater(self, bound: Self, then: Self, otherwise: Self) -> Self {
        let choose = |lane| if self.0[lane] > bound.0[lane] { then.0[lane] } else { otherwise.0[lane] };
        Self(std::array::from_fn(choose))
    }
    fn sqrt(self) -> Self {
        Self(self.0.map(F::sqrt))
    }
    fn exp(self) -> Self {
        Self(self.0.map(F::exp))
    }
    fn exp_m1(self) -> Self {
        Self(self.0.map(F::exp_m1))
    }
    fn ln_1p(self) -> Self {
        Self(self.0.map(F::ln_1p))
    }
    fn tanh(self) -> Self {
        Self(self.0.map(F::tanh))
    }
    fn erf(self) -> Self {
        Self(self.0.map(F::erf))
    }
}
