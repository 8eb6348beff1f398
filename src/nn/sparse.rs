//! Inputs as rows of their non-zero entries, and the first layer's two products with them. Four fifths of a digit's pixels are
//! 0 and a zero input adds nothing to any sum, so the first layer reads only the others. Built once for each data set.
//!
//! Pixels have 256 values: an entry is its distance from the one before and a number into a palette, two bytes. Examples come in
//! random order from beyond the second cache, so that their size counts, and all of a batch are asked for at once.

use super::Float;
use super::float::{LANES, Lanes};
use super::product::stride;

/// A matrix `[rows, width]` most of whose entries are 0.
#[derive(Clone, Debug)]
pub struct SparseRows<F> {
    width: usize,
    /// The values that entries have. Not in here but at an address of its own, which an entry's value is quicker to find from.
    palette: Box<[F; 256]>,
    /// Row after row; what fills up the last four of a row has value 0, and so changes no sum.
    fours: Vec<[Entry; 4]>,
    /// Where each row's fours end.
    ends: Vec<usize>,
    /// Which columns have an entry in some row, `[width]`.
    used: Vec<bool>,
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
        let palette = Box::new(palette);
        let mut rows = Self { width, palette, fours: Vec::new(), ends: Vec::new(), used: vec![false; width] };
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
                self.used[column] = true;
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

    /// Which columns are not 0 in some row, `[width]`.
    pub fn used_columns(&self) -> &[bool] {
        &self.used
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

    /// Visits every entry of a row as (column · width, value). The first is at most `last`: x is no wider than W has rows. Asked
    /// so, once, the slices that it begins ask no more.
    #[inline(always)]
    fn each(&self, row: u32, width: usize, last: usize, mut visit: impl FnMut(usize, F)) {
        let mut at = 0;
        for four in self.fours(row as usize) {
            for entry in four {
                at += usize::from(entry.gap) * width;
                debug_assert!(at <= last, "an entry beyond W");
                if at > last {
                    return;
                }
                visit(at, self.value(entry));
            }
        }
    }
}

/// The length of a row of W with `n` columns. Rows of three vectors, as the tutorial's, are not padded: the last vector begins
/// early enough to end with the row, and meets some columns a second time. So W is as small as it can be, and the tutorial's fits
/// into the first cache.
pub const fn row_len(n: usize) -> usize {
    if n > 2 * LANES && n <= 3 * LANES { n } else { stride(n) }
}

/// Where vector `v` begins in a row of `ROW` numbers, or of any number where that is 0.
const fn place<const ROW: usize>(v: usize) -> usize {
    let end = (v + 1) * LANES;
    if ROW > 0 && end > ROW { ROW - LANES } else { v * LANES }
}

/// A vector of a slice.
#[inline(always)]
fn vector<F: Float>(values: &[F]) -> F::X4 {
    values.first_chunk().copied().unwrap_or([F::ZERO; LANES]).into()
}

#[inline(always)]
fn put<F: Float>(values: &mut [F], vector: F::X4) {
    if let Some(values) = values.first_chunk_mut() {
        *values = vector.into();
    }
}

/// Calls `$part` for every part of a row of `$n` columns: `<F, vectors, row length>`, and where the part starts.
macro_rules! part_by_part {
    ($n:expr, $part:ident($($argument:expr),*)) => {
        match row_len($n) {
            9 => $part::<F, 3, 9>($($argument),*, 0),
            10 => $part::<F, 3, 10>($($argument),*, 0),
            11 => $part::<F, 3, 11>($($argument),*, 0),
            12 => $part::<F, 3, 12>($($argument),*, 0),
            row => {
                let mut start = 0;
                while start < row {
                    let vectors = [1, 2, 3, 3, 3, 3, 3, 8][((row - start) / LANES).min(8) - 1];
                    match vectors {
                        1 => $part::<F, 1, 0>($($argument),*, start),
                        2 => $part::<F, 2, 0>($($argument),*, start),
                        3 => $part::<F, 3, 0>($($argument),*, start),
                        _ => $part::<F, 8, 0>($($argument),*, start),
                    }
                    start += vectors * LANES;
                }
            }
        }
    };
}

/// z = b + x W for some `rows` of x. W `[width, row_len(n)]`, b `[stride(n)]`, z `[rows, stride(n)]`, whose padding stays as it
/// is or becomes b's. Inputs are summed in increasing index.
pub fn affine<F: Float>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F], n: usize) {
    x.fetch(rows);
    part_by_part!(n, affine_part(x, rows, w, b, z));
}

