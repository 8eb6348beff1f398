//! Inputs as rows of their non-zero entries, and the first layer's two products with them ([`product`]). Four fifths of a digit's
//! pixels are 0, and while W and δ are finite a zero input adds nothing to any sum: the first layer leaves most of them out. Built
//! once for each data set.
//!
//! A pen lights pixels beside each other: entries are taken two columns at a time (block compressed sparse rows, blocks of 1 × 2),
//! and a column that has no neighbour is paired with a 0. Pixels have 256 values: a pair is its distance from the one before and two
//! numbers into a palette, three bytes. Examples come in random order from beyond the second cache, so that their size counts, and
//! all of a batch are asked for at once.

mod product;

pub use product::{affine, gradient, row_len};

use super::Float;
use std::ops::Range;

/// A matrix `[rows, width]` most of whose entries are 0.
#[derive(Clone, Debug)]
pub struct SparseRows<F> {
    width: usize,
    /// The values that entries have. Not in here but at an address of its own, which an entry's value is quicker to find from.
    palette: Box<[F; 256]>,
    /// Row after row; what fills up the last four of a row has value 0.
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
        debug_assert!(palette[0] == F::ZERO, "what a pair lacks has code 0");
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
        let mut last = 0;
        for (column, [first, second]) in pairs(row) {
            // A gap too long for a byte is bridged by pairs of value 0.
            while column - last > MAX_GAP {
                push(Pair { gap: u8::MAX, ..Pair::default() });
                last += MAX_GAP;
            }
            push(Pair { first, gap: (column - last) as u8, second });
            self.used[column] |= first != 0;
            self.used[column + 1] |= second != 0;
            last = column;
        }
        if n > 0 {
            self.fours.push(four);
        }
        self.ends.push(self.fours.len());
    }

    /// Rows of dense values, of which fewer than 256 differ.
    ///
    /// # Panics
    /// As [`Self::new`], and if more values differ.
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

    /// The bytes of all entries.
    pub fn entry_bytes(&self) -> usize {
        size_of_val(&*self.fours)
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

    /// Reads something of nearly every cache line of some rows, so that the processor waits for all of them at once and not row by
    /// row; first where the rows are, or each would be waited for before the next could be asked for. Computes nothing.
    #[inline(never)]
    fn fetch(&self, rows: &[u32]) {
        const FOURS_IN_A_LINE: usize = 64 / size_of::<[Pair; 4]>();
        std::hint::black_box(rows.iter().fold(0, |read, &row| read ^ self.ends[row as usize]));
        let lines = rows.iter().flat_map(|&row| self.fours(row as usize).iter().step_by(FOURS_IN_A_LINE));
        std::hint::black_box(lines.fold(0, |read, [pair, ..]| read ^ pair.first));
    }

    /// Visits every pair of a row as (first column · w_row, both values), where W has rows of `w_row` numbers. The first is at most
    /// `last`: x is no wider than W has rows. This one comparison spares those of the slices that begin there.
    #[inline(always)]
    fn each(&self, row: u32, w_row: usize, last: usize, mut visit: impl FnMut(usize, [F; 2])) {
        let mut at = 0;
        for four in self.fours(row as usize) {
            for pair in four {
                at += usize::from(pair.gap) * w_row;
                debug_assert!(at <= last, "a pair beyond W");
                if at > last {
                    return;
                }
                visit(at, [self.value(pair.first), self.value(pair.second)]);
            }
        }
    }
}

/// A row of codes in pairs: the first column of each, and both codes. They are as few as can be. Where W's rows are joined, sums go
/// by them: other pairs give other bits.
fn pairs(row: &[u8]) -> impl Iterator<Item = (usize, [u8; 2])> {
    runs(row).flat_map(move |Range { start, end }| {
        // A run of odd length needs a 0: the one before it, where that makes its pairs begin at even columns. Fewer vectors of W
        // then lie in two cache lines.
        let begin = if start % 2 == 1 && end % 2 == 0 { start - 1 } else { start };
        (begin..end).step_by(2).map(move |column| match row.get(column + 1) {
            Some(&second) => (column, [row[column], second]),
            // The last column can only be the second of a pair. The one before it is unlit or has its pair.
            None => (column - 1, [0, row[column]]),
        })
    })
}

/// Where codes other than 0 lie side by side.
fn runs(row: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        while row[next..].starts_with(&[0; 8]) {
            next += 8;
        }
        let start = next + row[next..].iter().position(|&code| code != 0)?;
        next = row[start..].iter().position(|&code| code == 0).map_or(row.len(), |len| start + len);
        Some(start..next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// Every set of lit columns in rows of 2 to 9.
    #[test]
    fn every_code_is_in_one_pair_and_pairs_are_few_and_begin_at_even_columns() {
        for (width, lit) in (2..=9usize).flat_map(|width| (0..1u32 << width).map(move |lit| (width, lit))) {
            let row: Vec<u8> =
                (0..width).map(|column| if lit >> column & 1 == 1 { column as u8 + 1 } else { 0 }).collect();
            let mut found = vec![0; width];
            for (column, [first, second]) in pairs(&row) {
                found[column] += first;
                found[column + 1] += second;
            }
            assert_eq!(found, row);
            let rows = SparseRows::new(width, std::array::from_fn(|code| code as f64), &row);
            assert!(rows.used_columns().iter().copied().eq(row.iter().map(|&code| code != 0)), "{row:?}");
            let least: usize = runs(&row).map(|run| run.len().div_ceil(2)).sum();
            assert_eq!(pairs(&row).count(), least, "{row:?}");
            let n_odd = pairs(&row).filter(|(column, _)| column % 2 == 1).count();
            // Even runs that begin at odd columns; and an odd row's last column has none after it.
            let even_runs = runs(&row).filter(|run| run.start % 2 == 1 && run.len() % 2 == 0);
            let has_last = width % 2 == 1 && runs(&row).any(|run| run.end == width && run.len() % 2 == 1);
            assert_eq!(n_odd, even_runs.map(|run| run.len() / 2).sum::<usize>() + usize::from(has_last), "{row:?}");
        }
    }

    #[test]
    fn gaps_of_any_length_lead_to_their_column() {
        for column in [0, 7, 254, 255, 256, 257, 510, 511, 512, 1_999] {
            let mut dense = vec![0.0; 2_000];
            dense[column] = 3.0;
            let rows = SparseRows::from_dense(2_000, dense.into_iter());
            assert_eq!(rows.row(0).collect::<Vec<(usize, f64)>>(), [(column, 3.0)]);
            // Pairs begin at even columns here, and each bridge is 255 columns long.
            let n_bridges = (column / 2 * 2).saturating_sub(1) / 255;
            let place = rows.fours.as_flattened().iter().position(|pair| [pair.first, pair.second] != [0; 2]);
            assert_eq!((place, rows.entry_bytes()), (Some(n_bridges), (n_bridges + 1).div_ceil(4) * 12), "{column}");
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
