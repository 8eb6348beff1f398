//! A median with its range, and how numbers are written.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// Of at least one value; of none it is NaN.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |i: usize| values.get(i).copied().unwrap_or(f64::NAN);
        let (low, high) = (values.len().saturating_sub(1) / 2, values.len() / 2);
        Self { median: (at(low) + at(high)) / 2.0, least: at(0), most: at(values.len().saturating_sub(1)) }
    }

    /// The spread of f of each value; f is monotonic.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let (a, b) = (f(self.least), f(self.most));
        Self { median: f(self.median), least: a.min(b), most: a.max(b) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} [{}, {}]", number(self.median), number(self.least), number(self.most))
    }
}

/// A number with three digits that count, or as many as a whole number has, in groups of three.
pub fn number(value: f64) -> String {
    let size = value.abs();
    let decimals =
        [(100.0, 0), (10.0, 1), (1.0, 2)].into_iter().find(|(least, _)| size >= *least).map_or(3, |(_, d)| d);
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
        assert_eq!(Spread::of([4.0, 1.0, 3.0, 9.0].into_iter()), Spread { median: 3.5, least: 1.0, most: 9.0 });
        assert_eq!(Spread::of([2.0, 7.0, 1.0].into_iter()).to_string(), "2.00 [1.00, 7.00]");
    }

    #[test]
    fn numbers_keep_three_digits() {
        let written = [1234567.0, 1234.4, 105.2, 12.34, 1.234, 0.1234, -1234.0].map(number);
        assert_eq!(written, ["1,234,567", "1,234", "105", "12.3", "1.23", "0.123", "-1,234"]);
    }
}
