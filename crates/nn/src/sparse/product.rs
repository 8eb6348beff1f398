//! The first layer's two products: z = b + x W, and the gradient xᵀ δ. Rows of W are padded to whole vectors, but for those of the
//! tutorial's width, which lie joined: two of them, beside each other as a pair's are, are five vectors where padded ones are six, and
//! all of W fits into the first cache.
//!
//! Vectors run across W's columns. Sums go over inputs in increasing index, but for z where rows are joined: there the second columns
//! of pairs have sums of their own.

use super::SparseRows;
use crate::Float;
use crate::float::{LANES, Lanes};
use crate::product::{stride, vectors, vectors_mut};

/// The row length of a W whose rows are joined.
const JOINED_LEN: usize = 10;
/// The vectors of two joined rows. The one in the middle has the end of the first and the beginning of the second.
const JOINED_VECTORS: usize = 2 * JOINED_LEN / LANES;

/// The length of a row of W with `n` columns.
pub const fn row_len(n: usize) -> usize {
    if n == JOINED_LEN { n } else { stride(n) }
}

/// Calls `$part` for every part of a padded row of `$n` columns: `<F, vectors>`, and where the part starts.
macro_rules! part_by_part {
    ($n:expr, $part:ident($($argument:expr),*)) => {
        let mut start = 0;
        while start < stride($n) {
            let vectors = [1, 2, 3, 3, 3, 3, 3, 8][((stride($n) - start) / LANES).min(8) - 1];
            match vectors {
                1 => $part::<F, 1>($($argument),*, start),
                2 => $part::<F, 2>($($argument),*, start),
                3 => $part::<F, 3>($($argument),*, start),
                _ => $part::<F, 8>($($argument),*, start),
            }
            start += vectors * LANES;
        }
    };
}

/// z = b + x W for some `rows` of x. W `[width, row_len(n)]`, b `[stride(n)]`, z `[rows, stride(n)]`, whose padding stays as it is
/// or becomes b's. Where W's rows are joined, z = (b + Σ of first columns) + Σ of second columns.
pub fn affine<F: Float>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F], n: usize) {
    x.fetch(rows);
    if n == JOINED_LEN {
        affine_joined(x, rows, w, b, z);
    } else {
        part_by_part!(n, affine_part(x, rows, w, b, z));
    }
}

/// `V` vectors of each row of z, from column `start` on, held in registers over all inputs. All rows of x meet this part of W before
/// the next: it stays in the cache.
#[inline(never)]
fn affine_part<F: Float, const V: usize>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F], start: usize) {
    let (w_row, part_len) = (b.len(), V * LANES);
    let w = &w[start..];
    let Some(last) = w.len().checked_sub(w_row + part_len) else { return };
    let Some(b) = vectors(&b[start..]).first_chunk::<V>() else { return };
    for (&row, z) in rows.iter().zip(z.chunks_exact_mut(w_row)) {
        let mut sums = b.map(F::X4::from);
        x.each(row, w_row, last, |at, x_i| {
            let [x_i, x_j] = x_i.map(F::X4::splat);
            let (w_i, w_j) = w[at..][..w_row + part_len].split_at(w_row);
            for ((sum, &w_i), &w_j) in sums.iter_mut().zip(vectors(&w_i[..part_len])).zip(vectors(w_j)) {
                *sum = *sum + x_i * F::X4::from(w_i) + x_j * F::X4::from(w_j);
            }
        });
        vectors_mut(&mut z[start..]).iter_mut().zip(sums).for_each(|(z, sum)| *z = sum.into());
    }
}

