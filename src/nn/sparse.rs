//! Inputs as rows of their non-zero entries, and the first layer's two products with them. Four fifths of a digit's pixels are
//! 0 and a zero input adds nothing to any sum, so the first layer reads only the others. Built once for each data set.
//!
//! Pixels have 256 values: an entry is its distance from the one before and a number into a palette, two bytes. Examples come in
//! random order from beyond the second cache, so that their size counts, and [`SparseRows::fetch`] asks for all of a batch at
//! once.

use super::Float;
use super::float::{LANES, Lanes};
use super::product::{vectors, vectors_mut};

/// A matrix `[rows, width]` most of whose entries are 0.
#[derive(Clone, Debug)]
pub struct SparseRows<F> {
    width: usize,
    /// The values that entries have.
    palette: [F; 256],
    entries: Vec<Entry>,
    /// Where each row's entries end.
    ends: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Columns from the entry before, or from column 0.
    gap: u8,
    /// The value's place in the palette.
    code: u8,
}

/// The non-zero entries of one row, in increasing column.
#[derive(Clone, Copy)]
pub struct Row<'a, F> {
    palette: &'a [F; 256],
    entries: &'a [Entry],
}

impl<F: Float> SparseRows<F> {
    /// Rows of `width` entries each, given as `codes` into `palette`, whose value at 0 is 0.
    pub fn new(width: usize, palette: [F; 256], codes: &[u8]) -> Self {
        let mut rows = Self { width, palette, entries: Vec::new(), ends: Vec::new() };
        codes.chunks_exact(width).for_each(|row| rows.push(row));
        rows
    }

    /// A function of its own, called for each row, is what a browser's compiler can replace by a faster one on the way.
    #[inline(never)]
    fn push(&mut self, row: &[u8]) {
        const MAX_GAP: usize = u8::MAX as usize;
        let mut last = 0;
        for (i, codes) in row.chunks(8).enumerate() {
            if codes == [0; 8] {
                continue;
            }
            for (column, &code) in (8 * i..).zip(codes).filter(|&(_, &code)| code != 0) {
                // A gap too long for a byte is bridged by entries of value 0.
                while column - last > MAX_GAP {
                    self.entries.push(Entry { gap: u8::MAX, code: 0 });
                    last += MAX_GAP;
                }
                self.entries.push(Entry { gap: (column - last) as u8, code });
                last = column;
            }
        }
        self.ends.push(self.entries.len());
    }

    /// Rows of dense values, of which fewer than 256 differ.
    pub fn from_dense(width: usize, values: impl Iterator<Item = F>) -> Self {
        let mut palette = [F::ZERO; 256];
        let mut n = 1;
        let codes: Vec<u8> = values
            .map(|value| {
                let code = palette[..n].iter().position(|&known| known == value).unwrap_or(n);
                if code == n {
                    palette[n] = value;
                    n += 1;
                }
                code as u8
            })
            .collect();
        Self::new(width, palette, &codes)
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

    /// Reads one entry of every cache line of some rows, so that the processor waits for all of them at once and not row by
    /// row: a fifth of the first layer's forward time. Computes nothing.
    #[inline(never)]
    pub fn fetch(&self, rows: &[u32]) {
        const ENTRIES_IN_A_LINE: usize = 64 / size_of::<Entry>();
        let lines = rows.iter().flat_map(|&row| self.row(row as usize).entries.iter().step_by(ENTRIES_IN_A_LINE));
        std::hint::black_box(lines.fold(0, |read, entry| read ^ entry.code));
    }

    pub fn row(&self, row: usize) -> Row<'_, F> {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        Row { palette: &self.palette, entries: &self.entries[start..self.ends[row]] }
    }
}

impl<'a, F: Float> Row<'a, F> {
    /// The non-zero entries as (column, value), in increasing column.
    pub fn entries(self) -> impl Iterator<Item = (usize, F)> + 'a {
        self.entries.iter().scan(0, move |column, entry| {
            *column += usize::from(entry.gap);
            Some((*column, self.value(entry)))
        })
    }

    /// Visits every entry as (column · stride, value), four to a turn of the loop. The first is at most `last`: x is no wider
    /// than W has rows. Asked so, once, the slices that it begins ask no more.
    #[inline(always)]
    fn each(self, stride: usize, last: usize, mut visit: impl FnMut(usize, F)) {
        let mut at = 0;
        let mut visit = |entry: &Entry| {
            at += usize::from(entry.gap) * stride;
            debug_assert!(at <= last, "an entry beyond W");
            if at <= last {
                visit(at, self.value(entry));
            }
        };
        let (fours, rest) = self.entries.as_chunks::<4>();
        fours.iter().for_each(|four| four.iter().for_each(&mut visit));
        rest.iter().for_each(visit);
    }

    #[inline(always)]
    fn value(self, entry: &Entry) -> F {
        self.palette[usize::from(entry.code)]
    }
}

/// z = b + x W for one example: inputs in increasing index. W `[width, stride]`; b and z are padded rows `[stride]`.
#[inline(never)]
pub fn affine<F: Float>(x: Row<F>, w: &[F], b: &[F], z: &mut [F]) {
    let mut column = 0;
    while column < z.len() {
        column += match (z.len() - column) / LANES {
            1 => affine_columns::<F, 1>(x, w, b, z, column),
            2 => affine_columns::<F, 2>(x, w, b, z, column),
            3..8 => affine_columns::<F, 3>(x, w, b, z, column),
            _ => affine_columns::<F, 8>(x, w, b, z, column),
        };
    }
}

