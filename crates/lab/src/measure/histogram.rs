//! Histograms of the entries of a matrix.

use serde::{Deserialize, Serialize};
use serde_big_array::BigArray;

/// Bins of a histogram.
pub const BINS: usize = 64;

/// Counts in equal bins between the smallest and the largest value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub low: f32,
    pub high: f32,
    /// Bin i counts x with i ≤ 64 (x − low) / (high − low) < i + 1; the last bin also counts x = high. If all values are equal or
    /// one is not finite, the first bin counts all.
    #[serde(with = "BigArray")]
    pub counts: [u32; BINS],
    /// How many values are exactly 0; the bin around 0 counts other values too.
    pub n_zero: u32,
}

impl Histogram {
    /// The histogram of `values`; without values, all numbers are 0.
    pub fn of(values: &[f32]) -> Self {
        let first = values.first().copied().unwrap_or(0.0);
        let n_zero = values.iter().filter(|&&x| x == 0.0).count() as u32;
        // Adding 0 turns −0 into 0.
        let low = values.iter().copied().fold(first, f32::min) + 0.0;
        let high = values.iter().copied().fold(first, f32::max) + 0.0;
        let mut counts = [0; BINS];
        if low == high || values.iter().any(|x| !x.is_finite()) {
            counts[0] = values.len() as u32;
            return Self { low, high, counts, n_zero };
        }
        // In `f64`, where the difference of two `f32` neither overflows nor becomes 0.
        let range = f64::from(high) - f64::from(low);
        for &x in values {
            let bin = (f64::from(x) - f64::from(low)) / range * BINS as f64;
            counts[(bin as usize).min(BINS - 1)] += 1;
        }
        Self { low, high, counts, n_zero }
    }

    /// The width of a bin; 0 if all values are equal.
    pub fn bin_width(&self) -> f32 {
        ((f64::from(self.high) - f64::from(self.low)) / BINS as f64) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_belongs_to_the_bin_above_it() {
        // 0, 1, …, 64 in bins of width 1.
        let values: Vec<f32> = (0..=64).map(|i| i as f32).collect();
        let histogram = Histogram::of(&values);
        assert_eq!((histogram.low, histogram.high, histogram.n_zero, histogram.bin_width()), (0.0, 64.0, 1, 1.0));
        assert_eq!(histogram.counts[..63], [1; 63]);
        assert_eq!(histogram.counts[63], 2);
    }

    #[test]
    fn bins_are_equal_parts_of_the_range() {
        assert_eq!([&[-1.0, 3.0], &[2.5; 2]].map(|values| Histogram::of(values).bin_width()), [0.0625, 0.0]);
    }

    #[test]
    fn ranges_that_f32_cannot_compute_with_are_binned_too() {
        // A range of 64 subnormals; a range beyond the largest `f32`; neighbors of a large number.
        let tiny: Vec<f32> = (0..=64).map(f32::from_bits).collect();
        assert_eq!(Histogram::of(&tiny).counts[..63], [1; 63]);
        let huge = Histogram::of(&[f32::MIN, 0.0, f32::MAX]);
        assert_eq!((huge.counts[0], huge.counts[32], huge.counts[63]), (1, 1, 1));
        assert!(huge.bin_width().is_finite());
        let near = Histogram::of(&[1e30, f32::next_up(1e30)]);
        assert_eq!((near.counts[0], near.counts[63]), (1, 1));
    }

    #[test]
    fn zeros_of_either_sign_are_counted() {
        assert_eq!(Histogram::of(&[-1.0, 0.0, -0.0, 1e-45, 3.0]).n_zero, 2);
        let zeros = Histogram::of(&[-0.0; 5]);
        assert_eq!(([zeros.low, zeros.high].map(f32::to_bits), zeros.n_zero, zeros.counts[0]), ([0, 0], 5, 5));
    }

    #[test]
    fn equal_or_non_finite_values_are_all_in_the_first_bin() {
        for value in [2.5, -3e8, f32::MIN, f32::MAX, f32::INFINITY] {
            assert_eq!(Histogram::of(&[value; 7]).counts[0], 7, "{value}");
        }
        for value in [f32::NEG_INFINITY, f32::INFINITY, f32::NAN] {
            for i in 0..5 {
                let mut values = [0.5, 7.0, 2.0, -1.0, 3.0];
                values[i] = value;
                let counts = Histogram::of(&values).counts;
                assert_eq!((counts[0], counts.iter().sum::<u32>()), (5, 5), "{value} at {i}");
            }
        }
    }

    #[test]
    fn no_values_have_an_empty_histogram() {
        assert_eq!(Histogram::of(&[]), Histogram { low: 0.0, high: 0.0, counts: [0; BINS], n_zero: 0 });
    }
}
