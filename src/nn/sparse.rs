//! Inputs as rows of their non-zero entries, and the first layer's two products with them. Four fifths of a digit's pixels are
//! 0 and a zero input adds nothing to any sum, so the first layer reads only the others. Built once for each data set.
//!
//! Pixels have 256 values: an entry is its distance from the one before and a number into a palette, two bytes. Examples come in
//! random order from beyond the second cache, so that their size counts, and all of a batch are asked for at once.

use super::Float;
use super::float::{LANES, Lanes};
use super::product::{vectors, vectors_mut};

/// A matrix `[rows, width]` most of whose entries are 0.
#[derive(Clone, Debug)]
pub struct SparseRows<F> {
    width: usize,
    /// The values that entries have.
    palette: [F; 256],
    /// Row after row; what fills up the last four of a row has value 0, and so changes no sum.
    fours: Vec<[Entry; 4]>,
    /// Where each row's fours end.
    ends: Vec<usize>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// Columns from the entry before, or from column 0.
    gap: u8,
    /// The value's place in the palette.
    code: u8,
}

impl<F: Float> SparseRows<F> {
    /// Rows of `width` entries each, given as `codes` into `palette`, whose value at 0 is 0.
    pub fn new(width: usize, palette: [F; 256], codes: &[u8]) -> Self {
        let mut rows = Self { width, palette, fours: Vec::new(), ends: Vec::new() };
        codes.chunks_exact(width).for_each(|row| rows.push(row));
        rows
    }

    /// A function of its own, called for each row, is what a browser's compiler can replace by a faster one on the way.
    #[inline(never)]
    fn push(&mut self, row: &[u8]) {
        const MAX_GAP: usize = u8::MAX as usize;
        let mut last = 0;
        let (mut four, mut n) = ([Entry::default(); 4], 0);
        let mut push = |entry| {
            four[n] = entry;
            n += 1;
            if n == four.len() {
                self.fours.push(std::mem::take(&mut four));
                n = 0;
            }
        };
        for (i, codes) in row.chunks(8).enumerate() {
            if codes == [0; 8] {
                continue;
            }
            for (column, &code) in (8 * i..).zip(codes).filter(|&(_, &code)| code != 0) {
                // A gap too long for a byte is bridged by entries of value 0.
                while column - last > MAX_GAP {
                    push(Entry { gap: u8::MAX, code: 0 });
                    last += MAX_GAP;
                }
                push(Entry { gap: (column - last) as u8, code });
                last = column;
            }
        }
        if n > 0 {
            self.fours.push(four);
        }
        self.ends.push(self.fours.len());
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

    /// The non-zero entries of a row as (column, value), in increasing column.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, F)> {
        let entries = self.fours(row).as_flattened().iter().scan(0, |column, entry| {
            *column += usize::from(entry.gap);
            Some((*column, entry))
        });
        entries.filter(|(_, entry)| entry.code != 0).map(|(column, entry)| (column, self.value(entry)))
    }

    fn fours(&self, row: usize) -> &[[Entry; 4]] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.fours[start..self.ends[row]]
    }

    #[inline(always)]
    fn value(&self, entry: &Entry) -> F {
        self.palette[usize::from(entry.code)]
    }

    /// Reads something of every cache line of some rows, so that the processor waits for all of them at once and not row by
    /// row; first where the rows are, or each would be waited for before the next could be asked for. Computes nothing.
    #[inline(never)]
    fn fetch(&self, rows: &[u32]) {
        const FOURS_IN_A_LINE: usize = 64 / size_of::<[Entry; 4]>();
        std::hint::black_box(rows.iter().fold(0, |read, &row| read ^ self.ends[row as usize]));
        let lines = rows.iter().flat_map(|&row| self.fours(row as usize).iter().step_by(FOURS_IN_A_LINE));
        std::hint::black_box(lines.fold(0, |read, [entry, ..]| read ^ entry.code));
    }

    /// Visits every entry of a row as (column · stride, value). The first is at most `last`: x is no wider than W has rows. Asked
    /// so, once, the slices that it begins ask no more.
    #[inline(always)]
    fn each(&self, row: u32, stride: usize, last: usize, mut visit: impl FnMut(usize, F)) {
        let mut at = 0;
        for four in self.fours(row as usize) {
            for entry in four {
                at += usize::from(entry.gap) * stride;
                debug_assert!(at <= last, "an entry beyond W");
                if at <= last {
                    visit(at, self.value(entry));
                }
            }
        }
    }
}

