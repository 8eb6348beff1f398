//! Inputs as rows of their non-zero entries, and the first layer's two products with them. Four fifths of a digit's pixels are
//! 0 and a zero input adds nothing to any sum, so the first layer reads only the others. Built once for each data set.
//!
//! A pen lights pixels beside each other: entries are taken two columns at a time (block compressed sparse rows, blocks of 1 × 2),
//! and a column that has no neighbour is paired with a 0. Pixels have 256 values: a pair is its distance from the one before and two
//! numbers into a palette, three bytes. Examples come in random order from beyond the second cache, so that their size counts, and
//! all of a batch are asked for at once.

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
    fours: Vec<[Pair; 4]>,
    /// Where each row's fours end.
    ends: Vec<usize>,
    /// Which columns have an entry in some row, `[width]`.
    used: Vec<bool>,
}

/// Two adjacent columns of a row. The distance lies between the codes, or a compiler would read those as one number and then take
/// it apart.
#[derive(Clone, Copy, Debug, Default)]
struct Pair {
    /// The place in the palette of the value in the first column.
    first: u8,
    /// Columns from the first of the pair before to this one's, or from column 0.
    gap: u8,
    /// The place of the value in the column after it.
    second: u8,
}

impl<F: Float> SparseRows<F> {
    /// Rows of `width` entries each, given as `codes` into `palette`, whose value at 0 is 0.
    ///
    /// # Panics
    /// If `width` is less than 2, and so than a pair.
    pub fn new(width: usize, palette: [F; 256], codes: &[u8]) -> Self {
        assert!(width >= 2, "a row has {width} columns, but columns are taken in pairs");
        let palette = Box::new(palette);
        let mut rows = Self { width, palette, fours: Vec::new(), ends: Vec::new(), used: vec![false; width] };
        codes.chunks_exact(width).for_each(|row| rows.push(row));
        rows
    }

    /// A function of its own, called for each row, is what a browser's compiler can replace by a faster one on the way.
    #[inline(never)]
    fn push(&mut self, row: &[u8]) {
        const MAX_GAP: usize = u8::MAX as usize;
        let (mut four, mut n) = ([Pair::default(); 4], 0);
        let mut push = |pair| {
            four[n] = pair;
            n += 1;
            if n == four.len() {
                self.fours.push(std::mem::take(&mut four));
                n = 0;
            }
        };
        let (mut last, mut next) = (0, 0);
        while next < row.len() {
            let run = row[next..].iter().take_while(|&&code| code != 0).count();
            if run == 0 {
                next += if row[next..].starts_with(&[0; 8]) { 8 } else { 1 };
                continue;
            }
            // A run of odd length needs a 0: the one before it, where that makes its pairs begin at even columns. Fewer vectors of
            // W then lie in two cache lines.
            let begin = if run % 2 == 1 && next % 2 == 1 { next - 1 } else { next };
            for column in (begin..next + run).step_by(2) {
                // The last column is the second of its pair; what the one before it holds, the pair before has.
                let start = column.min(row.len() - 2);
                let (first, second) = (if start == column { row[start] } else { 0 }, row[start + 1]);
                // A gap too long for a byte is bridged by pairs of value 0.
                while start - last > MAX_GAP {
                    push(Pair { gap: u8::MAX, ..Pair::default() });
                    last += MAX_GAP;
                }
                push(Pair { first, gap: (start - last) as u8, second });
                self.used[start] |= first != 0;
                self.used[start + 1] |= second != 0;
                last = start;
            }
            next += run;
        }
        if n > 0 {
            self.fours.push(four);
        }
        self.ends.push(self.fours.len());
    }

    /// Rows of dense values, of which fewer than 256 differ.
    ///
    /// # Panics
    /// As [`Self::new`].
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
        let pairs = self.fours(row).as_flattened().iter().scan(0, |column, pair| {
            *column += usize::from(pair.gap);
            Some([(*column, pair.first), (*column + 1, pair.second)])
        });
        pairs.flatten().filter(|&(_, code)| code != 0).map(|(column, code)| (column, self.value(code)))
    }

    fn fours(&self, row: usize) -> &[[Pair; 4]] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.fours[start..self.ends[row]]
    }

    #[inline(always)]
    fn value(&self, code: u8) -> F {
        self.palette[usize::from(code)]
    }

    /// Reads something of every cache line of some rows, so that the processor waits for all of them at once and not row by
    /// row; first where the rows are, or each would be waited for before the next could be asked for. Computes nothing.
    #[inline(never)]
    fn fetch(&self, rows: &[u32]) {
        const FOURS_IN_A_LINE: usize = 64 / size_of::<[Pair; 4]>();
        std::hint::black_box(rows.iter().fold(0, |read, &row| read ^ self.ends[row as usize]));
        let lines = rows.iter().flat_map(|&row| self.fours(row as usize).iter().step_by(FOURS_IN_A_LINE));
        std::hint::black_box(lines.fold(0, |read, [pair, ..]| read ^ pair.first));
    }

    /// Visits every pair of a row as (first column · width, both values). The first is at most `last`: x is no wider than W has
    /// rows. Asked so, once, the slices that it begins ask no more.
    #[inline(always)]
    fn each(&self, row: u32, width: usize, last: usize, mut visit: impl FnMut(usize, [F; 2])) {
        let mut at = 0;
        for four in self.fours(row as usize) {
            for pair in four {
                at += usize::from(pair.gap) * width;
                debug_assert!(at <= last, "a pair beyond W");
                if at > last {
                    return;
                }
                visit(at, [self.value(pair.first), self.value(pair.second)]);
            }
        }
    }
}

