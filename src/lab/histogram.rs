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

/// Room for making histograms, kept from one to the next.
pub struct Room {
    /// Some vectors with their padding replaced.
    rows: [[f32; LANES]; BLOCK],
    /// 2²³ and the number of a part of a bin.
    parts: [f32x4; BLOCK],
    /// Four counts to a bin: neighbours often fall into one, and a count waits for the one before it.
    counts: [[u32; BINS]; LANES],
}

impl Default for Room {
    fn default() -> Self {
        Self { rows: [[0.0; LANES]; BLOCK], parts: [f32x4::ZERO; BLOCK], counts: [[0; BINS]; LANES] }
    }
}

impl Histogram {
    /// The histogram of finite numbers, `[rows, columns]`, each row padded to whole vectors; the padding is not counted. All are
    /// in the first bin where they are all equal.
    pub fn of_rows(padded: &[f32], columns: usize, room: &mut Room) -> Self {
        let rows = Rows { vectors: padded.as_chunks().0, columns };
        let Range { low, high, n_negative, n_zero } = rows.range(room);
        // A little less than all bins, so that no rounding puts the largest number beyond the last.
        let bins = (BINS as f32 * PARTS).next_down().next_down();
        let (low_x4, parts_per_unit) =
            (f32x4::splat(low), f32x4::splat(if high > low { bins / (high - low) } else { 0.0 }));
        let Room { rows: replaced, parts, counts } = room;
        rows.each_block(low, replaced, |block| {
            for (part, &x) in parts.iter_mut().zip(block) {
                *part = (f32x4::from(x) - low_x4) * parts_per_unit + f32x4::splat(TWO_POW_23);
            }
            count(&parts[..block.len()], counts);
        });
        let mut total = vec![0; BINS];
        for counts in &mut *counts {
            total.iter_mut().zip(counts).for_each(|(total, count)| *total += std::mem::take(count));
        }
        // The padding was counted as the lowest value.
        total[0] -= rows.n_padding() as u32;
        Self { low, high, counts: total, n_negative, n_zero }
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

/// Beyond it numbers are whole, and their lowest bits are an integer's.
const TWO_POW_23: f32 = 8_388_608.0;

/// Counts numbers that are 2²³ and the number of a part: the third byte is the number of the bin.
#[inline(never)]
fn count(parts: &[f32x4], counts: &mut [[u32; BINS]; LANES]) {
    for bytes in bytemuck::cast_slice::<f32x4, [u8; 16]>(parts) {
        for (lane, counts) in counts.iter_mut().enumerate() {
            counts[usize::from(bytes[4 * lane + 2]) % BINS] += 1;
        }
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

    /// Visits all vectors, some at a time, their padding replaced.
    #[inline(always)]
    fn each_block(self, padding: f32, room: &mut [[f32; LANES]; BLOCK], mut visit: impl FnMut(&[[f32; LANES]])) {
        if self.n_padding() == 0 {
            return self.vectors.chunks(BLOCK).for_each(visit);
        }
        let belongs = i32x4::from([0, 1, 2, 3]).simd_lt(i32x4::splat((self.columns % LANES) as i32));
        let belongs = bytemuck::cast::<i32x4, f32x4>(belongs);
        // The place of a row's last vector in the block at hand, or beyond it.
        let mut last = self.columns / LANES;
        for vectors in self.vectors.chunks(BLOCK) {
            let block = &mut room[..vectors.len()];
            block.copy_from_slice(vectors);
            while let Some(vector) = block.get_mut(last) {
                *vector = belongs.bitselect((*vector).into(), f32x4::splat(padding)).into();
                last += self.columns.div_ceil(LANES);
            }
            last -= block.len();
            visit(block);
        }
    }

    fn range(self, room: &mut Room) -> Range {
        let first = self.vectors.first().map_or(0.0, |vector| vector[0]);
        let (mut low, mut high) = (f32x4::splat(first), f32x4::splat(first));
        let (mut negative, mut zero) = (i32x4::ZERO, i32x4::ZERO);
        self.each_block(first, &mut room.rows, |block| {
            for &x in block {
                let x = f32x4::from(x);
                (low, high) = (low.fast_min(x), high.fast_max(x));
                negative -= bytemuck::cast::<f32x4, i32x4>(x.simd_lt(f32x4::ZERO));
                zero -= bytemuck::cast::<f32x4, i32x4>(x.simd_eq(f32x4::ZERO));
            }
        });
        let count = |lanes: i32x4| lanes.to_array().into_iter().map(|n| n as u32).sum::<u32>();
        let padding = |is: bool| if is { self.n_padding() as u32 } else { 0 };
        // Zeros of either sign are one.
        Range {
            low: low.to_array().into_iter().fold(f32::INFINITY, f32::min) + 0.0,
            high: high.to_array().into_iter().fold(f32::NEG_INFINITY, f32::max) + 0.0,
            n_negative: count(negative) - padding(first < 0.0),
            n_zero: count(zero) - padding(first == 0.0),
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