/// `V` vectors of each row of z, from column `start` on, held in registers over all inputs. Where a row of W has `ROW` numbers, the
/// compiler knows it. All rows of x meet this part of W before the next: it stays in the cache.
#[inline(never)]
fn affine_part<F: Float, const V: usize, const ROW: usize>(
    x: &SparseRows<F>,
    rows: &[u32],
    w: &[F],
    b: &[F],
    z: &mut [F],
    start: usize,
) {
    let (row_len, part_len) = if ROW > 0 { (ROW, ROW) } else { (b.len(), V * LANES) };
    let (w, b) = (&w[start..], &b[start..]);
    let first: [F::X4; V] = std::array::from_fn(|v| vector(&b[place::<ROW>(v)..]));
    let Some(last) = w.len().checked_sub(part_len) else { return };
    for (&row, z) in rows.iter().zip(z.chunks_exact_mut(stride(row_len))) {
        let mut sums = first;
        x.each(row, row_len, last, |at, x_i| {
            let (x_i, w) = (F::X4::splat(x_i), &w[at..][..part_len]);
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = *sum + x_i * vector(&w[place::<ROW>(v)..]);
            }
        });
        let z = &mut z[start..];
        sums.into_iter().enumerate().for_each(|(v, sum)| put(&mut z[place::<ROW>(v)..], sum));
    }
}

/// ∂C/∂W = xᵀ δ for some `rows` of x, examples in their order. δ `[rows, stride(n)]`, dW `[width, row_len(n)]`.
pub fn gradient<F: Float>(x: &SparseRows<F>, rows: &[u32], delta: &[F], dw: &mut [F], n: usize) {
    dw.fill(F::ZERO);
    part_by_part!(n, gradient_part(x, rows, delta, dw, n));
}

/// `V` vectors of each row of dW, from column `start` on.
#[inline(never)]
fn gradient_part<F: Float, const V: usize, const ROW: usize>(
    x: &SparseRows<F>,
    rows: &[u32],
    delta: &[F],
    dw: &mut [F],
    n: usize,
    start: usize,
) {
    let (row_len, part_len) = if ROW > 0 { (ROW, ROW) } else { (stride(n), V * LANES) };
    let dw = &mut dw[start..];
    let Some(last) = dw.len().checked_sub(part_len) else { return };
    for (&row, delta) in rows.iter().zip(delta.chunks_exact(stride(row_len))) {
        let delta: [F::X4; V] = std::array::from_fn(|v| vector(&delta[start + place::<ROW>(v)..]));
        x.each(row, row_len, last, |at, x_i| {
            let (x_i, dw) = (F::X4::splat(x_i), &mut dw[at..][..part_len]);
            // All sums before the first is put back: columns may be met twice.
            let sums: [F::X4; V] = std::array::from_fn(|v| vector::<F>(&dw[place::<ROW>(v)..]) + x_i * delta[v]);
            sums.into_iter().enumerate().for_each(|(v, sum)| put(&mut dw[place::<ROW>(v)..], sum));
        });
    }
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
        assert_eq!(
            SparseRows::from_dense(3, [0.0, 1.0, 0.0, 0.0, 2.0, 0.0].into_iter()).used_columns(),
            [false, true, false]
        );
        assert_eq!(entries, [vec![(0, 5.0), (1, 2.0), (3, 3.0)], vec![], vec![(0, 4.0), (2, 6.0), (3, 7.0)]]);
    }

    #[test]
    fn both_products_are_the_dense_ones_to_the_bit() {
        let mut rng = Rng::weights(1);
        let rows = [2, 0, 3];
        for (width, n) in (1..=9).flat_map(|width| (1..=44).map(move |n| (width, n))) {
            let (row, stride) = (row_len(n), stride(n));
            let mut draw = |n: usize| (0..n).map(|_| rng.unit() as f32 - 0.3).collect::<Vec<f32>>();
            let (mut x, w, b, delta) = (draw(4 * width), draw(width * row), draw(stride), draw(3 * stride));
            x.iter_mut().step_by(3).for_each(|x| *x = 0.0);
            let sparse = SparseRows::from_dense(width, x.iter().copied());
            let x = |e: usize, i: usize| x[rows[e] as usize * width + i];
            let mut z = vec![0.0; 3 * stride];
            affine(&sparse, &rows, &w, &b, &mut z, n);
            let sum = |e, j: usize| (0..width).fold(b[j], |sum, i| sum + x(e, i) * w[i * row + j]);
            let dense = (0..3).flat_map(|e| (0..stride).map(move |j| (e, j)));
            let dense: Vec<f32> = dense.map(|(e, j)| if j < row { sum(e, j) } else { 0.0 }).collect();
            assert_eq!(z, dense, "{width} inputs, {n} outputs");
            let mut dw = vec![f32::NAN; width * row];
            gradient(&sparse, &rows, &delta, &mut dw, n);
            let sum = |i, j: usize| (0..3).fold(0.0, |sum, e| sum + x(e, i) * delta[e * stride + j]);
            let dense: Vec<f32> = (0..width * row).map(|entry| sum(entry / row, entry % row)).collect();
            assert_eq!(dw, dense, "{width} inputs, {n} outputs");
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
            affine(&rows, &[0], &w, &[0.0; 4], &mut z, 4);
            assert_eq!(z[1], 3.0 * (4 * column + 1) as f64);
        }
    }

    #[test]
    fn a_matrix_without_rows_is_empty() {
        assert!(SparseRows::<f32>::from_dense(2, [].into_iter()).is_empty());
        assert!(!SparseRows::from_dense(2, [0.0, 0.0].into_iter()).is_empty());
    }
}