/// The row length of a first layer's W whose rows are not padded, as the tutorial's: two of them, beside each other, are five vectors
/// where padded ones are six, and all of W fits into the first cache.
const JOINED: usize = 10;
/// The vectors of two joined rows. The one in the middle has the end of the first and the beginning of the second.
const JOINED_VECTORS: usize = 2 * JOINED / LANES;

/// The length of a row of W with `n` columns.
pub const fn row_len(n: usize) -> usize {
    if n == JOINED { n } else { stride(n) }
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

/// Where vector `v` begins.
const fn place(v: usize) -> usize {
    v * LANES
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
/// or becomes b's. Inputs are summed in increasing index; where W's rows are joined, the second columns of pairs on their own.
pub fn affine<F: Float>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F], n: usize) {
    x.fetch(rows);
    if n == JOINED {
        affine_joined(x, rows, w, b, z);
    } else {
        part_by_part!(n, affine_part(x, rows, w, b, z));
    }
}

/// `V` vectors of each row of z, from column `start` on, held in registers over all inputs. All rows of x meet this part of W before
/// the next: it stays in the cache.
#[inline(never)]
fn affine_part<F: Float, const V: usize>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F], start: usize) {
    let (stride, part_len) = (b.len(), V * LANES);
    let (w, b) = (&w[start..], &b[start..]);
    let first: [F::X4; V] = std::array::from_fn(|v| vector(&b[place(v)..]));
    let Some(last) = w.len().checked_sub(stride + part_len) else { return };
    for (&row, z) in rows.iter().zip(z.chunks_exact_mut(stride)) {
        let mut sums = first;
        x.each(row, stride, last, |at, x_i| {
            let x_i = x_i.map(F::X4::splat);
            let (first, second) = w[at..][..stride + part_len].split_at(stride);
            let w = [&first[..part_len], second];
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = *sum + x_i[0] * vector(&w[0][place(v)..]) + x_i[1] * vector(&w[1][place(v)..]);
            }
        });
        let z = &mut z[start..];
        sums.into_iter().enumerate().for_each(|(v, sum)| put(&mut z[place(v)..], sum));
    }
}

#[inline(never)]
fn affine_joined<F: Float>(x: &SparseRows<F>, rows: &[u32], w: &[F], b: &[F], z: &mut [F]) {
    let Some(last) = w.len().checked_sub(2 * JOINED) else { return };
    let first = std::array::from_fn(|v| {
        std::array::from_fn(|lane| b[..JOINED].get(place(v) + lane).copied().unwrap_or(F::ZERO))
    });
    let first: [F::X4; JOINED_VECTORS] = first.map(<[F; LANES]>::into);
    for (&row, z) in rows.iter().zip(z.chunks_exact_mut(stride(JOINED))) {
        let mut sums = first;
        x.each(row, JOINED, last, |at, x_i| {
            let (x_i, w) = (in_joined_lanes(x_i), &w[at..][..2 * JOINED]);
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = *sum + x_i[v] * vector(&w[place(v)..]);
            }
        });
        let sums = sums.map(F::X4::into);
        let (firsts, seconds) = sums.as_flattened().split_at(JOINED);
        z.iter_mut().zip(firsts.iter().zip(seconds)).for_each(|(z, (&first, &second))| *z = first + second);
    }
}

/// The values of a pair in the lanes of two joined rows.
#[inline(always)]
fn in_joined_lanes<F: Float>(pair: [F; 2]) -> [F::X4; JOINED_VECTORS] {
    let (first, second) = (F::X4::splat(pair[0]), F::X4::splat(pair[1]));
    // Of vectors, and so one instruction.
    let ([a, b, ..], [.., c, d]) = (first.into(), second.into());
    [first, first, [a, b, c, d].into(), second, second]
}

