//! Histograms of many numbers in a few.

use crate::nn::elementary::unseen;
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

/// Room for making histograms, kept from one to the next.
pub struct Room {
    /// Rows without their padding.
    packed: Vec<f32>,
    /// 2²³ and the number of a part of a bin.
    parts: [f32x4; BLOCK],
    /// Four counts to a bin: neighbours often fall into one, and a count waits for the one before it. A count for every byte, so that
    /// no index need be checked; finite numbers have the first [`BINS`].
    counts: [[u32; 256]; LANES],
}

impl Default for Room {
    fn default() -> Self {
        Self { packed: Vec::new(), parts: [f32x4::ZERO; BLOCK], counts: [[0; 256]; LANES] }
    }
}

impl Histogram {
    /// The histogram of numbers, `[rows, columns]`, each row padded to whole vectors; the padding is not counted. All are in the
    /// first bin where they are all equal or one of them is infinite; NaN, which no run that goes on has, is in some bin.
    pub fn of_rows(padded: &[f32], columns: usize, room: &mut Room) -> Self {
        let Room { packed, parts, counts } = room;
        let values = unpadded(padded, columns, packed);
        let (vectors, rest) = values.as_chunks();
        let Range { low, high, n_negative, n_zero } = Range::of(values);
        if low.is_finite() && high.is_finite() {
            let [unit, parts_per_unit] = scale(low, high).map(f32x4::splat);
            let (start, first) = (f32x4::splat(low) * unit, unseen(f32x4::splat(FIRST)));
            let part = |x: [f32; LANES]| (f32x4::from(x) * unit - start) * parts_per_unit + first;
            for block in vectors.chunks(BLOCK) {
                parts.iter_mut().zip(block).for_each(|(to, &x)| *to = part(x));
                count(&parts[..block.len()], counts);
            }
            rest.iter().for_each(|&x| counts[0][usize::from(bins(&part([x; LANES]))[0])] += 1);
        }
        let mut counts = taken(counts);
        // What has no bin: NaN, and all numbers where one is infinite.
        counts[0] += values.len() as u32 - counts.iter().sum::<u32>();
        Self { low, high, counts, n_negative, n_zero }
    }

    /// The histogram of a row.
    #[cfg(test)]
    pub fn of(values: &[f32]) -> Self {
        let mut padded = values.to_vec();
        padded.resize(crate::nn::product::stride(values.len()), f32::NAN);
        Self::of_rows(&padded, values.len(), &mut Room::default())
    }

    pub fn bin_width(&self) -> f32 {
        (self.high - self.low) / self.counts.len() as f32
    }
}

/// Vectors that are worked on at once.
const BLOCK: usize = 64;

/// Parts of a bin.
const PARTS: f32 = 65_536.0;

/// The first part of the first bin: from 2²³ on numbers are whole, and their lowest bits are an integer's. Added to a number of parts
/// it takes the nearest, so that rounding takes no number below the edge that it lies on.
const FIRST: f32 = 8_388_608.0;

