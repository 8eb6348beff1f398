//! Histograms of many numbers in a few.

use crate::nn::Float;
use crate::nn::float::{LANES, Lanes, lanes};
use serde::{Deserialize, Serialize};

type X4 = <f32 as Float>::X4;

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
    /// The histogram of finite `values`; all in the first bin where they are all equal.
    pub fn of(values: &[f32]) -> Self {
        let Range { low, high, n_negative, n_positive } = Range::of(values);
        let bins_per_unit = if high > low { BINS as f32 / (high - low) } else { 0.0 };
        let bin = |value: f32| (((value - low) * bins_per_unit) as usize).min(BINS - 1);
        // Four counts to a bin: neighbours often fall into one, and a count waits for the one before it.
        let mut counts = [[0u32; LANES]; BINS];
        let (fours, rest) = values.as_chunks::<LANES>();
        for four in fours {
            for (lane, bin) in four.map(bin).into_iter().enumerate() {
                counts[bin][lane] += 1;
            }
        }
        rest.iter().for_each(|&value| counts[bin(value)][0] += 1);
        let counts = counts.iter().map(|lanes| lanes.iter().sum()).collect();
        Self { low, high, counts, n_negative, n_zero: values.len() as u32 - n_negative - n_positive }
    }

    pub fn bin_width(&self) -> f32 {
        (self.high - self.low) / self.counts.len() as f32
    }
}

/// Where numbers lie, and on which side of 0.
struct Range {
    low: f32,
    high: f32,
    n_negative: u32,
    n_positive: u32,
}

impl Range {
    /// Counts are exact up to 2²⁴ in a lane.
    fn of(values: &[f32]) -> Self {
        let (fours, rest) = values.as_chunks();
        let (zero, one) = (lanes::<f32>(0.0), lanes::<f32>(1.0));
        let first = values.first().copied().unwrap_or_default();
        let start = (Lanes::splat(first), Lanes::splat(first), zero, zero);
        // What is missing to the last four is the first once more, which is not counted then.
        let last: [f32; LANES] = std::array::from_fn(|lane| rest.get(lane).copied().unwrap_or(first));
        let see = |(low, high, negative, positive): (X4, X4, X4, X4), &four: &[f32; LANES]| {
            let x = X4::from(four);
            let negative = negative + zero.where_greater(x, one, zero);
            let positive = positive + x.where_greater(zero, one, zero);
            (low.where_greater(x, x, low), x.where_greater(high, x, high), negative, positive)
        };
        let (low, high, negative, positive) = fours.iter().chain([&last]).fold(start, see);
        let n_more = (LANES - rest.len()) as u32;
        let count = |lanes: X4| <[f32; LANES]>::from(lanes).iter().map(|&n| n as u32).sum::<u32>();
        Self {
            low: <[f32; LANES]>::from(low).into_iter().fold(first, f32::min),
            high: <[f32; LANES]>::from(high).into_iter().fold(first, f32::max),
            n_negative: count(negative) - n_more * u32::from(first < 0.0),
            n_positive: count(positive) - n_more * u32::from(first > 0.0),
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
