//! How large many numbers are: their absolute sum and their norm. Blocks are summed in the numbers' own type, in four sums of
//! four lanes so that none waits for the other, and blocks in `f64`, so that a million `f32` lose no digit that a reader sees.

use super::float::{Float, LANES, Lanes, lanes};
use super::product::vectors;

/// Vectors of a block.
pub const BLOCK: usize = 256;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Magnitude {
    /// Σ |x|.
    pub sum: f64,
    /// √ Σ x².
    pub norm: f64,
}

impl Magnitude {
    /// Of `values`, whole vectors.
    #[inline(never)]
    pub fn of<F: Float>(values: &[F]) -> Self {
        let (mut sum, mut squares) = (0.0, 0.0);
        for block in vectors(values).chunks(BLOCK) {
            let [of_block, squares_of_block] = sums(block);
            sum += of_block;
            squares += squares_of_block;
        }
        Self::from_sums(sum, squares, values)
    }

    /// From Σ |x| and Σ x² of `values` as they were summed, or anew in `f64`: in `f32`, squares of tiny numbers vanish and sums of huge
    /// ones overflow.
    pub fn from_sums<F: Float>(sum: f64, squares: f64, values: &[F]) -> Self {
        let add = |(sum, squares), x: f64| (sum + x.abs(), squares + x * x);
        let anew = || values.iter().map(|x| x.to_f64()).fold((0.0, 0.0), add);
        let (sum, squares) = if (1e-28..1e28).contains(&squares) { (sum, squares) } else { anew() };
        Self { sum, norm: squares.sqrt() }
    }
}

/// Σ |x| and Σ x² of a block, each vector added to one of four sums in turn.
#[inline(always)]
fn sums<F: Float>(block: &[[F; LANES]]) -> [f64; 2] {
    let mut sums = [[lanes::<F>(0.0); 2]; 4];
    let add = |[sum, squares]: &mut [F::X4; 2], x: &[F; LANES]| {
        let x = F::X4::from(*x);
        (*sum, *squares) = (*sum + x.abs(), *squares + x * x);
    };
    let (fours, rest) = block.as_chunks::<4>();
    fours.iter().for_each(|four| sums.iter_mut().zip(four).for_each(|(sums, x)| add(sums, x)));
    sums.iter_mut().zip(rest).for_each(|(sums, x)| add(sums, x));
    let [a, b, c, d] = sums;
    std::array::from_fn(|n| total::<F>((a[n] + b[n]) + (c[n] + d[n])))
}

/// The sum of all lanes.
pub fn total<F: Float>(x: F::X4) -> f64 {
    let lanes: [F; LANES] = x.into();
    lanes.iter().map(|x| x.to_f64()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_seven_digits_and_every_exponent() {
        for scale in [1e-40f32, 1e-25, 1.0, 1e25, 1e37] {
            let values: Vec<f32> = (1..=10_000).map(|i| scale * (i as f32 / 7.0).sin()).collect();
            let exact = |f: fn(f64) -> f64| values.iter().map(|&x| f(x.into())).sum::<f64>();
            let Magnitude { sum, norm } = Magnitude::of(&values);
            assert!((sum / exact(f64::abs) - 1.0).abs() < 1e-6, "{scale}: {sum}");
            assert!((norm / exact(|x| x * x).sqrt() - 1.0).abs() < 1e-6, "{scale}: {norm}");
        }
    }

    #[test]
    fn nothing_is_zero() {
        assert_eq!(Magnitude::of::<f32>(&[]), Magnitude::default());
        assert_eq!(Magnitude::of(&[0.0f64; 8]), Magnitude::default());
    }
}