/// All of z, `[rows, stride(JOINED_LEN)]`.
#[inline(never)]
fn affine_joined<F: Float>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F]) {
    let Some(last) = w.len().checked_sub(2 * JOINED_LEN) else { return };
    let Some(&b) = b.first_chunk() else { return };
    let start = joined::<F>([b, [F::ZERO; JOINED_LEN]]);
    for (&row, z) in rows.iter().zip(z.chunks_exact_mut(stride(JOINED_LEN))) {
        let mut sums = start;
        x.each(row, JOINED_LEN, last, |at, x_i| {
            let w = vectors(&w[at..][..2 * JOINED_LEN]);
            for ((sum, x_i), &w) in sums.iter_mut().zip(spread::<F>(x_i)).zip(w) {
                *sum = *sum + x_i * F::X4::from(w);
            }
        });
        let sums = sums.map(F::X4::into);
        let (firsts, seconds) = sums.as_flattened().split_at(JOINED_LEN);
        z.iter_mut().zip(firsts.iter().zip(seconds)).for_each(|(z, (&first, &second))| *z = first + second);
    }
}

/// Two joined rows as vectors.
fn joined<F: Float>(rows: [[F; JOINED_LEN]; 2]) -> [F::X4; JOINED_VECTORS] {
    let numbers = rows.as_flattened();
    std::array::from_fn(|v| std::array::from_fn(|lane| numbers[v * LANES + lane]).into())
}

/// The values of a pair, each in all lanes of its row of two joined ones.
#[inline(always)]
fn spread<F: Float>(pair: [F; 2]) -> [F::X4; JOINED_VECTORS] {
    let (first, second) = (F::X4::splat(pair[0]), F::X4::splat(pair[1]));
    [first, first, first.halves(second), second, second]
}

/// ∂C/∂W = xᵀ δ for some `rows` of x, examples in their order (eq. 4). δ `[rows, stride(n)]`, dW `[width, row_len(n)]`.
pub fn gradient<F: Float>(x: &SparseRows<F>, rows: &[u32], delta: &[F], dw: &mut [F], n: usize) {
    dw.fill(F::ZERO);
    if n == JOINED_LEN {
        gradient_joined(x, rows, delta, dw);
    } else {
        part_by_part!(n, gradient_part(x, rows, delta, dw, stride(n)));
    }
}

/// `V` vectors of each row of dW, from column `start` on.
#[inline(never)]
fn gradient_part<F: Float, const V: usize>(
    x: &SparseRows<F>,
    rows: &[u32],
    delta: &[F],
    dw: &mut [F],
    w_row: usize,
    start: usize,
) {
    let part_len = V * LANES;
    let dw = &mut dw[start..];
    let Some(last) = dw.len().checked_sub(w_row + part_len) else { return };
    for (&row, delta) in rows.iter().zip(delta.chunks_exact(w_row)) {
        let Some(delta) = vectors(&delta[start..]).first_chunk::<V>() else { return };
        let delta = delta.map(F::X4::from);
        x.each(row, w_row, last, |at, x_i| {
            let (first, second) = dw[at..][..w_row + part_len].split_at_mut(w_row);
            for (x_i, dw) in x_i.into_iter().zip([&mut first[..part_len], second]) {
                let x_i = F::X4::splat(x_i);
                for (dw, delta) in vectors_mut(dw).iter_mut().zip(delta) {
                    *dw = (F::X4::from(*dw) + x_i * delta).into();
                }
            }
        });
    }
}