/// z = b + x W for some `rows` of x. W `[width, stride]`, b `[stride]`, z `[rows, stride]`. Inputs are
/// summed in increasing index.
pub fn affine<F: Float>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F]) {
    x.fetch(rows);
    let (w, b, z) = (vectors(w), vectors(b), vectors_mut(z));
    let mut v = 0;
    while v < b.len() {
        v += match (b.len(), b.len() - v) {
            (1, _) => affine_part::<F, 1, true>(x, rows, w, b, z, v),
            (2, _) => affine_part::<F, 2, true>(x, rows, w, b, z, v),
            (3, _) => affine_part::<F, 3, true>(x, rows, w, b, z, v),
            (_, 1) => affine_part::<F, 1, false>(x, rows, w, b, z, v),
            (_, 2) => affine_part::<F, 2, false>(x, rows, w, b, z, v),
            (_, 3..8) => affine_part::<F, 3, false>(x, rows, w, b, z, v),
            _ => affine_part::<F, 8, false>(x, rows, w, b, z, v),
        };
    }
}

/// `V` vectors of each row of z, from vector `v` on, held in registers over all inputs; how many that were. Where they are
/// `ALL`, the compiler knows the stride. All rows of x meet this part of W before the next: it stays in the cache.
#[inline(never)]
fn affine_part<F: Float, const V: usize, const ALL: bool>(
    x: &SparseRows<F>,
    rows: &[u32],
    w: &[[F; LANES]],
    b: &[[F; LANES]],
    z: &mut [[F; LANES]],
    v: usize,
) -> usize {
    let stride = if ALL { V } else { b.len() };
    let start: [F::X4; V] = std::array::from_fn(|i| b[v + i].into());
    let w = &w[v..];
    let Some(last) = w.len().checked_sub(V) else { return V };
    for (&row, z) in rows.iter().zip(z.chunks_exact_mut(stride)) {
        let mut sums = start;
        x.each(row, stride, last, |at, x_i| {
            let x_i = F::X4::splat(x_i);
            for (sum, &w) in sums.iter_mut().zip(&w[at..][..V]) {
                *sum = *sum + x_i * w.into();
            }
        });
        z[v..v + V].iter_mut().zip(sums).for_each(|(z, sum)| *z = sum.into());
    }
    V
}

/// ∂C/∂W = xᵀ δ for some `rows` of x, examples in their order. δ `[rows, stride]`, dW `[width, stride]`.
pub fn gradient<F: Float>(x: &SparseRows<F>, rows: &[u32], delta: &[F], stride: usize, dw: &mut [F]) {
    dw.fill(F::ZERO);
    let (delta, stride, dw) = (vectors(delta), stride / LANES, vectors_mut(dw));
    let mut v = 0;
    while v < stride {
        v += match (stride, stride - v) {
            (1, _) => gradient_part::<F, 1, true>(x, rows, delta, stride, dw, v),
            (2, _) => gradient_part::<F, 2, true>(x, rows, delta, stride, dw, v),
            (3, _) => gradient_part::<F, 3, true>(x, rows, delta, stride, dw, v),
            (_, 1) => gradient_part::<F, 1, false>(x, rows, delta, stride, dw, v),
            (_, 2) => gradient_part::<F, 2, false>(x, rows, delta, stride, dw, v),
            (_, 3..8) => gradient_part::<F, 3, false>(x, rows, delta, stride, dw, v),
            _ => gradient_part::<F, 8, false>(x, rows, delta, stride, dw, v),
        };
    }
}

