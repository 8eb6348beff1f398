//! How large many numbers are: their absolute sum and their norm. Blocks are summed in the numbers' own type, in four sums of
//! four lanes so that none waits for the other, and blocks in `f64`, so that a million `f32` lose no digit that a reader sees.

use super::float::{Float, LANES, Lanes, lanes};
use super::product::vectors;

/// Vectors of a block.
const BLOCK: usize = 256;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Magnitude {
    /// Σ |x|.
    pub sum: f64,
    /// √ Σ x².
    pub norm: f64,
}

impl Magnitude {
    /// Of `values`, whole vectors.
    pub fn of<F: Float>(values: &[F]) -> Self {
        let (mut sum, mut squares) = (0.0, 0.0);
        for block in vectors(values).chunks(BLOCK) {
            let mut sums = [[lanes::<F>(0.0); 2]; 4];
            four_by_four(block, &mut sums, |[sum, squares], x| [sum + absolute::<F>(x), squares + x * x]);
            let [a, b, c, d] = sums;
            sum += total::<F>((a[0] + b[0]) + (c[0] + d[0]));
            squares += total::<F>((a[1] + b[1]) + (c[1] + d[1]));
        }
        // Squares of tiny numbers vanish in `f32`, those of huge ones overflow.
        if !(1e-28..1e28).contains(&squares) {
            squares = values.iter().map(|x| x.to_f64() * x.to_f64()).sum();
        }
        Self { sum, norm: squares.sqrt() }
    }
}

/// Σ |x| of whole vectors, the same as [`Magnitude::sum`], where no norm is asked for.
#[inline(never)]
pub fn absolute_sum<F: Float>(values: &[F]) -> f64 {
    let of_block = |block: &[[F; LANES]]| {
        let mut sums = [lanes::<F>(0.0); 4];
        four_by_four(block, &mut sums, |sum, x| sum + absolute::<F>(x));
        let [a, b, c, d] = sums;
        total::<F>((a + b) + (c + d))
    };
    vectors(values).chunks(BLOCK).map(of_block).sum()
}

/// |x| as browsers are quick at it: they would make the mask of the sign bits anew each time.
#[inline(always)]
fn absolute<F: Float>(x: F::X4) -> F::X4 {
    x.larger(lanes::<F>(0.0) - x)
}

/// Adds every vector of a block to one of four sums in turn.
#[inline(always)]
fn four_by_four<F: Float, S: Copy>(block: &[[F; LANES]], sums: &mut [S; 4], add: impl Fn(S, F::X4) -> S) {
    let (fours, rest) = block.as_chunks::<4>();
    fours.iter().for_each(|four| sums.iter_mut().zip(four).for_each(|(sum, &x)| *sum = add(*sum, x.into())));
    sums.iter_mut().zip(rest).for_each(|(sum, &x)| *sum = add(*sum, x.into()));
}

fn total<F: Float>(x: F::X4) -> f64 {
    let lanes: [F; LANES] = x.into();
    lanes.iter().map(|x| x.to_f64()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_seven_digits_and_every_exponent() {
        for scale in [1e-40f32, 1e-25, 1.0, 1e25] {
            let values: Vec<f32> = (0..10_000).map(|i| scale * (i as f32 / 7.0).sin()).collect();
            let exact = |f: fn(f64) -> f64| values.iter().map(|&x| f(x.into())).sum::<f64>();
            let Magnitude { sum, norm } = Magnitude::of(&values);
            assert!((sum / exact(f64::abs) - 1.0).abs() < 1e-6, "{scale}: {sum}");
            assert_eq!(absolute_sum(&values), sum);
            assert!((norm / exact(|x| x * x).sqrt() - 1.0).abs() < 1e-6, "{scale}: {norm}");
        }
    }

    #[test]
    fn nothing_is_zero() {
        assert_eq!(Magnitude::of::<f32>(&[]), Magnitude::default());
        assert_eq!(Magnitude::of(&[0.0f64; 8]), Magnitude::default());
    }
}
