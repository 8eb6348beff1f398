//! Histograms of many numbers in a few.

use super::packed::Packed;
use super::survey::Survey;
use nn::elementary::unseen;
use nn::float::LANES;
use serde::{Deserialize, Serialize};
use serde_big_array::BigArray;
use wide::f32x4;

/// Bins of a histogram.
pub const BINS: usize = 64;

/// Counts in equal bins between the smallest and the largest value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub low: f32,
    pub high: f32,
    #[serde(with = "BigArray")]
    pub counts: [u32; BINS],
    /// Values that are exactly 0. The bin around 0 cannot tell them from others.
    pub n_zero: u32,
}

/// Room for counting, kept from one histogram to the next.
pub(super) struct Counter {
    /// 2²³ and the number of a part of a bin.
    parts: [[f32x4; 4]; FOURS],
    /// Four counts to a bin: neighbours often fall into one, and a count waits for the one before it. A count for every byte, so that
    /// no index need be checked; finite numbers have the first [`BINS`].
    counts: [[u32; 256]; LANES],
}

impl Default for Counter {
    fn default() -> Self {
        Self { parts: [[f32x4::ZERO; 4]; FOURS], counts: [[0; 256]; LANES] }
    }
}

impl Histogram {
    /// Of no numbers.
    pub const EMPTY: Self = Self { low: 0.0, high: 0.0, counts: [0; BINS], n_zero: 0 };

    /// Becomes the histogram of other numbers; `survey` is of these. All are in the first bin where they are all equal or one of them is
    /// infinite. With NaN among them, which no run that goes on has, neither ends nor counts mean anything.
    pub(super) fn set(&mut self, packed: Packed<'_>, survey: &Survey, counter: &mut Counter) {
        let Packed { values, zeros } = packed;
        let Survey { low, high, n_zero, .. } = *survey;
        (self.low, self.high, self.n_zero) = (low, high, n_zero);
        let range = high - low;
        if range == 0.0 || !low.is_finite() || !high.is_finite() {
            self.counts = [0; BINS];
            self.counts[0] = packed.len() as u32;
        } else if (LEAST_RANGE..=f32::MAX).contains(&range) {
            counter.count(values, zeros, low, high, &mut self.counts);
        } else {
            let factor = if range < LEAST_RANGE { 1.0 / LEAST_RANGE } else { 0.25 };
            let values: Vec<f32> = values.iter().map(|x| factor * x).collect();
            counter.count(&values, zeros, factor * low, factor * high, &mut self.counts);
        }
    }

    /// The histogram of a row.
    pub fn of(values: &[f32]) -> Self {
        let (packed, mut histogram) = (Packed { values, zeros: 0 }, Self::EMPTY);
        histogram.set(packed, &Survey::of(packed), &mut Counter::default());
        histogram
    }

    pub fn bin_width(&self) -> f32 {
        (self.high - self.low) / self.counts.len() as f32
    }
}

/// Fours of vectors that are worked on at once: the 300 numbers of a batch in a layer of the tutorial's network fit.
const FOURS: usize = 20;

/// Parts of a bin.
const PARTS: f32 = 65_536.0;

/// The first part of the first bin: from 2²³ on numbers are whole, and their lowest bits are an integer's. Added to a number of parts
/// it takes the nearest, so that rounding takes no number below the edge that it lies on.
const FIRST: f32 = 8_388_608.0;

/// Numbers closer together, as those of deep gradients can be, are drawn apart before they are counted, or there would be more parts
/// to the unit than `f32` can say. Numbers whose distance it cannot say are drawn together.
const LEAST_RANGE: f32 = 1.0 / (1u128 << 100) as f32;

impl Counter {
    /// Counts values and zeros in equal bins from `low` to `high`, between which all lie.
    fn count(&mut self, values: &[f32], zeros: u32, low: f32, high: f32, to: &mut [u32; BINS]) {
        let Self { parts, counts, .. } = self;
        let parts_per_unit = f32x4::splat(BINS as f32 * PARTS / (high - low));
        let (low, first) = (f32x4::splat(low), unseen(f32x4::splat(FIRST)));
        let part = |x: [f32; LANES]| (f32x4::from(x) - low) * parts_per_unit + first;
        let (vectors, rest) = values.as_chunks();
        let (fours, few) = vectors.as_chunks();
        for block in fours.chunks(FOURS) {
            parts.iter_mut().zip(block).for_each(|(to, four)| *to = four.map(part));
            count(parts[..block.len()].as_flattened(), counts);
        }
        few.iter().for_each(|&x| count(&[part(x)], counts));
        let mut count_equal = |x, n| counts[0][usize::from(bins(&part([x; LANES]))[0])] += n;
        rest.iter().for_each(|&x| count_equal(x, 1));
        if zeros > 0 {
            count_equal(0.0, zeros);
        }
        take(counts, to);
    }
}

