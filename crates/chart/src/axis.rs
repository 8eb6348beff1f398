//! One axis: from data to places and back, and its ticks. Linear ticks are 1, 2 or 5 times a power of ten; logarithmic ones are
//! powers of ten.

use lab::text::{minus, superscript, thousands};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    low: f64,
    high: f64,
    pub is_log: bool,
    /// Only the whole numbers from 1 to this have ticks; 0 if all numbers can have them.
    n_rows: usize,
    /// The unit after each number.
    pub unit: &'static str,
}

impl Axis {
    /// From `low` to `high`; from 0 to 1 unless both are finite and `low` < `high`.
    pub fn linear(low: f64, high: f64) -> Self {
        let is_range = low.is_finite() && high.is_finite() && low < high;
        let (low, high) = if is_range { (low, high) } else { (0.0, 1.0) };
        Self { low, high, is_log: false, n_rows: 0, unit: "" }
    }

    fn log(low: f64, high: f64) -> Self {
        Self { low, high, is_log: true, n_rows: 0, unit: "" }
    }

    /// Rows around the whole numbers 1 to `n`.
    pub fn rows(n: usize) -> Self {
        Self::rows_with_room(n, 0.0, 0.0)
    }

    /// Rows around the whole numbers 1 to `n`, with room before and after them.
    pub fn rows_with_room(n: usize, before: f64, after: f64) -> Self {
        let n_rows = n.max(1);
        Self { n_rows, ..Self::linear(0.5 - before, n_rows as f64 + 0.5 + after) }
    }

    pub fn is_whole(&self) -> bool {
        self.n_rows > 0
    }

    /// From 0 to 100 %.
    pub fn per_cent() -> Self {
        Self { unit: "\u{a0}%", ..Self::linear(0.0, 100.0) }
    }