/// `V` vectors of z from `column` on, held in registers over all inputs; how many columns that were.
#[inline(always)]
fn affine_columns<F: Float, const V: usize>(x: Row<F>, w: &[F], b: &[F], z: &mut [F], column: usize) -> usize {
    let (stride, columns) = (z.len() / LANES, column..column + V * LANES);
    let b = vectors(&b[columns.clone()]);
    let mut sums: [F::X4; V] = std::array::from_fn(|v| b[v].into());
    let w = &vectors(w)[column / LANES..];
    let Some(last) = w.len().checked_sub(V) else { return V * LANES };
    x.each(stride, last, |at, x_i| {
        let w_i = &w[at..][..V];
        let x_i = F::X4::splat(x_i);
        for (sum, &w) in sums.iter_mut().zip(w_i) {
            *sum = *sum + x_i * w.into();
        }
    });
    for (z, sum) in vectors_mut(&mut z[columns]).iter_mut().zip(sums) {
        *z = sum.into();
    }
    V * LANES
}

/// ∂C/∂W_ij += x_i δ_j for one example, dW `[width, stride]`, δ a padded row `[stride]`.
#[inline(never)]
pub fn add_gradient<F: Float>(x: Row<F>, delta: &[F], dw: &mut [F]) {
    let mut column = 0;
    while column < delta.len() {
        column += match (delta.len() - column) / LANES {
            1 => add_gradient_columns::<F, 1>(x, delta, dw, column),
            2 => add_gradient_columns::<F, 2>(x, delta, dw, column),
            3..8 => add_gradient_columns::<F, 3>(x, delta, dw, column),
            _ => add_gradient_columns::<F, 8>(x, delta, dw, column),
        };
    }
}

#[inline(always)]
fn add_gradient_columns<F: Float, const V: usize>(x: Row<F>, delta: &[F], dw: &mut [F], column: usize) -> usize {
    let (stride, columns) = (delta.len() / LANES, column..column + V * LANES);
    let delta = vectors(&delta[columns.clone()]);
    let delta: [F::X4; V] = std::array::from_fn(|v| delta[v].into());
    let dw = &mut vectors_mut(dw)[column / LANES..];
    let Some(last) = dw.len().checked_sub(V) else { return V * LANES };
    x.each(stride, last, |at, x_i| {
        let dw_i = &mut dw[at..][..V];
        let x_i = F::X4::splat(x_i);
        for (dw, delta) in dw_i.iter_mut().zip(delta) {
            *dw = (F::X4::from(*dw) + x_i * delta).into();
        }
    });
    V * LANES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::rng::Rng;

    #[test]
    fn rows_keep_their_non_zero_entries_in_place() {
        let rows = SparseRows::from_dense(4, [5.0, 2.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 6.0, 7.0].into_iter());
        assert_eq!((rows.len(), rows.width()), (3, 4));
        let entries = [0, 1, 2].map(|row| rows.row(row).entries().collect::<Vec<(usize, f64)>>());
        assert_eq!(entries, [vec![(0, 5.0), (1, 2.0), (3, 3.0)], vec![], vec![(0, 4.0), (2, 6.0), (3, 7.0)]]);
    }

    #[test]
    fn both_products_are_the_dense_ones_to_the_bit() {
        let mut rng = Rng::weights(1);
        for (width, stride) in (1..=9).flat_map(|width| (4..=44).step_by(LANES).map(move |stride| (width, stride))) {
            let mut draw = |n: usize| (0..n).map(|_| rng.unit() as f32 - 0.3).collect::<Vec<f32>>();
            let (mut x, w, b) = (draw(width), draw(width * stride), draw(stride));
            x.iter_mut().step_by(3).for_each(|x| *x = 0.0);
            let rows = SparseRows::from_dense(width, x.iter().copied());
            let mut z = vec![f32::NAN; stride];
            affine(rows.row(0), &w, &b, &mut z);
            let dense = |j: usize| (0..width).fold(b[j], |sum, i| sum + x[i] * w[i * stride + j]);
            assert_eq!(z, (0..stride).map(dense).collect::<Vec<f32>>(), "{width} inputs, {stride} outputs");
            // b as δ, and w as what earlier examples have left in the gradient.
            let mut dw = w.clone();
            add_gradient(rows.row(0), &b, &mut dw);
            let dense = |i: usize| w[i] + x[i / stride] * b[i % stride];
            assert_eq!(dw, (0..width * stride).map(dense).collect::<Vec<f32>>(), "{width} inputs, {stride} outputs");
        }
    }

    #[test]
    fn a_gap_too_long_for_a_byte_is_bridged() {
        for column in [0, 7, 254, 255, 256, 510, 511, 1_999] {
            let mut dense = vec![0.0; 2_000];
            dense[column] = 3.0;
            let rows = SparseRows::from_dense(2_000, dense.into_iter());
            let inked: Vec<(usize, f64)> = rows.row(0).entries().filter(|&(_, value)| value != 0.0).collect();
            assert_eq!(inked, [(column, 3.0)]);
            let w: Vec<f64> = (0..8_000).map(f64::from).collect();
            let mut z = [f64::NAN; 4];
            affine(rows.row(0), &w, &[0.0; 4], &mut z);
            assert_eq!(z[1], 3.0 * (4 * column + 1) as f64);
        }
    }

    #[test]
    fn a_matrix_without_rows_is_empty() {
        assert!(SparseRows::<f32>::from_dense(2, [].into_iter()).is_empty());
        assert!(!SparseRows::from_dense(2, [0.0, 0.0].into_iter()).is_empty());
    }
}