/// All of dW, `[width, JOINED_LEN]`.
#[inline(never)]
fn gradient_joined<F: Float>(x: &SparseRows<F>, rows: &[u32], delta: &[F], dw: &mut [F]) {
    let Some(last) = dw.len().checked_sub(2 * JOINED_LEN) else { return };
    for (&row, delta) in rows.iter().zip(delta.chunks_exact(stride(JOINED_LEN))) {
        let Some(&delta) = delta.first_chunk() else { return };
        let delta = joined::<F>([delta; 2]);
        x.each(row, JOINED_LEN, last, |at, x_i| {
            let dw = vectors_mut(&mut dw[at..][..2 * JOINED_LEN]);
            for ((dw, x_i), delta) in dw.iter_mut().zip(spread::<F>(x_i)).zip(delta) {
                *dw = (F::X4::from(*dw) + x_i * delta).into();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::pairs;
    use super::*;
    use crate::rng::Rng;

    /// z of a row of x, each sum in its order.
    fn affine_by_hand(x: &[f32], w: &[f32], b: &[f32], n: usize) -> Vec<f32> {
        let sum = |columns: &[usize], start, j: usize| {
            columns.iter().fold(start, |sum, &i| sum + x[i] * w[i * row_len(n) + j])
        };
        let lit: Vec<u8> = x.iter().map(|&x| u8::from(x != 0.0)).collect();
        let of_pairs =
            |k: usize| pairs(&lit).filter(move |(_, codes)| codes[k] != 0).map(move |(column, _)| column + k);
        let [firsts, seconds] = [0, 1].map(|k| of_pairs(k).collect::<Vec<usize>>());
        let all: Vec<usize> = (0..x.len()).collect();
        let z = |j| if n == JOINED_LEN { sum(&firsts, b[j], j) + sum(&seconds, 0.0, j) } else { sum(&all, b[j], j) };
        (0..stride(n)).map(|j| if j < row_len(n) { z(j) } else { 0.0 }).collect()
    }

    #[test]
    fn both_products_are_those_by_hand_to_the_bit() {
        let mut rng = Rng::weights(1);
        let rows = [2, 0, 3];
        for (width, n) in (2..=9).flat_map(|width| (1..=44).map(move |n| (width, n))) {
            let (row, stride) = (row_len(n), stride(n));
            let mut draw = |n: usize| (0..n).map(|_| rng.unit() as f32 - 0.3).collect::<Vec<f32>>();
            let (mut x, w, b, delta) = (draw(4 * width), draw(width * row), draw(stride), draw(3 * stride));
            x.iter_mut().for_each(|x| *x = x.max(0.0));
            let sparse = SparseRows::from_dense(width, x.iter().copied());
            let of = |e: usize| &x[rows[e] as usize * width..][..width];
            let mut z = vec![0.0; 3 * stride];
            affine(&sparse, &rows, &w, &b, &mut z, n);
            let by_hand: Vec<f32> = (0..3).flat_map(|e| affine_by_hand(of(e), &w, &b, n)).collect();
            assert_eq!(z, by_hand, "{width} inputs, {n} outputs");
            let mut dw = vec![f32::NAN; width * row];
            gradient(&sparse, &rows, &delta, &mut dw, n);
            let sum = |i, j: usize| (0..3).fold(0.0, |sum, e| sum + of(e)[i] * delta[e * stride + j]);
            let by_hand: Vec<f32> = (0..width * row).map(|entry| sum(entry / row, entry % row)).collect();
            assert_eq!(dw, by_hand, "{width} inputs, {n} outputs");
        }
    }

    #[test]
    fn both_products_cross_gaps_too_long_for_a_byte() {
        for n in [4, JOINED_LEN] {
            for column in [0, 254, 255, 256, 257, 511, 1_999] {
                let mut dense = vec![0.0; 2_000];
                dense[column] = 3.0;
                let rows = SparseRows::from_dense(2_000, dense.into_iter());
                let w: Vec<f64> = (0..2_000 * row_len(n)).map(|i| i as f64).collect();
                let (b, delta, mut z) = (vec![0.0; stride(n)], vec![2.0; stride(n)], vec![0.0; stride(n)]);
                affine(&rows, &[0], &w, &b, &mut z, n);
                assert_eq!(z[1], 3.0 * (n * column + 1) as f64);
                let mut dw = vec![f64::NAN; w.len()];
                gradient(&rows, &[0], &delta, &mut dw, n);
                let expected = |i| if i / n == column { 6.0 } else { 0.0 };
                assert!(dw.iter().enumerate().all(|(i, &dw)| dw == expected(i)), "{column}, {n}");
            }
        }
    }
}