    /// A logarithmic axis around the positive `values`, with two powers of ten at least. Its ends are 1, 2 or 5 times a power of ten.
    /// From 10⁻⁶ to 10⁻¹ without positive values.
    pub fn decades(values: impl Iterator<Item = f64>) -> Self {
        let positive = values.filter(|v| v.is_finite() && *v > 0.0);
        let (low, high) = positive.fold((f64::INFINITY, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
        if low > high {
            return Self::log(1e-6, 1e-1);
        }
        let (tight_low, tight_high) = (0.1 / round_step(0.1 / low), round_step(high));
        let n_powers = |low: f64, high: f64| libm::log10(high * 1.0001).floor() - libm::log10(low * 0.9999).ceil();
        if n_powers(tight_low, tight_high) >= 1.0 {
            return Self::log(tight_low, tight_high);
        }
        let first = libm::log10(low).floor();
        let last = libm::log10(high).ceil().max(first + 1.0);
        Self::log(10f64.powi(first as i32), 10f64.powi(last as i32))
    }

    /// From 0 to a round number that is at least `at_least` and all `values`.
    pub fn from_zero(values: impl Iterator<Item = f64>, at_least: f64) -> Self {
        let high = values.filter(|v| v.is_finite()).fold(at_least, f64::max);
        let step = round_step(high / 8.0);
        Self::linear(0.0, (high / step).ceil() * step)
    }

    pub fn low(&self) -> f64 {
        self.low
    }

    pub fn high(&self) -> f64 {
        self.high
    }

    /// Where `value` lies, 0 at the low end, 1 at the high end; not finite where the axis has no such place.
    pub fn place(&self, value: f64) -> f64 {
        if self.is_log {
            libm::log(value / self.low) / libm::log(self.high / self.low)
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    /// The inverse of [`place`](Self::place).
    pub fn value(&self, place: f64) -> f64 {
        if self.is_log {
            self.low * libm::pow(self.high / self.low, place)
        } else {
            self.low + place * (self.high - self.low)
        }
    }

    /// About `count` ticks at most, each with its label.
    pub fn ticks(&self, count: usize) -> Vec<(f64, String)> {
        if self.is_log { self.log_ticks(count) } else { self.linear_ticks(count) }
    }

    fn linear_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let (low, high) = if self.is_whole() { (0.5, self.n_rows as f64 + 0.5) } else { (self.low, self.high) };
        let step = round_step((high - low) / count.max(1) as f64);
        let step = if self.is_whole() { step.max(1.0) } else { step };
        let tolerance = 1e-9 * step;
        let first = ((low - tolerance) / step).ceil() as i64;
        let last = ((high + tolerance) / step).floor() as i64;
        let decimals = (-libm::log10(step).floor()).clamp(0.0, 12.0) as usize;
        let label = |i: i64| match i as f64 * step {
            _ if decimals > 4 => scientific(i, step),
            value if value >= 1e6 => scientific(i, step),
            value if value >= 1000.0 => thousands(value),
            value => format!("{}{}", minus(&format!("{value:.decimals$}")), self.unit),
        };
        let mut ticks: Vec<(f64, String)> = (first..=last).map(|i| (i as f64 * step, label(i))).collect();
        if self.is_whole() && step >= 4.0 {
            // The first row always has a tick.
            ticks.insert(0, (1.0, "1".into()));
        }
        ticks
    }

    fn log_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let first = libm::log10(self.low * 0.9999).ceil() as i32;
        let last = libm::log10(self.high * 1.0001).floor() as i32;
        let stride = last.abs_diff(first).div_ceil(count.max(1) as u32).max(1);
        let exponents = (first..=last).filter(|e| last.abs_diff(*e).is_multiple_of(stride));
        exponents.map(|e| (10f64.powi(e), format!("10{}", superscript(e)))).collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is no smaller than `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powi(libm::log10(step).floor() as i32);
    [1.0, 2.0, 5.0].into_iter().map(|m| m * power).find(|round| *round >= step * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// Labels the multiple `i` of a very small or very large step, for example 2×10⁻⁵.
fn scientific(i: i64, step: f64) -> String {
    let value = i as f64 * step;
    // Ticks have at most two digits, as in 1.5.
    let text = format!("{value:.1e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (mantissa, exponent) = (mantissa.trim_end_matches(".0"), exponent.parse().unwrap_or(0));
    if i == 0 { "0".into() } else { minus(&format!("{mantissa}×10{}", superscript(exponent))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis, count: usize) -> Vec<String> {
        axis.ticks(count).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(Axis::linear(0.0, 1.0), 5), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(Axis::linear(-4.0, 4.0), 5), ["−4", "−2", "0", "2", "4"]);
        assert_eq!(labels(Axis::per_cent(), 5), [0, 20, 40, 60, 80, 100].map(|n| format!("{n}\u{a0}%")));
        assert_eq!(labels(Axis::linear(0.0, 2500.0), 3), ["0", "1,000", "2,000"]);
        assert_eq!(labels(Axis::linear(0.0, 4e-4), 2), ["0.0000", "0.0002", "0.0004"]);
        assert_eq!(labels(Axis::linear(0.0, 1.2e-31), 3), ["0", "5×10⁻³²", "1×10⁻³¹"]);
        assert_eq!(labels(Axis::linear(-2e-5, 2e-5), 2), ["−2×10⁻⁵", "0", "2×10⁻⁵"]);
        assert_eq!(labels(Axis::decades([3e-4, 0.02, 0.0, f64::NAN].into_iter()), 5), ["10⁻³", "10⁻²"]);
        assert_eq!(Axis::decades([3e-4, 0.02].into_iter()).low(), 2e-4);
        assert_eq!(labels(Axis::decades([1e-9, 0.5].into_iter()), 5), ["10⁻⁹", "10⁻⁷", "10⁻⁵", "10⁻³", "10⁻¹"]);
        assert_eq!(Axis::from_zero([2.31].into_iter(), 1.0).high(), 2.5);
    }

    #[test]
    fn decades_are_tight_if_two_powers_of_ten_are_among_them() {
        for (values, ends) in [([0.006, 0.09], (0.005, 0.1)), ([0.011, 0.15], (0.01, 0.2)), ([0.02, 0.03], (0.01, 0.1))]
        {
            let axis = Axis::decades(values.into_iter());
            assert!(
                (axis.low() / ends.0 - 1.0).abs() + (axis.high() / ends.1 - 1.0).abs() < 1e-9,
                "{values:?} {axis:?}"
            );
        }
    }

    #[test]
    fn millions_are_powers_of_ten() {
        assert_eq!(labels(Axis::from_zero([4e15].into_iter(), 1.0), 2), ["0", "2×10¹⁵", "4×10¹⁵"]);
        assert_eq!(labels(Axis::from_zero([4e5].into_iter(), 1.0), 2), ["0", "200,000", "400,000"]);
    }

    #[test]
    fn rows_have_whole_numbers_and_the_first() {
        assert_eq!(labels(Axis::rows(1), 8), ["1"]);
        assert_eq!(labels(Axis::rows(6), 8), ["1", "2", "3", "4", "5", "6"]);
        assert_eq!(labels(Axis::rows(50), 6), ["1", "10", "20", "30", "40", "50"]);
    }

    #[test]
    fn nothing_to_show_is_an_axis_all_the_same() {
        for axis in [Axis::decades([].into_iter()), Axis::linear(f64::NAN, 1.0), Axis::from_zero([].into_iter(), 1.0)] {
            assert!(axis.low() < axis.high() && axis.ticks(5).len() > 1, "{axis:?}");
        }
        for half in [Axis::linear(f64::NEG_INFINITY, 1.0), Axis::linear(0.0, f64::INFINITY)] {
            assert_eq!(half, Axis::linear(0.0, 1.0));
        }
    }

    #[test]
    fn value_inverts_place() {
        for axis in [Axis::linear(-3.0, 7.0), Axis::decades([1e-7, 0.3].into_iter())] {
            for place in [0.0, 0.125, 0.5, 1.0] {
                assert!((axis.place(axis.value(place)) - place).abs() < 1e-12);
            }
        }
    }
}
