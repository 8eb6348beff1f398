//! The number type of the trainer. Elementary functions come from `libm`, compiled into the program, because `std` forwards
//! them to the platform: its `exp` differs between native and wasm in about one input of two hundred. Square root and
//! absolute value are exact by IEEE 754 everywhere, so `std`'s serve.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

/// A real number as the trainer needs it. Comparison orders by the real part where a type has another.
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
    const ZERO: Self;
    const ONE: Self;
    fn from_f64(value: f64) -> Self;
    /// The value, the real part where there is another.
    fn to_f64(self) -> f64;
    fn abs(self) -> Self;
    fn sqrt(self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn tanh(self) -> Self;
}

macro_rules! float {
    ($float:ty, $exp:path, $ln:path, $tanh:path) => {
        impl Float for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            fn from_f64(value: f64) -> Self {
                value as $float
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
            fn exp(self) -> Self {
                $exp(self)
            }
            fn ln(self) -> Self {
                $ln(self)
            }
            fn tanh(self) -> Self {
                $tanh(self)
            }
        }
    };
}

float!(f32, libm::expf, libm::logf, libm::tanhf);
float!(f64, libm::exp, libm::log, libm::tanh);
