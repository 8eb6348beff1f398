//! Inputs as rows of their non-zero entries, and the first layer's two products with them. Four fifths of a digit's pixels are
//! 0 and a zero input adds nothing to any sum, so the first layer reads only the others. Built once for each data set.

use super::Float;
use super::float::{LANES, Lanes};
use super::product::{vectors, vectors_mut};

/// A matrix `[rows, width]`; row r holds (column, value) pairs in increasing column.
#[derive(Clone, Debug, Default)]
pub struct SparseRows<F> {
    width: usize,
    ends: Vec<usize>,
    entries: Vec<(u16, F)>,
}

impl<F: Float> SparseRows<F> {
    /// Collects the non-zero entries of dense rows of `width` values each. `width` is at most 65,536.
    pub fn from_dense(width: usize, values: impl Iterator<Item = F>) -> Self {
        let mut rows = Self { width, ends: Vec::new(), entries: Vec::new() };
        for (i, value) in values.enumerate() {
            let column = i % width;
            if value != F::ZERO {
                rows.entries.push((column as u16, value));
            }
            if column + 1 == width {
                rows.ends.push(rows.entries.len());
            }
        }
        rows
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// The non-zero entries of row `row` as (column, value), in increasing column.
    pub fn row(&self, row: usize) -> &[(u16, F)] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.entries[start..self.ends[row]]
    }
}

/// z = b + x W for one example: inputs in increasing index. W `[width, stride]`; b and z are padded rows `[stride]`.
pub fn affine<F: Float>(x: &[(u16, F)], w: &[F], b: &[F], z: &mut [F]) {
    let mut column = 0;
    while column < z.len() {
        column += match (z.len() - column) / LANES {
            1 => affine_columns::<F, 1>(x, w, b, z, column),
            2 => affine_columns::<F, 2>(x, w, b, z, column),
            3 => affine_columns::<F, 3>(x, w, b, z, column),
            _ => affine_columns::<F, 4>(x, w, b, z, column),
        };
    }
}

/// `V` vectors of z from `column` on, held in registers over all inputs; how many columns that were.
#[inline(always)]
fn affine_columns<F: Float, const V: usize>(x: &[(u16, F)], w: &[F], b: &[F], z: &mut [F], column: usize) -> usize {
    let (stride, width) = (z.len(), V * LANES);
    let b = vectors(&b[column..column + width]);
    let mut sums: [F::X4; V] = std::array::from_fn(|v| b[v].into());
    for &(i, x_i) in x {
        let w_i = vectors(&w[usize::from(i) * stride + column..][..width]);
        let x_i = F::X4::splat(x_i);
        for (sum, &w) in sums.iter_mut().zip(w_i) {
            *sum = *sum + x_i * w.into();
        }
    }
    for (z, sum) in vectors_mut(&mut z[column..]).iter_mut().zip(sums) {
        *z = sum.into();
    }
    width
}

/// ∂C/∂W_ij += x_i δ_j for one example, dW `[width, stride]`, δ a padded row `[stride]`.
pub fn add_gradient<F: Float>(x: &[(u16, F)], delta: &[F], dw: &mut [F]) {
    let stride = delta.len();
    let mut column = 0;
    while column < stride {
        column += match (stride - column) / LANES {
            1 => add_gradient_columns::<F, 1>(x, delta, dw, column),
            2 => add_gradient_columns::<F, 2>(x, delta, dw, column),
            3 => add_gradient_columns::<F, 3>(x, delta, dw, column),
            _ => add_gradient_columns::<F, 4>(x, delta, dw, column),
        };
    }
}

#[inline(always)]
fn add_gradient_columns<F: Float, const V: usize>(x: &[(u16, F)], delta: &[F], dw: &mut [F], column: usize) -> usize {
    let (stride, width) = (delta.len(), V * LANES);
    let delta = vectors(&delta[column..column + width]);
    let delta: [F::X4; V] = std::array::from_fn(|v| delta[v].into());
    for &(i, x_i) in x {
        let dw_i = vectors_mut(&mut dw[usize::from(i) * stride + column..][..width]);
        let x_i = F::X4::splat(x_i);
        for (dw, delta) in dw_i.iter_mut().zip(delta) {
            *dw = (F::X4::from(*dw) + x_i * delta).into();
        }
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_non_zero_entries_in_place() {
        let rows = SparseRows::from_dense(3, [0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 6.0].into_iter());
        assert_eq!((rows.len(), rows.width()), (3, 3));
        assert_eq!([rows.row(0), rows.row(1), rows.row(2)], [&[(1, 2.0)][..], &[], &[(0, 4.0), (2, 6.0)]]);
    }
}
