//! Histograms of many numbers in a few.

use serde::{Deserialize, Serialize};

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
        let low = values.iter().copied().fold(f32::INFINITY, |low, value| if value < low { value } else { low });
        let high =
            values.iter().copied().fold(f32::NEG_INFINITY, |high, value| if value > high { value } else { high });
        let bins_per_unit = if high > low { BINS as f32 / (high - low) } else { 0.0 };
        let bin = |value: f32| (((value - low) * bins_per_unit) as usize).min(BINS - 1);
        // Four counts to a bin: neighbours often fall into one, and a count waits for the one before it.
        let mut counts = [[0u32; 4]; BINS];
        let (fours, rest) = values.as_chunks();
        for &four in fours {
            let bins: [usize; 4] = four.map(bin);
            for (lane, bin) in bins.into_iter().enumerate() {
                counts[bin][lane] += 1;
            }
        }
        rest.iter().for_each(|&value| counts[bin(value)][0] += 1);
        let count = |is: fn(f32) -> bool| values.iter().map(|&value| u32::from(is(value))).sum();
        Self {
            low,
            high,
            counts: counts.iter().map(|lanes| lanes.iter().sum()).collect(),
            n_negative: count(|value| value < 0.0),
            n_zero: count(|value| value == 0.0),
        }
    }

    pub fn bin_width(&self) -> f32 {
        (self.high - self.low) / self.counts.len() as f32
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
    fn zeros_are_not_negative() {
        let histogram = Histogram::of(&[-1.0, 0.0, -0.0, 0.0, 1e-9, -1e-9, 3.0]);
        assert_eq!((histogram.n_negative, histogram.n_zero), (2, 3));
    }

    #[test]
    fn equal_values_share_the_first_bin() {
        assert_eq!(Histogram::of(&[2.5; 7]).counts[0], 7);
    }
}
