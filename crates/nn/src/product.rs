//! The matrix product that forward pass, backward pass and gradient share: C = start + A B, every entry summed in increasing
//! inner index. Vectors run across the columns of C and never along a sum, so neither their length nor the tiling below can
//! change a bit of the result.
//!
//! Rows of B and C are padded to whole vectors ([`stride`]); B's padding must be 0, and C's then is the start's. A tile of C
//! stays in registers while the inner index runs over a panel of B, as wide as the tile; a panel that is not contiguous in B
//! is first copied into one that is (Goto and van de Geijn, 2008), or its rows would evict each other from the cache.

use super::float::{Float, LANES, Lanes};

/// Rows and vectors of a tile: 9 sums, 3 vectors of B and one of A fit into 16 registers.
const TILE_ROWS: usize = 3;
const TILE_VECTORS: usize = 3;

/// The length of a padded row of `n` numbers.
pub const fn stride(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// The room that a panel of B needs.
pub const fn panel_len(inner: usize) -> usize {
    inner * TILE_VECTORS * LANES
}

/// A as the product reads it: padded rows that are those of A, or its columns.
#[derive(Clone, Copy)]
pub enum Left<'a, F> {
    Plain { values: &'a [F], stride: usize },
    Transposed { values: &'a [F], stride: usize },
}

/// B as the product reads it.
#[derive(Clone, Copy)]
pub enum Right<'a, F> {
    /// B itself, `[inner length, stride]`.
    Plain(&'a [F]),
    /// Bᵀ `[columns, stride]`, of whose rows the first `inner` entries count. Only its panels are ever turned: no transpose of
    /// the whole is made.
    Transposed { values: &'a [F], stride: usize, inner: usize },
}

/// C = start + A B for C `[rows, stride]`; `start` is a padded row that every row of C begins with, zeros where there is none.
/// `panel` is room for a part of B, [`panel_len`] of its inner length.
#[inline(never)]
pub fn product<F: Float>(a: Left<F>, b: Right<F>, start: Option<&[F]>, c: &mut [F], stride: usize, panel: &mut [F]) {
    let mut column = 0;
    while column < stride {
        column += LANES
            * match (stride - column) / LANES {
                1 => strip::<F, 1>(a, b, start, c, stride, column, panel),
                2 => strip::<F, 2>(a, b, start, c, stride, column, panel),
                _ => strip::<F, TILE_VECTORS>(a, b, start, c, stride, column, panel),
            };
    }
}

/// The strip of C that begins at `column` and is `V` vectors wide; how many that were.
#[inline(always)]
fn strip<F: Float, const V: usize>(
    a: Left<F>,
    b: Right<F>,
    start: Option<&[F]>,
    c: &mut [F],
    stride: usize,
    column: usize,
    panel: &mut [F],
) -> usize {
    let panel = match b {
        Right::Plain(b) if V * LANES == stride => vectors(b).as_chunks().0,
        Right::Plain(b) => copied(b, stride, column, panel),
        Right::Transposed { values, stride, inner } => {
            vectors(turned(values, stride, inner, column, V * LANES, panel)).as_chunks().0
        }
    };
    let start = start.map(|start| &start[column..]);
    let c = &mut c[column..];
    match a {
        Left::Plain { values, stride: a } => columns::<F, V, false>(values, a, panel, start, c, stride),
        Left::Transposed { values, stride: a } => columns::<F, V, true>(values, a, panel, start, c, stride),
    }
    V
}

/// The panel of `b` that begins at `column`. By vector: a browser is slow to copy a few numbers.
#[inline(always)]
fn copied<'a, F: Float, const V: usize>(
    b: &[F],
    stride: usize,
    column: usize,
    panel: &'a mut [F],
) -> &'a [[[F; LANES]; V]] {
    let rows = b.chunks_exact(stride);
    let panel = &mut vectors_mut(panel).as_chunks_mut().0[..rows.len()];
    for (to, row) in panel.iter_mut().zip(rows) {
        if let Some(from) = vectors(&row[column..]).first_chunk::<V>() {
            *to = from.map(|vector| F::X4::from(vector).into());
        }
    }
    panel
}

/// The panel, beginning at `column`, of the matrix whose transpose is `values` `[columns, stride]`; 0 beyond its columns.
#[inline(never)]
fn turned<'a, F: Float>(
    values: &[F],
    stride: usize,
    inner: usize,
    column: usize,
    width: usize,
    panel: &'a mut [F],
) -> &'a [F] {
    let panel = &mut panel[..inner * width];
    let rows = values.chunks_exact(stride).skip(column).take(width);
    for j in rows.len()..width {
        panel.iter_mut().skip(j).step_by(width).for_each(|to| *to = F::ZERO);
    }
    for (j, row) in rows.enumerate() {
        panel.iter_mut().skip(j).step_by(width).zip(&row[..inner]).for_each(|(to, &value)| *to = value);
    }
    panel
}