/// The bins of numbers that are 2²³ and the number of a part: their third bytes.
fn bins(parts: &f32x4) -> [u8; LANES] {
    let bytes: &[[u8; 4]; LANES] = bytemuck::cast_ref(parts);
    bytes.map(|[_, _, bin, _]| bin)
}

#[inline(never)]
fn count(parts: &[f32x4], counts: &mut [[u32; 256]; LANES]) {
    for parts in parts {
        counts.iter_mut().zip(bins(parts)).for_each(|(counts, bin)| counts[usize::from(bin)] += 1);
    }
}

/// Puts all counts of each bin into `to` and makes them 0. Those of NaN lie beyond [`BINS`] and are never read.
fn take(counts: &mut [[u32; 256]; LANES], to: &mut [u32; BINS]) {
    for lane in counts.iter_mut() {
        // The largest number lies at the end of the last bin, where the next would begin.
        lane[BINS - 1] += std::mem::take(&mut lane[BINS]);
    }
    let [a, b, c, d] = counts.each_mut().map(|counts| counts[..BINS].iter_mut().map(std::mem::take));
    to.iter_mut().zip(a.zip(b).zip(c.zip(d))).for_each(|(to, ((a, b), (c, d)))| *to = a + b + c + d);
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

    /// Bin k holds 1 + k mod 5 numbers, all at its lower edge, and the last the upper end too.
    #[test]
    fn numbers_are_in_the_bin_whose_edges_they_lie_between() {
        for scale in [-125, -100, -3, 1, 90].map(|power| 2f32.powi(power)) {
            for shift in [-32.0, -1.0, 0.0, 5.0] {
                let edge = |bin: usize| scale * (bin as f32 + shift);
                let expected: Vec<u32> = (0..BINS as u32).map(|bin| 1 + bin % 5).collect();
                let mut values: Vec<f32> =
                    (0..BINS).flat_map(|bin| std::iter::repeat_n(edge(bin), expected[bin] as usize)).collect();
                values.push(edge(BINS));
                let histogram = Histogram::of(&values);
                assert_eq!((histogram.low, histogram.high), (edge(0), edge(BINS)));
                assert_eq!(histogram.counts[..BINS - 1], expected[..BINS - 1], "{scale}, {shift}");
                assert_eq!(histogram.counts[BINS - 1], expected[BINS - 1] + 1, "{scale}, {shift}");
            }
        }
    }

    /// Edges that no `f32` lies on exactly: the first number from each on is in its bin, and one well below it in the bin before.
    #[test]
    fn rounding_takes_no_number_below_its_edge() {
        for (low, high) in (1..200).map(|i| i as f32).map(|i| (0.13 - 0.29 * i, 0.37 * i)) {
            let width = (f64::from(high) - f64::from(low)) / BINS as f64;
            for bin in 1..BINS {
                let edge = f64::from(low) + bin as f64 * width;
                let above = edge as f32;
                let above = if f64::from(above) < edge { above.next_up() } else { above };
                let counts = Histogram::of(&[low, above, (edge - 1e-4 * width) as f32, high]).counts;
                let mut expected = [0; BINS];
                [0, bin - 1, bin, BINS - 1].into_iter().for_each(|bin| expected[bin] += 1);
                assert_eq!(counts, expected, "bin {bin} from {low} to {high}");
            }
        }
    }

    #[test]
    fn extremes_are_counted() {
        let tiny = f32::from_bits(1);
        let [close, far] = [[0.0, tiny, 0.0, 0.0], [f32::MIN, f32::MAX, 0.0, 1.0]].map(|values| Histogram::of(&values));
        assert_eq!((close.counts[0], close.counts[BINS - 1]), (3, 1));
        // Farther apart than a number can say; 0 and 1 lie in the middle.
        assert_eq!((far.counts[0], far.counts[BINS / 2], far.counts[BINS - 1]), (1, 2, 1));
        assert!(Histogram::of(&[]).counts.iter().all(|&n| n == 0));
        for value in [3e8, f32::MIN, f32::MAX, f32::INFINITY] {
            assert_eq!(Histogram::of(&[value; 7]).counts[0], 7, "{value}");
        }
        for value in [f32::NEG_INFINITY, f32::INFINITY, f32::NAN] {
            for place in 0..13 {
                let mut values = [0.5, 7.0, 2.0, -1.0, 3.0, -2.0, 0.0, 1.0, -9.0, 4.0, 6.0, 0.25, 8.0];
                values[place] = value;
                let counts = Histogram::of(&values).counts;
                assert!(value.is_nan() || counts[0] == 13, "{value} at {place}");
                assert!(counts.iter().sum::<u32>() <= 13, "{value} at {place}");
            }
        }
    }

    /// Blocks, and numbers that end in the midst of them, against single numbers; in one counter.
    #[test]
    fn numbers_of_any_count_are_counted() {
        let (mut counter, mut histogram) = (Counter::default(), Histogram::EMPTY);
        for n in [1_000, 300, 385, 700, 363, 256, 780, 126, 150, 1_052, 1_001] {
            // No number is at an edge between bins.
            let value = |i: usize| ((i * 7_919 + 317) % 1_018) as f32 / 100.0 - 3.0;
            let values: Vec<f32> = (0..n).map(value).collect();
            let packed = Packed { values: &values, zeros: 0 };
            histogram.set(packed, &Survey::of(packed), &mut counter);
            let Histogram { low, high, counts, n_zero } = histogram;
            let [min, max] = [f32::min, f32::max].map(|end| values.iter().copied().reduce(end).unwrap());
            assert_eq!((low, high), (min, max), "{n}");
            let mut expected = [0; BINS];
            for x in &values {
                let bin = (f64::from(x - low) / f64::from(high - low) * BINS as f64) as usize;
                expected[bin.min(BINS - 1)] += 1;
            }
            assert_eq!(counts, expected, "{n}");
            assert_eq!(n_zero, values.iter().filter(|x| **x == 0.0).count() as u32);
        }
    }

    /// Zeros at the ends, in the middle, alone, and none; beside numbers of both signs and of one.
    #[test]
    fn a_matrix_of_many_zeros_has_the_histogram_of_all_its_numbers() {
        let (mut room, mut counter) = (Vec::new(), Counter::default());
        let mut set = |histogram: &mut Histogram, values: &[f32], columns| {
            let packed = Packed::sparse_rows(values, columns, &mut room);
            histogram.set(packed, &Survey::of(packed), &mut counter);
        };
        for (shift, scale) in [(-3.0, 1.0), (0.5, 1.0), (-9.5, 1.0), (-3.0, 1e-35), (-3.0, 5e37)] {
            for lit in [0b0000, 0b1111, 0b0110, 0b1001, 0b0001, 0b1000] {
                let value = |i: usize| scale * (shift + (i * 7 % 8) as f32);
                let values: Vec<f32> =
                    (0..204).map(|i| if lit >> (i / 51) & 1 == 1 { value(i) } else { 0.0 }).collect();
                let mut histogram = Histogram::of(&[9.0, 8.0]);
                set(&mut histogram, &values, 12);
                assert_eq!(histogram, Histogram::of(&values), "{shift}, {scale}, {lit}");
                // A smaller one in the same room, with zeros of the other sign.
                let values: Vec<f32> = values[..36].iter().map(|x| -x).collect();
                set(&mut histogram, &values, 12);
                assert_eq!(histogram, Histogram::of(&values), "−({shift}), {scale}, {lit}");
            }
        }
        let mut padded = Histogram::EMPTY;
        set(&mut padded, &[1.0, f32::NAN, f32::NAN, f32::NAN, 0.0, f32::NAN, f32::NAN, f32::NAN], 1);
        assert_eq!(padded, Histogram::of(&[1.0, 0.0]));
    }

    #[test]
    fn equal_values_share_the_first_bin() {
        assert_eq!(Histogram::of(&[2.5; 7]).counts[0], 7);
    }
}
