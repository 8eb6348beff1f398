//! Complex numbers, for derivatives by the complex step (Squire and Trapp, 1998): for real-analytic f,
//! f′(x) = Im f(x + ih) / h without cancellation, so for h = 1e-30 it is exact but for rounding. Tests only.

use super::Float;
use super::float::{Elementary, Four};
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

const H: f64 = 1e-30;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    re: f64,
    im: f64,
}

impl Complex {
    pub const fn real(re: f64) -> Self {
        Self { re, im: 0.0 }
    }
    /// x + ih, for the derivative with respect to x.
    pub const fn step(x: f64) -> Self {
        Self { re: x, im: H }
    }
    /// The derivative, given a result f(x + ih).
    pub fn slope(self) -> f64 {
        self.im / H
    }
}

impl PartialOrd for Complex {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.re.partial_cmp(&other.re)
    }
}
impl Add for Complex {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { re: self.re + o.re, im: self.im + o.im }
    }
}
impl Sub for Complex {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self { re: self.re - o.re, im: self.im - o.im }
    }
}
impl Mul for Complex {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Self { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}
impl Div for Complex {
    type Output = Self;
    fn div(self, o: Self) -> Self {
        let norm = o.re * o.re + o.im * o.im;
        Self { re: (self.re * o.re + self.im * o.im) / norm, im: (self.im * o.re - self.re * o.im) / norm }
    }
}
impl Neg for Complex {
    type Output = Self;
    fn neg(self) -> Self {
        Self { re: -self.re, im: -self.im }
    }
}
impl AddAssign for Complex {
    fn add_assign(&mut self, o: Self) {
        *self = *self + o;
    }
}
impl MulAssign for Complex {
    fn mul_assign(&mut self, o: Self) {
        *self = *self * o;
    }
}

// The functions to first order in the imaginary part, which is exact at h = 1e-30.
impl Float for Complex {
    type X4 = Four<Self>;
    const ZERO: Self = Self::real(0.0);
    const ONE: Self = Self::real(1.0);
    fn from_f64(value: f64) -> Self {
        Self::real(value)
    }
    fn to_f64(self) -> f64 {
        self.re
    }
    fn abs(self) -> Self {
        if self.re < 0.0 { -self } else { self }
    }
    fn sqrt(self) -> Self {
        let root = self.re.sqrt();
        Self { re: root, im: self.im / (2.0 * root) }
    }
    fn ln(self) -> Self {
        Self { re: libm::log(self.re), im: self.im / self.re }
    }
}

impl Elementary for Complex {
    fn exp(self) -> Self {
        let e = libm::exp(self.re);
        Self { re: e, im: e * self.im }
    }
    fn exp_m1(self) -> Self {
        Self { re: libm::expm1(self.re), im: libm::exp(self.re) * self.im }
    }
    fn ln_1p(self) -> Self {
        Self { re: libm::log1p(self.re), im: self.im / (1.0 + self.re) }
    }
    fn tanh(self) -> Self {
        let t = libm::tanh(self.re);
        let cosh = libm::cosh(self.re);
        Self { re: t, im: self.im / (cosh * cosh) }
    }
    fn erf(self) -> Self {
        let slope = std::f64::consts::FRAC_2_SQRT_PI * libm::exp(-self.re * self.re);
        Self { re: libm::erf(self.re), im: slope * self.im }
    }
}
