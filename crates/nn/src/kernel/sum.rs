//! Σ |x| and √ Σ x² of many numbers, for clipping and measuring. A sum in one accumulator waits 3 to 4 cycles for each addition;
//! here each lane of four vectors is an accumulator, so 16 additions overlap. Blocks are summed in the numbers' own type and the
//! sums of blocks in `f64`, so a million `f32` keep six digits.

use super::vectors;
use crate::float::{Float, LANES, Lanes, lanes};

/// Vectors that are summed before the sum is added to an `f64`.
pub const BLOCK: usize = 256;

/// Σ |x| of `values`, whole vectors.
#[inline(never)]
pub fn abs_sum<F: Float>(values: &[F]) -> f64 {
    sum_in_blocks::<F>(values, |x| x.abs())
}

/// √ Σ x² of `values`, whole vectors.
#[inline(never)]
pub fn norm<F: Float>(values: &[F]) -> f64 {
    let squares = sum_in_blocks::<F>(values, |x| x * x);
    // In `f32` the squares of tiny numbers vanish and those of huge ones overflow: these are summed in `f64`.
    let is_accurate = (1e-28..1e28).contains(&squares);
    let squares = if is_accurate { squares } else { values.iter().map(|x| x.to_f64() * x.to_f64()).sum() };
    squares.sqrt()
}

#[inline(always)]
fn sum_in_blocks<F: Float>(values: &[F], f: impl Fn(F::X4) -> F::X4) -> f64 {
    let block_sum = |block: &[[F; LANES]]| {
        let mut sums = [lanes::<F>(0.0); 4];
        let (fours, rest) = block.as_chunks::<4>();
        for four in fours {
            sums.iter_mut().zip(four).for_each(|(sum, &x)| *sum = *sum + f(x.into()));
        }
        rest.iter().for_each(|&x| sums[0] = sums[0] + f(x.into()));
        let [a, b, c, d] = sums;
        lane_sum::<F>((a + b) + (c + d))
    };
    vectors(values).chunks(BLOCK).map(block_sum).sum()
}

/// The sum of all lanes.
pub fn lane_sum<F: Float>(x: F::X4) -> f64 {
    let lanes: [F; LANES] = x.into();
    lanes.iter().map(|x| x.to_f64()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_six_digits_whatever_the_scale() {
        for scale in [1e-40f32, 1e-25, 1.0, 1e25, 1e35] {
            let values: Vec<f32> = (1..=10_000).map(|i| scale * (i as f32 / 7.0).sin()).collect();
            let exact = |f: fn(f64) -> f64| values.iter().map(|&x| f(x.into())).sum::<f64>();
            assert!((abs_sum(&values) / exact(f64::abs) - 1.0).abs() < 1e-6, "{scale}");
            assert!((norm(&values) / exact(|x| x * x).sqrt() - 1.0).abs() < 1e-6, "{scale}");
        }
    }

    /// Four accumulators of four lanes each, against the same order in plain loops.
    #[test]
    fn sums_equal_plain_loops_to_the_bit() {
        for n_vectors in [0, 1, 3, 4, 5, BLOCK, BLOCK + 7] {
            let values: Vec<f32> = (0..n_vectors * LANES).map(|i| (i as f32).sin()).collect();
            let mut expected = 0.0;
            for block in values.chunks(BLOCK * LANES) {
                let mut sums = [[0f32; LANES]; 4];
                for (v, vector) in block.chunks(LANES).enumerate() {
                    let v = if v < block.len() / LANES / 4 * 4 { v % 4 } else { 0 };
                    (0..LANES).for_each(|lane| sums[v][lane] += vector[lane].abs());
                }
                let [a, b, c, d] = sums;
                expected += (0..LANES).map(|lane| f64::from((a[lane] + b[lane]) + (c[lane] + d[lane]))).sum::<f64>();
            }
            assert_eq!(abs_sum(&values), expected, "{n_vectors} vectors");
        }
    }

    #[test]
    fn the_sum_of_nothing_is_zero() {
        assert_eq!((abs_sum::<f32>(&[]), norm::<f32>(&[])), (0.0, 0.0));
    }
}
