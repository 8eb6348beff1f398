//! The first layer's two products with sparse inputs: z = b + x W and ∂C/∂W = xᵀ δ, two fifths of the tutorial's training step.
//! Several vectors of z (or δ) stay in registers while the loop runs over the non-zero pixels of an example; their number is a
//! const generic, because only arrays of constant length are kept in registers. Pixels are taken in pairs, which gains 6 %: there
//! are half as many column numbers to read and bounds to check, and half as many sums that wait for the one before.

use crate::Float;
use crate::float::{LANES, Lanes};
use crate::kernel::{vectors, vectors_mut};
use crate::sparse::SparseRows;

/// z = b + x W for some `rows` of x: z = b + Σ (x_i w_i + x_(i+1) w_(i+1)) over the pairs of the row, in increasing i.
/// W `[width, stride]`, b `[stride]`, z `[rows, stride]`.
pub fn affine<F: Float>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F]) {
    let stride = b.len();
    let mut column = 0;
    while column < stride {
        column += LANES
            * match (stride - column) / LANES {
                1 => affine_columns::<F, 1>(x, rows, w, b, z, column),
                2 => affine_columns::<F, 2>(x, rows, w, b, z, column),
                3..8 => affine_columns::<F, 3>(x, rows, w, b, z, column),
                _ => affine_columns::<F, 8>(x, rows, w, b, z, column),
            };
    }
}

/// Computes `V` vectors of each row of z, from `column` on, and returns `V`.
#[inline(never)]
fn affine_columns<F: Float, const V: usize>(
    x: &SparseRows<F>,
    rows: &[u32],
    w: &[F],
    b: &[F],
    z: &mut [F],
    column: usize,
) -> usize {
    let stride = b.len();
    for (&row, z) in rows.iter().zip(z.chunks_exact_mut(stride)) {
        let mut sums: [F::X4; V] = std::array::from_fn(|v| vectors(&b[column..])[v].into());
        for pair in x.pairs(row as usize) {
            let (x_i, x_j) = (F::X4::splat(x.value(pair.first)), F::X4::splat(x.value(pair.second)));
            let w_rows = &w[usize::from(pair.column) * stride + column..][..stride + V * LANES];
            let (w_i, w_j) = w_rows.split_at(stride);
            for ((sum, &w_i), &w_j) in sums.iter_mut().zip(&vectors(w_i)[..V]).zip(vectors(w_j)) {
                *sum = *sum + (x_i * w_i.into() + x_j * w_j.into());
            }
        }
        if let Some(z) = vectors_mut(&mut z[column..]).first_chunk_mut::<V>() {
            *z = sums.map(F::X4::into);
        }
    }
    V
}

/// ∂C/∂W = xᵀ δ (eq. 1) for some `rows` of x, each sum over examples in their order. δ `[rows, stride]`, dW `[width, stride]`.
pub fn gradient<F: Float>(x: &SparseRows<F>, rows: &[u32], delta: &[F], dw: &mut [F], stride: usize) {
    dw.fill(F::ZERO);
    let mut column = 0;
    while column < stride {
        column += LANES
            * match (stride - column) / LANES {
                1 => gradient_columns::<F, 1>(x, rows, delta, dw, stride, column),
                2 => gradient_columns::<F, 2>(x, rows, delta, dw, stride, column),
                3..8 => gradient_columns::<F, 3>(x, rows, delta, dw, stride, column),
                _ => gradient_columns::<F, 8>(x, rows, delta, dw, stride, column),
            };
    }
}

/// Computes `V` vectors of each row of dW, from `column` on, and returns `V`.
#[inline(never)]
fn gradient_columns<F: Float, const V: usize>(
    x: &SparseRows<F>,
    rows: &[u32],
    delta: &[F],
    dw: &mut [F],
    stride: usize,
    column: usize,
) -> usize {
    for (&row, delta) in rows.iter().zip(delta.chunks_exact(stride)) {
        let delta: [F::X4; V] = std::array::from_fn(|v| vectors(&delta[column..])[v].into());
        for pair in x.pairs(row as usize) {
            let dw_rows = &mut dw[usize::from(pair.column) * stride + column..][..stride + V * LANES];
            let (dw_i, dw_j) = dw_rows.split_at_mut(stride);
            for (code, dw) in [(pair.first, &mut dw_i[..V * LANES]), (pair.second, dw_j)] {
                let x = F::X4::splat(x.value(code));
                for (dw, delta) in vectors_mut(dw).iter_mut().zip(delta) {
                    *dw = (F::X4::from(*dw) + x * delta).into();
                }
            }
        }
    }
    V
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::stride;
    use crate::rng::Rng;

    #[test]
    fn both_products_equal_plain_loops_to_the_bit() {
        let mut rng = Rng::weights(1);
        let rows = [2, 0, 3];
        for (width, n) in (2..=9).flat_map(|width| (1..=44).map(move |n| (width, n))) {
            let stride = stride(n);
            let mut draw = |n: usize| (0..n).map(|_| rng.unit() as f32 - 0.3).collect::<Vec<f32>>();
            let (mut x, w, b, delta) = (draw(4 * width), draw(width * stride), draw(stride), draw(3 * stride));
            x.iter_mut().for_each(|x| *x = x.max(0.0));
            let sparse = SparseRows::from_dense(width, x.iter().copied());
            let x = |e: usize, i: usize| x[rows[e] as usize * width + i];

            let mut z = vec![f32::NAN; 3 * stride];
            affine(&sparse, &rows, &w, &b, &mut z);
            let product = |e, i: usize, j: usize| x(e, i) * w[i * stride + j];
            let sum = |e: usize, j| {
                let pairs = sparse.pairs(rows[e] as usize).iter().map(|pair| usize::from(pair.column));
                // The first entry of a pair in the last two columns may belong to the pair before.
                let mut next = 0;
                pairs.fold(b[j], |sum, i| {
                    let first = if i < next { 0.0 } else { product(e, i, j) };
                    next = i + 2;
                    sum + (first + product(e, i + 1, j))
                })
            };
            let expected: Vec<f32> = (0..z.len()).map(|k| sum(k / stride, k % stride)).collect();
            assert_eq!(z, expected, "{width} inputs, {n} outputs");

            let mut dw = vec![f32::NAN; width * stride];
            gradient(&sparse, &rows, &delta, &mut dw, stride);
            let sum = |i, j: usize| (0..3).fold(0.0, |sum, e| sum + x(e, i) * delta[e * stride + j]);
            let expected: Vec<f32> = (0..dw.len()).map(|k| sum(k / stride, k % stride)).collect();
            assert_eq!(dw, expected, "{width} inputs, {n} outputs");
        }
    }
}
