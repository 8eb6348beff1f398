//! Inputs as sparse rows. Four fifths of a digit's pixels are 0, and a zero input contributes nothing to z or to ∂C/∂W, so
//! only the others are stored and multiplied ([`crate::kernel::sparse`]). Built once for each data set.

use super::Float;

/// A matrix `[rows, width]` in compressed sparse row format, with blocks of 1 × 2: the non-zero pixels of a pen stroke are
/// adjacent, so two columns share one column number.
#[derive(Clone, Debug)]
pub struct SparseRows<F> {
    width: usize,
    /// The values that entries can have; code 0 stands for 0. Boxed, so that a lookup is one load.
    palette: Box<[F; 256]>,
    /// Row by row, in increasing column.
    pairs: Vec<Pair>,
    /// Row i is `pairs[row_starts[i]..row_starts[i + 1]]`. `[rows + 1]`.
    row_starts: Vec<usize>,
}

/// The entries of two adjacent columns of a row, at least one of them not 0. Four bytes, because examples come in random order
/// and most of them have left the cache.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    /// The first of the two columns.
    pub column: u16,
    /// The palette's code of the entry in this column.
    pub first: u8,
    /// The palette's code of the entry in the next column.
    pub second: u8,
}

impl<F: Float> SparseRows<F> {
    /// Rows given as `codes` `[rows, width]` into a `palette` of values, whose value at 0 is 0.
    ///
    /// # Panics
    /// If `width` is not from 2 to 65,536.
    pub fn new(width: usize, palette: [F; 256], codes: &[u8]) -> Self {
        assert!((2..=1 << 16).contains(&width), "rows have 2 to 65,536 columns, not {width}");
        debug_assert!(palette[0] == F::ZERO, "code 0 is left out, so its value must be 0");
        let mut rows = Self { width, palette: Box::new(palette), pairs: Vec::new(), row_starts: vec![0] };
        codes.chunks_exact(width).for_each(|row| rows.push(row));
        rows
    }

    /// Rows given as their values `[rows, width]`, of which fewer than 256 differ.
    ///
    /// # Panics
    /// As [`Self::new`], and if more values differ.
    pub fn from_dense(width: usize, values: impl Iterator<Item = F>) -> Self {
        let mut palette = [F::ZERO; 256];
        let mut n_known = 1;
        let codes: Vec<u8> = values
            .map(|value| {
                let code = palette[..n_known].iter().position(|&known| known == value).unwrap_or(n_known);
                if code == n_known {
                    palette[n_known] = value;
                    n_known += 1;
                }
                code as u8
            })
            .collect();
        Self::new(width, palette, &codes)
    }

    fn push(&mut self, row: &[u8]) {
        let mut column = 0;
        while column < row.len() {
            if row[column] == 0 {
                column += 1;
                continue;
            }
            self.pairs.push(match row.get(column + 1) {
                Some(&second) => Pair { column: column as u16, first: row[column], second },
                // The last column is the second of its pair. The first is 0 or belongs to the pair before.
                None => Pair { column: column as u16 - 1, first: 0, second: row[column] },
            });
            column += 2;
        }
        self.row_starts.push(self.pairs.len());
    }

    pub fn len(&self) -> usize {
        self.row_starts.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// The non-zero entries of a row as (column, x), in increasing column.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, F)> {
        let entries = self.pairs(row).iter().flat_map(|pair| {
            let column = usize::from(pair.column);
            [(column, pair.first), (column + 1, pair.second)]
        });
        entries.filter(|&(_, code)| code != 0).map(|(column, code)| (column, self.value(code)))
    }

    #[inline(always)]
    pub(crate) fn pairs(&self, row: usize) -> &[Pair] {
        &self.pairs[self.row_starts[row]..self.row_starts[row + 1]]
    }

    #[inline(always)]
    pub(crate) fn value(&self, code: u8) -> F {
        self.palette[usize::from(code)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(rows: &SparseRows<f64>, row: usize) -> Vec<(usize, f64)> {
        rows.row(row).collect()
    }

    #[test]
    fn rows_keep_their_non_zero_entries_in_place() {
        let rows = SparseRows::from_dense(4, [5.0, 2.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 6.0, 7.0].into_iter());
        assert_eq!((rows.len(), rows.width()), (3, 4));
        assert_eq!(entries(&rows, 0), [(0, 5.0), (1, 2.0), (3, 3.0)]);
        assert_eq!(entries(&rows, 1), []);
        assert_eq!(entries(&rows, 2), [(0, 4.0), (2, 6.0), (3, 7.0)]);
    }

    /// All sets of non-zero columns in rows of 2 to 9.
    #[test]
    fn every_entry_is_in_one_pair() {
        for (width, lit) in (2..=9usize).flat_map(|width| (0..1u32 << width).map(move |lit| (width, lit))) {
            let codes: Vec<u8> = (0..width).map(|i| if lit >> i & 1 == 1 { i as u8 + 1 } else { 0 }).collect();
            let rows = SparseRows::new(width, std::array::from_fn(|code| code as f64), &codes);
            let expected = codes.iter().enumerate().filter(|&(_, &code)| code != 0);
            assert!(rows.row(0).eq(expected.map(|(column, &code)| (column, f64::from(code)))), "{codes:?}");
            assert!(rows.pairs(0).iter().all(|pair| usize::from(pair.column) + 1 < width), "{codes:?}");
        }
    }

    #[test]
    #[should_panic(expected = "rows have 2 to 65,536 columns, not 1")]
    fn a_single_column_is_refused() {
        SparseRows::from_dense(1, [1.0].into_iter());
    }

    #[test]
    fn a_matrix_without_rows_is_empty() {
        assert!(SparseRows::<f32>::from_dense(2, [].into_iter()).is_empty());
        assert!(!SparseRows::from_dense(2, [0.0, 0.0].into_iter()).is_empty());
    }
}