/// All rows of the columns of one panel, `V` vectors from the first of C on. A is `TURNED` where its rows are columns. A function
/// of its own for each shape: in a larger one browsers run out of registers.
#[inline(never)]
fn columns<F: Float, const V: usize, const TURNED: bool>(
    a: &[F],
    a_stride: usize,
    panel: &[[[F; LANES]; V]],
    start: Option<&[F]>,
    c: &mut [F],
    stride: usize,
) {
    let start = start.map_or([F::X4::splat(F::ZERO); V], |start| std::array::from_fn(|v| vectors(start)[v].into()));
    let (rows, mut row) = (c.len().div_ceil(stride), 0);
    while row < rows {
        let c = &mut c[row * stride..];
        let a = if TURNED { &a[row..] } else { &a[row * a_stride..] };
        row += match rows - row {
            1 => tile::<F, 1, V, TURNED>(a, a_stride, panel, start, c, stride),
            // Four rows are two and two: a single one is as slow as three.
            2 | 4 => tile::<F, 2, V, TURNED>(a, a_stride, panel, start, c, stride),
            _ => tile::<F, TILE_ROWS, V, TURNED>(a, a_stride, panel, start, c, stride),
        };
    }
}

/// The first `R` rows of A times one panel, into the first rows of `c`; how many rows that were.
#[inline(always)]
fn tile<F: Float, const R: usize, const V: usize, const TURNED: bool>(
    a: &[F],
    a_stride: usize,
    panel: &[[[F; LANES]; V]],
    start: [F::X4; V],
    c: &mut [F],
    stride: usize,
) -> usize {
    let mut sums = [start; R];
    if TURNED {
        for (a_column, &b) in a.chunks(a_stride).zip(panel) {
            if let Some(&a_column) = a_column.first_chunk::<R>() {
                accumulate(&mut sums, a_column, b);
            }
        }
    } else {
        let a_rows: [&[F]; R] = std::array::from_fn(|r| &a[r * a_stride..][..panel.len()]);
        for (i, &b) in panel.iter().enumerate() {
            accumulate(&mut sums, a_rows.map(|a_row| a_row[i]), b);
        }
    }
    for (r, sums) in sums.into_iter().enumerate() {
        if let Some(c) = vectors_mut(&mut c[r * stride..]).first_chunk_mut::<V>() {
            *c = sums.map(F::X4::into);
        }
    }
    R
}

/// Adds the outer product of a part of a column of A and a part of a row of B.
#[inline(always)]
fn accumulate<F: Float, const R: usize, const V: usize>(sums: &mut [[F::X4; V]; R], a: [F; R], b: [[F; LANES]; V]) {
    let b = b.map(F::X4::from);
    for (sums, a) in sums.iter_mut().zip(a) {
        let a = F::X4::splat(a);
        for (sum, b) in sums.iter_mut().zip(b) {
            *sum = *sum + a * b;
        }
    }
}

/// A slice of whole vectors as such.
#[inline(always)]
pub fn vectors<F>(values: &[F]) -> &[[F; LANES]] {
    values.as_chunks().0
}

#[inline(always)]
pub fn vectors_mut<F>(values: &mut [F]) -> &mut [[F; LANES]] {
    values.as_chunks_mut().0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// A padded matrix `[rows, stride(columns)]` of drawn numbers.
    fn drawn(rows: usize, columns: usize, rng: &mut Rng) -> Vec<f32> {
        let entries = (0..rows * stride(columns)).map(|i| (i % stride(columns), rng.unit() as f32 - 0.3));
        entries.map(|(j, value)| if j < columns { value } else { 0.0 }).collect()
    }

    /// The padded transpose `[columns, stride(rows)]` of a padded matrix.
    fn turned_by_hand(padded: &[f32], columns: usize) -> Vec<f32> {
        let rows = padded.len() / stride(columns);
        let entry = |(j, i): (usize, usize)| if i < rows { padded[i * stride(columns) + j] } else { 0.0 };
        (0..columns).flat_map(|j| (0..stride(rows)).map(move |i| (j, i))).map(entry).collect()
    }

    #[test]
    fn every_entry_is_summed_in_index_order_whatever_the_tiling() {
        let (mut rng, mut panel) = (Rng::weights(1), vec![f32::NAN; panel_len(20)]);
        for (rows, columns, inner) in (1..=7).flat_map(|r| (1..=30).flat_map(move |c| (1..=20).map(move |i| (r, c, i))))
        {
            let width = stride(columns);
            let (b, start) = (drawn(inner, columns, &mut rng), drawn(1, columns, &mut rng));
            let a = drawn(rows, inner, &mut rng);
            let (a_turned, b_turned) = (turned_by_hand(&a, inner), turned_by_hand(&b, columns));
            let by_row = Left::Plain { values: &a, stride: stride(inner) };
            let by_column = Left::Transposed { values: &a_turned, stride: stride(rows) };
            let plain = Right::Plain(&b);
            let transposed = Right::Transposed { values: &b_turned, stride: stride(inner), inner };
            let start = Some(&start[..]);
            for (left, right, start) in
                [(by_row, plain, None), (by_row, plain, start), (by_column, plain, start), (by_row, transposed, start)]
            {
                let mut c = vec![f32::NAN; rows * width];
                product(left, right, start, &mut c, width, &mut panel);
                let expected = |entry: usize| {
                    let (i, j) = (entry / width, entry % width);
                    let begin = start.map_or(0.0, |start| start[j]);
                    (0..inner).fold(begin, |sum, r| sum + a[i * stride(inner) + r] * b[r * width + j])
                };
                let expected: Vec<f32> = (0..c.len()).map(expected).collect();
                assert_eq!(c, expected, "{rows} rows, {columns} columns, {inner} products");
            }
        }
    }
}