/// ∂C/∂W = xᵀ δ for some `rows` of x, examples in their order. δ `[rows, stride(n)]`, dW `[width, row_len(n)]`.
pub fn gradient<F: Float>(x: &SparseRows<F>, rows: &[u32], delta: &[F], dw: &mut [F], n: usize) {
    dw.fill(F::ZERO);
    if n == JOINED {
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
    stride: usize,
    start: usize,
) {
    let part_len = V * LANES;
    let dw = &mut dw[start..];
    let Some(last) = dw.len().checked_sub(stride + part_len) else { return };
    for (&row, delta) in rows.iter().zip(delta.chunks_exact(stride)) {
        let delta: [F::X4; V] = std::array::from_fn(|v| vector(&delta[start + place(v)..]));
        x.each(row, stride, last, |at, x_i| {
            let (first, second) = dw[at..][..stride + part_len].split_at_mut(stride);
            for (x_i, dw) in x_i.into_iter().zip([&mut first[..part_len], second]) {
                let x_i = F::X4::splat(x_i);
                for (v, &delta) in delta.iter().enumerate() {
                    let sum = vector::<F>(&dw[place(v)..]) + x_i * delta;
                    put(&mut dw[place(v)..], sum);
                }
            }
        });
    }
}

#[inline(never)]
fn gradient_joined<F: Float>(x: &SparseRows<F>, rows: &[u32], delta: &[F], dw: &mut [F]) {
    let Some(last) = dw.len().checked_sub(2 * JOINED) else { return };
    for (&row, delta) in rows.iter().zip(delta.chunks_exact(stride(JOINED))) {
        let twice = std::array::from_fn(|v| std::array::from_fn(|lane| delta[(place(v) + lane) % JOINED]));
        let twice: [F::X4; JOINED_VECTORS] = twice.map(<[F; LANES]>::into);
        x.each(row, JOINED, last, |at, x_i| {
            let (x_i, dw) = (in_joined_lanes(x_i), &mut dw[at..][..2 * JOINED]);
            for v in 0..JOINED_VECTORS {
                let sum = vector::<F>(&dw[place(v)..]) + x_i[v] * twice[v];
                put(&mut dw[place(v)..], sum);
            }
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
        for (width, n) in (2..=9).flat_map(|width| (1..=44).map(move |n| (width, n))) {
            let (row, stride) = (row_len(n), stride(n));
            // Joined rows are summed in an order of their own: of these numbers every sum is exact.
            let number = |unit: f64| if n == JOINED { (64.0 * unit).round() / 64.0 } else { unit };
            let mut draw = |n: usize| (0..n).map(|_| number(rng.unit() - 0.3) as f32).collect::<Vec<f32>>();
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
        for (column, n) in [0, 7, 254, 255, 256, 257, 510, 511, 512, 1_999]
            .into_iter()
            .flat_map(|column| [(column, 4), (column, JOINED)])
        {
            let mut dense = vec![0.0; 2_000];
            dense[column] = 3.0;
            let rows = SparseRows::from_dense(2_000, dense.into_iter());
            assert_eq!(rows.row(0).collect::<Vec<(usize, f64)>>(), [(column, 3.0)]);
            let w: Vec<f64> = (0..2_000 * n).map(|i| i as f64).collect();
            let mut z = [f64::NAN; stride(JOINED)];
            affine(&rows, &[0], &w, &[0.0; stride(JOINED)][..stride(n)], &mut z[..stride(n)], n);
            assert_eq!(z[1], 3.0 * (n * column + 1) as f64);
        }
    }

    /// Every set of lit columns out of nine: each is in one pair, and the last never reaches beyond the row.
    #[test]
    fn every_pattern_is_paired_without_loss() {
        for lit in 0..1 << 9 {
            let dense: Vec<f64> = (0..9).map(|column| f64::from(lit >> column & 1) * f64::from(column + 1)).collect();
            let rows = SparseRows::from_dense(9, dense.iter().copied());
            let entries: Vec<(usize, f64)> = dense.iter().copied().enumerate().filter(|&(_, x)| x != 0.0).collect();
            assert_eq!(rows.row(0).collect::<Vec<(usize, f64)>>(), entries);
            let used: Vec<bool> = dense.iter().map(|&x| x != 0.0).collect();
            assert_eq!(rows.used_columns(), used);
        }
    }

    #[test]
    #[should_panic(expected = "a row has 1 columns, but columns are taken in pairs")]
    fn a_single_column_is_refused() {
        SparseRows::from_dense(1, [1.0].into_iter());
    }

    #[test]
    fn a_matrix_without_rows_is_empty() {
        assert!(SparseRows::<f32>::from_dense(2, [].into_iter()).is_empty());
        assert!(!SparseRows::from_dense(2, [0.0, 0.0].into_iter()).is_empty());
    }
}
