//! A median with its range, and the format of numbers.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    /// NaN if there are no values.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |i: usize| values.get(i).copied().unwrap_or(f64::NAN);
        let (low, high) = (values.len().saturating_sub(1) / 2, values.len() / 2);
        Self { median: (at(low) + at(high)) / 2.0, min: at(0), max: at(values.len().saturating_sub(1)) }
    }

    /// The spread of f(value); f must be monotonic.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let (a, b) = (f(self.min), f(self.max));
        Self { median: f(self.median), min: a.min(b), max: a.max(b) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} [{}, {}]", number(self.median), number(self.min), number(self.max))
    }
}

/// A number with three significant digits, or all digits of a whole number, in groups of three.
pub fn number(value: f64) -> String {
    let size = value.abs();
    let decimals = [(100.0, 0), (10.0, 1), (1.0, 2)].into_iter().find(|(min, _)| size >= *min).map_or(3, |(_, d)| d);
    let text = format!("{value:.decimals$}");
    let whole = text.split('.').next().map_or(0, |digits| digits.trim_start_matches('-').len());
    let start = text.len() - text.trim_start_matches('-').len();
    let mut grouped = String::new();
    for (i, digit) in text.chars().enumerate() {
        let left = (start + whole).saturating_sub(i);
        if i > start && left > 0 && left.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(Spread::of([4.0, 1.0, 3.0, 9.0].into_iter()), Spread { median: 3.5, min: 1.0, max: 9.0 });
        assert_eq!(Spread::of([2.0, 7.0, 1.0].into_iter()).to_string(), "2.00 [1.00, 7.00]");
    }

    #[test]
    fn numbers_keep_three_digits() {
        let written = [1234567.0, 1234.4, 105.2, 12.34, 1.234, 0.1234, -1234.0].map(number);
        assert_eq!(written, ["1,234,567", "1,234", "105", "12.3", "1.23", "0.123", "-1,234"]);
    }
}
