//! Numbers side by side: rows without their padding, and a matrix without most of its zeros.

use nn::float::LANES;
use wide::u32x4;

/// A matrix's numbers, of which some zeros may be left out.
#[derive(Clone, Copy)]
pub struct Packed<'a> {
    pub values: &'a [f32],
    /// How many zeros are left out of `values`.
    pub zeros: u32,
}

impl<'a> Packed<'a> {
    /// Rows, `[rows, columns]`, each padded to whole vectors, without their padding.
    pub fn rows(padded: &'a [f32], columns: usize, room: &'a mut Vec<f32>) -> Self {
        let stride = columns.next_multiple_of(LANES);
        if stride == columns {
            return Self { values: padded, zeros: 0 };
        }
        grow(room, padded.len());
        match stride / LANES {
            1 => short_rows::<1>(padded, columns, room),
            2 => short_rows::<2>(padded, columns, room),
            3 => short_rows::<3>(padded, columns, room),
            _ => long_rows(padded, columns, room),
        }
        Self { values: &room[..padded.len() / stride * columns], zeros: 0 }
    }

    /// The same where many neighbours are 0: whole blocks of zeros are left out, if rows have no padding.
    pub fn sparse_rows(padded: &'a [f32], columns: usize, room: &'a mut Vec<f32>) -> Self {
        if columns.is_multiple_of(LANES) { without_zeros(padded, room) } else { Self::rows(padded, columns, room) }
    }

    /// How many numbers the matrix has.
    pub fn len(&self) -> usize {
        self.values.len() + self.zeros as usize
    }
}

/// Rows of `V` vectors. The padding of each lies where the next row begins.
fn short_rows<const V: usize>(padded: &[f32], columns: usize, room: &mut [f32]) {
    for (row, start) in padded.as_chunks().0.as_chunks::<V>().0.iter().zip((0..).step_by(columns)) {
        if let Some(to) = room[start..].as_chunks_mut::<LANES>().0.first_chunk_mut::<V>() {
            *to = *row;
        }
    }
}

/// By columns of vectors, the last first, for its padding lies where the next row begins. By rows it would be copying, which a browser
/// is slow to begin.
fn long_rows(padded: &[f32], columns: usize, room: &mut [f32]) {
    let stride = columns.next_multiple_of(LANES);
    for start in (0..stride).step_by(LANES).rev() {
        for (row, to) in padded.chunks_exact(stride).zip((start..).step_by(columns)) {
            room[to..][..LANES].copy_from_slice(&row[start..][..LANES]);
        }
    }
}

/// Room for `n` numbers. It never shrinks, or all of it would have to be filled again for the next large matrix.
fn grow(room: &mut Vec<f32>, n: usize) {
    if room.len() < n {
        room.resize(n, 0.0);
    }
}

/// Numbers at once that are left out where all are 0.
const ZERO_BLOCK: usize = 4 * LANES;

/// Numbers without whole blocks of zeros.
fn without_zeros<'a>(values: &[f32], room: &'a mut Vec<f32>) -> Packed<'a> {
    grow(room, values.len());
    let ((blocks, rest), kept) = (values.as_chunks::<ZERO_BLOCK>(), room.as_chunks_mut().0);
    let mut n = 0;
    for block in blocks {
        kept[n] = *block;
        // Without a branch that the processor would guess wrong. −0 is kept: it is not all zeros in bits.
        let [a, b, c, d]: [u32x4; 4] = bytemuck::cast(*block);
        let [half, other]: [u64; 2] = bytemuck::cast((a | b) | (c | d));
        n += usize::from(half | other != 0);
    }
    let n = n * ZERO_BLOCK + rest.len();
    room[n - rest.len()..n].copy_from_slice(rest);
    Packed { values: &room[..n], zeros: (values.len() - n) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lose_their_padding_and_nothing_else() {
        let mut room = Vec::new();
        for columns in (1usize..=17).chain([30, 263]) {
            for n_rows in [0, 1, 2, 33] {
                let values: Vec<f32> = (0..n_rows * columns).map(|i| i as f32).collect();
                let padding = vec![f32::NAN; columns.next_multiple_of(LANES) - columns];
                let padded: Vec<f32> = values.chunks(columns).flat_map(|row| [row, &padding].concat()).collect();
                let packed = Packed::rows(&padded, columns, &mut room);
                assert_eq!((packed.values, packed.zeros), (&values[..], 0), "{n_rows}, {columns}");
            }
        }
    }

    #[test]
    fn blocks_of_zeros_are_left_out_and_no_other() {
        let mut room = Vec::new();
        for place in 0..ZERO_BLOCK {
            for lone in [1e-45, -0.0] {
                let mut values = [0.0; 3 * ZERO_BLOCK];
                values[ZERO_BLOCK + place] = lone;
                let packed = Packed::sparse_rows(&values, 8, &mut room);
                assert_eq!((packed.values.len(), packed.zeros), (ZERO_BLOCK, 2 * ZERO_BLOCK as u32));
                assert_eq!(packed.values[place].to_bits(), lone.to_bits());
            }
        }
        // Equal bits cancel each other in no pair of vectors.
        for [one, other] in [[0, 1], [2, 3], [1, 2]] {
            let mut values = [0.0; ZERO_BLOCK];
            values[one * LANES] = 0.5;
            values[other * LANES] = 0.5;
            assert_eq!(Packed::sparse_rows(&values, 8, &mut room).values, values);
        }
        let packed = Packed::sparse_rows(&[0.0; ZERO_BLOCK + LANES], LANES, &mut room);
        assert_eq!((packed.values, packed.len()), (&[0.0; LANES][..], ZERO_BLOCK + LANES));
    }
}