/// What numbers are multiplied by first, and the parts to one unit of the product; 0 where all numbers are equal. Numbers as close
/// together as deep gradients are, or as far apart as any, would leave the range of `f32` without the first.
fn scale(low: f32, high: f32) -> [f32; 2] {
    const TWO_POW_100: f32 = (1u128 << 100) as f32;
    let unit = match high - low {
        0.0 => return [1.0, 0.0],
        range if range < 1.0 => TWO_POW_100,
        f32::INFINITY => 0.25,
        _ => 1.0,
    };
    [unit, BINS as f32 * PARTS / (high * unit - low * unit)]
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

/// All counts of each bin, which are 0 after it. Those of NaN are not: they lie beyond [`BINS`] and are never read.
fn taken(counts: &mut [[u32; 256]; LANES]) -> Vec<u32> {
    for lane in counts.iter_mut() {
        // The largest number lies at the end of the last bin, where the next would begin.
        lane[BINS - 1] += std::mem::take(&mut lane[BINS]);
    }
    let [a, b, c, d] = counts.each_mut().map(|counts| counts[..BINS].iter_mut().map(std::mem::take));
    a.zip(b).zip(c.zip(d)).map(|((a, b), (c, d))| a + b + c + d).collect()
}

/// Padded rows without their padding, side by side.
fn unpadded<'a>(padded: &'a [f32], columns: usize, packed: &'a mut Vec<f32>) -> &'a [f32] {
    let stride = columns.next_multiple_of(LANES);
    if stride == columns {
        return padded;
    }
    packed.resize(padded.len(), 0.0);
    // By columns of vectors, the last first, for its padding lies where the next row begins. By rows it would be copying, which a
    // browser is slow to begin.
    for start in (0..stride).step_by(LANES).rev() {
        for (row, to) in padded.chunks_exact(stride).zip((start..).step_by(columns)) {
            packed[to..][..LANES].copy_from_slice(&row[start..][..LANES]);
        }
    }
    &packed[..padded.len() / stride * columns]
}

/// Where numbers lie, and on which side of 0.
struct Range {
    low: f32,
    high: f32,
    n_negative: u32,
    n_zero: u32,
}

impl Range {
    /// From 0 to 0 where there are no numbers.
    fn of(values: &[f32]) -> Self {
        let first = values.first().copied().unwrap_or(0.0);
        let (vectors, rest) = values.as_chunks();
        // Two of each, for a minimum waits for the one before it.
        let mut ends = [[f32x4::splat(first); 2]; 2];
        let mut counts = [i32x4::ZERO; 2];
        let mut see = |[low, high]: &mut [f32x4; 2], x: [f32; LANES]| {
            let x = f32x4::from(x);
            (*low, *high) = (low.fast_min(x), high.fast_max(x));
            counts[0] -= bytemuck::cast::<f32x4, i32x4>(x.simd_lt(f32x4::ZERO));
            counts[1] -= bytemuck::cast::<f32x4, i32x4>(x.simd_eq(f32x4::ZERO));
        };
        let (pairs, last) = vectors.as_chunks::<2>();
        pairs.iter().for_each(|pair| ends.iter_mut().zip(pair).for_each(|(ends, &x)| see(ends, x)));
        last.iter().for_each(|&x| see(&mut ends[0], x));
        let [n_negative, n_zero] = counts.map(|lanes| lanes.to_array().into_iter().map(|n| n as u32).sum::<u32>());
        let [[low, high], [other_low, other_high]] = ends;
        let (lows, highs) = (low.fast_min(other_low).to_array(), high.fast_max(other_high).to_array());
        let smaller = |low, &x: &f32| if x < low { x } else { low };
        let larger = |high, &x: &f32| if x > high { x } else { high };
        Range {
            // Zeros of either sign are one.
            low: lows.iter().chain(rest).fold(first, smaller) + 0.0,
            high: highs.iter().chain(rest).fold(first, larger) + 0.0,
            n_negative: n_negative + rest.iter().filter(|x| **x < 0.0).count() as u32,
            n_zero: n_zero + rest.iter().filter(|x| **x == 0.0).count() as u32,
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
                assert_eq!(counts.iter().sum::<u32>(), 13, "{value} at {place}");
                assert!(value.is_nan() || counts[0] == 13, "{value} at {place}");
            }
        }
    }

    /// Blocks, and rows that end in the midst of them, against single numbers.
    #[test]
    fn rows_of_any_length_and_number_are_counted_without_their_padding() {
        let mut room = Room::default();
        for (n_rows, columns) in [(1, 1_000), (300, 1), (77, 5), (70, 10), (33, 11), (64, 4), (3, 260)] {
            // No number is at an edge between bins.
            let value = |i: usize| ((i * 7_919) % 1_018) as f32 / 100.0 - 3.0;
            let values: Vec<f32> = (0..n_rows * columns).map(value).collect();
            let stride = columns.next_multiple_of(LANES);
            let row =
                |row: &[f32]| row.iter().copied().chain(std::iter::repeat_n(f32::NAN, stride - columns)).collect();
            let padded: Vec<f32> = values.chunks(columns).flat_map(|numbers| -> Vec<f32> { row(numbers) }).collect();
            let Histogram { low, high, counts, n_negative, n_zero } = Histogram::of_rows(&padded, columns, &mut room);
            let [min, max] = [f32::min, f32::max].map(|end| values.iter().copied().reduce(end).unwrap());
            assert_eq!((low, high), (min, max), "{n_rows}, {columns}");
            let mut expected = [0; BINS];
            for x in &values {
                let bin = (f64::from(x - low) / f64::from(high - low) * BINS as f64) as usize;
                expected[bin.min(BINS - 1)] += 1;
            }
            assert_eq!(counts, expected, "{n_rows}, {columns}");
            let count = |is: fn(&&f32) -> bool| values.iter().filter(is).count() as u32;
            assert_eq!((n_negative, n_zero), (count(|x| **x < 0.0), count(|x| **x == 0.0)));
        }
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
        let Histogram { low, high, .. } = Histogram::of(&[-0.0; 5]);
        assert_eq!([low, high].map(f32::to_bits), [0, 0]);
    }

    #[test]
    fn equal_values_share_the_first_bin() {
        assert_eq!(Histogram::of(&[2.5; 7]).counts[0], 7);
    }
}