/// `V` vectors of each row of dW, from vector `v` on; how many that were.
#[inline(never)]
fn gradient_part<F: Float, const V: usize, const ALL: bool>(
    x: &SparseRows<F>,
    rows: &[u32],
    delta: &[[F; LANES]],
    stride: usize,
    dw: &mut [[F; LANES]],
    v: usize,
) -> usize {
    let stride = if ALL { V } else { stride };
    let dw = &mut dw[v..];
    let Some(last) = dw.len().checked_sub(V) else { return V };
    for (&row, delta) in rows.iter().zip(delta.chunks_exact(stride)) {
        let delta: [F::X4; V] = std::array::from_fn(|i| delta[v + i].into());
        x.each(row, stride, last, |at, x_i| {
            let x_i = F::X4::splat(x_i);
            for (dw, delta) in dw[at..][..V].iter_mut().zip(delta) {
                *dw = (F::X4::from(*dw) + x_i * delta).into();
            }
        });
    }
    V
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::rng::Rng;

    #[test]
    fn rows_keep_their_non_zero_entries_in_place() {
        let rows = SparseRows::from_dense(4, [5.0, 2.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 6.0, 7.0].into_iter());
        assert_eq!((rows.len(), rows.width()), (3, 4));
        let entries = [0, 1, 2].map(|row| rows.row(row).collect::<Vec<(usize, f64)>>());
        assert_eq!(entries, [vec![(0, 5.0), (1, 2.0), (3, 3.0)], vec![], vec![(0, 4.0), (2, 6.0), (3, 7.0)]]);
    }

    #[test]
    fn both_products_are_the_dense_ones_to_the_bit() {
        let mut rng = Rng::weights(1);
        let rows = [2, 0, 3];
        for (width, stride) in (1..=9).flat_map(|width| (4..=44).step_by(LANES).map(move |stride| (width, stride))) {
            let mut draw = |n: usize| (0..n).map(|_| rng.unit() as f32 - 0.3).collect::<Vec<f32>>();
            let (mut x, w, b, delta) = (draw(4 * width), draw(width * stride), draw(stride), draw(3 * stride));
            x.iter_mut().step_by(3).for_each(|x| *x = 0.0);
            let sparse = SparseRows::from_dense(width, x.iter().copied());
            let x = |e: usize, i: usize| x[rows[e] as usize * width + i];
            let mut z = vec![f32::NAN; 3 * stride];
            affine(&sparse, &rows, &w, &b, &mut z);
            let sum = |e, j: usize| (0..width).fold(b[j], |sum, i| sum + x(e, i) * w[i * stride + j]);
            let dense: Vec<f32> = (0..3 * stride).map(|entry| sum(entry / stride, entry % stride)).collect();
            assert_eq!(z, dense, "{width} inputs, {stride} outputs");
            let mut dw = vec![f32::NAN; width * stride];
            gradient(&sparse, &rows, &delta, stride, &mut dw);
            let sum = |i, j: usize| (0..3).fold(0.0, |sum, e| sum + x(e, i) * delta[e * stride + j]);
            let dense: Vec<f32> = (0..width * stride).map(|entry| sum(entry / stride, entry % stride)).collect();
            assert_eq!(dw, dense, "{width} inputs, {stride} outputs");
        }
    }

    #[test]
    fn a_gap_too_long_for_a_byte_is_bridged() {
        for column in [0, 7, 254, 255, 256, 510, 511, 1_999] {
            let mut dense = vec![0.0; 2_000];
            dense[column] = 3.0;
            let rows = SparseRows::from_dense(2_000, dense.into_iter());
            assert_eq!(rows.row(0).collect::<Vec<(usize, f64)>>(), [(column, 3.0)]);
            let w: Vec<f64> = (0..8_000).map(f64::from).collect();
            let mut z = [f64::NAN; 4];
            affine(&rows, &[0], &w, &[0.0; 4], &mut z);
            assert_eq!(z[1], 3.0 * (4 * column + 1) as f64);
        }
    }

    #[test]
    fn a_matrix_without_rows_is_empty() {
        assert!(SparseRows::<f32>::from_dense(2, [].into_iter()).is_empty());
        assert!(!SparseRows::from_dense(2, [0.0, 0.0].into_iter()).is_empty());
    }
}
