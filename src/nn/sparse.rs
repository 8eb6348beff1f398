//! Inputs as rows of their non-zero entries. Four fifths of a digit's pixels are 0 and a zero input adds nothing to any sum,
//! so the first layer reads only the others. Built once for each data set.

use super::Float;

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

    /// The non-zero entries of row `row` as (column, value).
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, F)> + '_ {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        self.entries[start..self.ends[row]].iter().map(|&(column, value)| (column.into(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_non_zero_entries_in_place() {
        let rows = SparseRows::from_dense(3, [0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 6.0].into_iter());
        let row = |r| rows.row(r).collect::<Vec<(usize, f64)>>();
        assert_eq!((rows.len(), rows.width()), (3, 3));
        assert_eq!([row(0), row(1), row(2)], [vec![(1, 2.0)], vec![], vec![(0, 4.0), (2, 6.0)]]);
    }
}
