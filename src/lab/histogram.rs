//! Histograms of many numbers in a few.

use crate::nn::float::LANES;
use serde::{Deserialize, Serialize};
use wide::{f32x4, i32x4};

/// Bins of a histogram.
pub const BINS: usize = 64;

/// Counts in equal bins between the smallest and the largest value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub low: f32,
    pub high: f32,
    pub counts: Vec<u32>,
    /// Values below 0. The bin around 0 cannot tell them from zeros.
    pub n_negative: u32,
    /// Values that are exactly 0.
    pub n_zero: u32,
}

impl Histogram {
    /// The histogram of finite numbers, `[rows, columns]`, each row padded to whole vectors; the padding is not counted. All are
    /// in the first bin where they are all equal.
    pub fn of_rows(padded: &[f32], columns: usize) -> Self {
        let rows = Rows { vectors: padded.as_chunks().0, columns };
        let Range { low, high, n_negative, n_zero } = rows.range();
        let bins_per_unit = if high > low { BINS as f32 / (high - low) } else { 0.0 };
        // Four counts to a bin: neighbours often fall into one, and a count waits for the one before it.
        let mut counts = [[0u32; LANES]; BINS];
        rows.each(f32x4::splat(low), |values, _| {
            let bins = ((values - f32x4::splat(low)) * f32x4::splat(bins_per_unit)).trunc_int();
            let bins = bins.min(i32x4::splat(BINS as i32 - 1)).to_array();
            for (lane, bin) in bins.into_iter().enumerate() {
                counts[bin as usize % BINS][lane] += 1;
            }
        });
        let mut counts: Vec<u32> = counts.iter().map(|lanes| lanes.iter().sum()).collect();
        // The padding was counted as the lowest value.
        counts[0] -= rows.n_padding() as u32;
        Self { low, high, counts, n_negative, n_zero }
    }

    /// The histogram of a row.
    #[cfg(test)]
    pub fn of(values: &[f32]) -> Self {
        let mut padded = values.to_vec();
        padded.resize(crate::nn::product::stride(values.len()), f32::NAN);
        Self::of_rows(&padded, values.len())
    }

    pub fn bin_width(&self) -> f32 {
        (self.high - self.low) / self.counts.len() as f32
    }
}

/// Padded rows of numbers.
#[derive(Clone, Copy)]
struct Rows<'a> {
    vectors: &'a [[f32; LANES]],
    columns: usize,
}

/// Where numbers lie, and on which side of 0.
struct Range {
    low: f32,
    high: f32,
    n_negative: u32,
    n_zero: u32,
}

impl Rows<'_> {
    fn n_padding(self) -> usize {
        let per_row = self.columns.next_multiple_of(LANES) - self.columns;
        self.vectors.len() / self.columns.div_ceil(LANES).max(1) * per_row
    }

    /// Visits every vector, its padding replaced, and which of its lanes count: −1 in these, else 0.
    #[inline(always)]
    fn each(self, padding: f32x4, mut visit: impl FnMut(f32x4, i32x4)) {
        let all = i32x4::splat(-1);
        let rest = i32x4::from([0, 1, 2, 3]).simd_lt(i32x4::splat((self.columns % LANES) as i32));
        for row in self.vectors.chunks_exact(self.columns.div_ceil(LANES).max(1)) {
            let (whole, last) = row.split_at(self.columns / LANES);
            whole.iter().for_each(|&vector| visit(vector.into(), all));
            for &vector in last {
                visit(bytemuck::cast::<i32x4, f32x4>(rest).bitselect(vector.into(), padding), rest);
            }
        }
    }

    fn range(self) -> Range {
        let first = f32x4::splat(self.vectors.first().map_or(0.0, |vector| vector[0]));
        let (mut low, mut high) = (first, first);
        let (mut negative, mut zero) = (i32x4::ZERO, i32x4::ZERO);
        self.each(first, |values, counts| {
            low = values.simd_lt(low).bitselect(values, low);
            high = high.simd_lt(values).bitselect(values, high);
            negative -= counts & bytemuck::cast::<f32x4, i32x4>(values.simd_lt(f32x4::ZERO));
            zero -= counts & bytemuck::cast::<f32x4, i32x4>(values.simd_eq(f32x4::ZERO));
        });
        let count = |lanes: i32x4| lanes.to_array().into_iter().map(|n| n as u32).sum();
        Range {
            low: low.to_array().into_iter().fold(f32::INFINITY, f32::min),
            high: high.to_array().into_iter().fold(f32::NEG_INFINITY, f32::max),
            n_negative: count(negative),
            n_zero: count(zero),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_every_value_once_and_in_its_bin() {
        let values: Vec<f32> = (0..=640).map(|i| i as f32 / 640.0).collect();
        let histogram = Histogram::of(&values);
        assert_eq!((histogram.low, histogram.high), (0.0, 1.0));
        assert_eq!(histogram.counts.iter().sum::<u32>(), 641);
        assert!(histogram.counts.iter().all(|n| (9..=11).contains(n)), "{:?}", histogram.counts);
    }

    #[test]
    fn ends_and_sides_are_right_for_every_length() {
        for n in 1..=13 {
            for shift in [-5.5, -2.0, 0.0, 1.0] {
                let values: Vec<f32> = (0..n).map(|i| shift + ((i * 7) % 13) as f32 - 3.0).collect();
                let histogram = Histogram::of(&values);
                let count = |is: fn(&f32) -> bool| values.iter().filter(|x| is(x)).count() as u32;
                assert_eq!(histogram.low, values.iter().copied().fold(f32::INFINITY, f32::min));
                assert_eq!(histogram.high, values.iter().copied().fold(f32::NEG_INFINITY, f32::max));
                assert_eq!(histogram.n_negative, count(|&x| x < 0.0), "{values:?}");
                assert_eq!(histogram.n_zero, count(|&x| x == 0.0), "{values:?}");
                assert_eq!(histogram.counts.iter().sum::<u32>(), n);
            }
        }
    }

    #[test]
    fn zeros_are_not_negative() {
        let histogram = Histogram::of(&[-1.0, 0.0, -0.0, 0.0, 1e-9, -1e-9, 3.0]);
        assert_eq!((histogram.n_negative, histogram.n_zero), (2, 3));
    }

    #[test]
    fn equal_values_share_the_first_bin() {
        assert_eq!(Histogram::of(&[2.5; 7]).counts[0], 7);
    }
}
