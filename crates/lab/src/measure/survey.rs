//! How large many numbers are and where they lie, in one pass, which takes less time than two.

use super::packed::Packed;
use nn::float::LANES;
use nn::magnitude::{Magnitude, total};
use wide::{f32x4, i32x4};

/// What is to be known of many numbers before they are counted in bins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Survey {
    pub magnitude: Magnitude,
    /// The smallest and the largest; both 0 where there are no numbers.
    pub low: f32,
    pub high: f32,
    /// How many are exactly 0.
    pub n_zero: u32,
}

/// Vectors that measures sum in `f32`; sums of blocks are summed in `f64`, as in [`nn::magnitude`].
pub const BLOCK: usize = 128;

impl Survey {
    #[inline(never)]
    pub fn of(packed: Packed<'_>) -> Self {
        let Packed { values, zeros } = packed;
        let (mut sum, mut squares) = (0.0, 0.0);
        let first = values.first().copied().unwrap_or(0.0);
        // Two of each, for a minimum or a sum waits for the one before it.
        let mut ends = [[f32x4::splat(first); 2]; 2];
        let mut n_zero = i32x4::ZERO;
        let (vectors, rest) = values.as_chunks();
        for block in vectors.chunks(BLOCK) {
            let mut sums = [[f32x4::ZERO; 2]; 2];
            let mut see = |[low, high]: &mut [f32x4; 2], [sum, squares]: &mut [f32x4; 2], x: [f32; LANES]| {
                let x = f32x4::from(x);
                (*low, *high) = (low.fast_min(x), high.fast_max(x));
                (*sum, *squares) = (*sum + x.abs(), *squares + x * x);
                n_zero -= bytemuck::cast::<f32x4, i32x4>(x.simd_eq(f32x4::ZERO));
            };
            let (pairs, last) = block.as_chunks::<2>();
            for &[x, y] in pairs {
                see(&mut ends[0], &mut sums[0], x);
                see(&mut ends[1], &mut sums[1], y);
            }
            last.iter().for_each(|&x| see(&mut ends[0], &mut sums[0], x));
            let [[of_block, squares_of_block], [others, squares_of_others]] = sums;
            sum += total::<f32>(of_block + others);
            squares += total::<f32>(squares_of_block + squares_of_others);
        }
        let [[low, high], [other_low, other_high]] = ends;
        let mut low = most(low.fast_min(other_low), f32x4::fast_min);
        let mut high = most(high.fast_max(other_high), f32x4::fast_max);
        let mut n_zero = zeros + n_zero.to_array().into_iter().map(|n| n as u32).sum::<u32>();
        for &x in rest {
            (low, high) = (low.min(x), high.max(x));
            sum += f64::from(x.abs());
            squares += f64::from(x) * f64::from(x);
            n_zero += u32::from(x == 0.0);
        }
        if zeros > 0 {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        // Zeros of either sign are one.
        Self { magnitude: Magnitude::from_sums(sum, squares, values), low: low + 0.0, high: high + 0.0, n_zero }
    }
}

/// The lowest or highest lane, where `pick` picks the lower or higher of two in each.
fn most(lanes: f32x4, pick: fn(f32x4, f32x4) -> f32x4) -> f32 {
    let [a, b, c, d] = lanes.to_array();
    let [a, b, ..] = pick(lanes, f32x4::from([c, d, a, b])).to_array();
    pick(f32x4::splat(a), f32x4::splat(b)).to_array()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f32]) -> Survey {
        Survey::of(Packed { values, zeros: 0 })
    }

    #[test]
    fn sums_keep_six_digits_and_every_exponent_for_every_length() {
        for scale in [1e-40f32, 1e-25, 1.0, 1e25, 1e37] {
            for n in (1..=29).chain([512, 517, 10_003]) {
                let values: Vec<f32> = (1..=n).map(|i| scale * (i as f32 / 7.0).sin()).collect();
                let exact = |f: fn(f64) -> f64| values.iter().map(|&x| f(x.into())).sum::<f64>();
                let Magnitude { sum, norm } = of(&values).magnitude;
                assert!((sum / exact(f64::abs) - 1.0).abs() < 1e-6, "{n} times {scale}: {sum}");
                assert!((norm / exact(|x| x * x).sqrt() - 1.0).abs() < 1e-6, "{n} times {scale}: {norm}");
            }
        }
    }

    #[test]
    fn ends_and_zeros_are_right_for_every_length() {
        for n in 1..=29 {
            for shift in [-5.5, -2.0, 0.0, 1.0] {
                let values: Vec<f32> = (0..n).map(|i| shift + ((i * 7 + 5) % 31) as f32 - 9.0).collect();
                let survey = of(&values);
                assert_eq!(survey.low, values.iter().copied().fold(f32::INFINITY, f32::min));
                assert_eq!(survey.high, values.iter().copied().fold(f32::NEG_INFINITY, f32::max));
                assert_eq!(survey.n_zero, values.iter().filter(|x| **x == 0.0).count() as u32, "{values:?}");
            }
        }
    }

    #[test]
    fn zeros_of_either_sign_are_zeros() {
        assert_eq!(of(&[-1.0, 0.0, -0.0, 0.0, 1e-9, -1e-9, 3.0]).n_zero, 3);
        let Survey { low, high, n_zero, .. } = of(&[-0.0; 5]);
        assert_eq!(([low, high].map(f32::to_bits), n_zero), ([0, 0], 5));
    }

    /// In one block of `f32` they would be off by 5 × 10⁻⁴.
    #[test]
    fn many_numbers_keep_six_digits() {
        let Magnitude { sum, norm } = of(&vec![0.1; 400_003]).magnitude;
        let (n, x) = (400_003.0, f64::from(0.1f32));
        assert!((sum / (n * x) - 1.0).abs() < 1e-6, "{sum}");
        assert!((norm / (n.sqrt() * x) - 1.0).abs() < 1e-6, "{norm}");
    }

    #[test]
    fn zeros_that_were_left_out_count() {
        let ends = |values, zeros| {
            let Survey { low, high, n_zero, .. } = Survey::of(Packed { values, zeros });
            (low, high, n_zero)
        };
        assert_eq!(ends(&[3.0, 0.0, 4.0], 2), (0.0, 4.0, 3));
        assert_eq!(ends(&[3.0, 4.0], 1), (0.0, 4.0, 1));
        assert_eq!(ends(&[-3.0, -4.0], 1), (-4.0, 0.0, 1));
        assert_eq!(ends(&[], 2), (0.0, 0.0, 2));
        assert_eq!(of(&[]), Survey { magnitude: Magnitude::default(), low: 0.0, high: 0.0, n_zero: 0 });
    }
}
