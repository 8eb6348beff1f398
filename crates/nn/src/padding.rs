//! What fills up the last vector of a row.

use super::float::{Float, LANES, Lanes, lanes};
use super::product::vectors_mut;

/// The padding of rows of some length.
#[derive(Clone, Copy)]
pub struct Padding<F: Float> {
    /// 1 in the lanes of a row's last vector that belong to the row, 0 in the others.
    belongs: F::X4,
}

impl<F: Float> Padding<F> {
    /// Of rows with `columns` numbers, one at least.
    pub fn of(columns: usize) -> Self {
        let n = columns.wrapping_sub(1) % LANES + 1;
        Self { belongs: std::array::from_fn(|lane| if lane < n { F::ONE } else { F::ZERO }).into() }
    }

    /// Makes the padding of a padded row 0. By vector: a browser is slow to fill two numbers.
    #[inline(always)]
    pub fn blank(self, row: &mut [F]) {
        if let Some(last) = vectors_mut(row).last_mut() {
            let zero = lanes::<F>(0.0);
            *last = self.belongs.where_greater(zero, (*last).into(), zero).into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_row_stays_and_the_rest_is_0() {
        for columns in 1..=9usize {
            let mut row = vec![f32::NAN; columns.next_multiple_of(LANES)];
            row[..columns].fill(-7.0);
            Padding::of(columns).blank(&mut row);
            assert!(row[..columns].iter().all(|&x| x == -7.0), "{row:?}");
            assert!(row[columns..].iter().all(|&x| x == 0.0), "{row:?}");
        }
    }
}
