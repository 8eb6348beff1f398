//! The dense matrix product C = start + A B of forward pass, backward pass and gradient. A tile of C, 3 rows by 3 vectors, stays
//! in registers while the loop runs over the inner index, so every number loaded is used three times: with tiles of one vector a
//! training step takes 1.3 times as long, 1.8 times in wide networks. A panel of B, the columns of one tile, is first copied into contiguous memory if
//! it is not contiguous (Goto and van de Geijn, 2008), because rows of B whose distance is a power of two evict each other from
//! the cache. Every entry of C is summed in increasing inner index, so the tiling does not change its bits.
//!
//! Each tile shape is a function of its own (`#[inline(never)]`): in one large function V8 runs out of registers.

use super::{vectors, vectors_mut};
use crate::float::{Float, LANES, Lanes};

/// Rows and vectors of a tile: 9 sums, 3 vectors of B and 1 of A fit into the 16 registers of x86-64.
const TILE_ROWS: usize = 3;
const TILE_VECTORS: usize = 3;

/// The length of the scratch memory that a product with this inner length needs.
pub const fn panel_len(inner: usize) -> usize {
    inner * TILE_VECTORS * LANES
}

/// The left factor A.
#[derive(Clone, Copy)]
pub enum Left<'a, F> {
    /// A `[rows, stride]`.
    Plain { values: &'a [F], stride: usize },
    /// Aᵀ `[inner, stride]`.
    Transposed { values: &'a [F], stride: usize },
}

/// The right factor B, whose padding must be 0.
#[derive(Clone, Copy)]
pub enum Right<'a, F> {
    /// B `[inner, stride]`, with the stride of C.
    Plain(&'a [F]),
    /// Bᵀ `[columns, stride]`, of whose rows the first `inner` entries count.
    Transposed { values: &'a [F], stride: usize, inner: usize },
}

/// C = start + A B. C `[rows, stride]`; `start` `[stride]` is added to every row, nothing if `None`. `panel` is scratch memory of
/// [`panel_len`] numbers.
#[inline(never)]
pub fn matmul<F: Float>(a: Left<F>, b: Right<F>, start: Option<&[F]>, c: &mut [F], stride: usize, panel: &mut [F]) {
    let mut column = 0;
    while column < stride {
        column += LANES
            * match (stride - column) / LANES {
                1 => columns::<F, 1>(a, b, start, c, stride, column, panel),
                2 => columns::<F, 2>(a, b, start, c, stride, column, panel),
                _ => columns::<F, TILE_VECTORS>(a, b, start, c, stride, column, panel),
            };
    }
}

/// Computes `V` vectors of each row of C, from `column` on, and returns `V`.
#[inline(always)]
fn columns<F: Float, const V: usize>(
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
        Right::Plain(b) => copy_panel(b, stride, column, panel),
        Right::Transposed { values, stride, inner } => {
            vectors(transpose_panel(values, stride, inner, column, V * LANES, panel)).as_chunks().0
        }
    };
    let start = start.map(|start| &start[column..]);
    let c = &mut c[column..];
    match a {
        Left::Plain { values, stride: a_stride } => rows::<F, V, false>(values, a_stride, panel, start, c, stride),
        Left::Transposed { values, stride: a_stride } => rows::<F, V, true>(values, a_stride, panel, start, c, stride),
    }
    V
}

/// Copies the columns of `b` `[inner, stride]` from `column` on into `panel` `[inner, V]`. Vector by vector, because `memory.copy`
/// takes browsers 10 ns even for two numbers.
#[inline(always)]
fn copy_panel<'a, F: Float, const V: usize>(
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

/// Copies `width` columns of B, from `column` on, out of Bᵀ `[columns, stride]` into `panel` `[inner, width]`; columns that B does
/// not have become 0.
#[inline(never)]
fn transpose_panel<'a, F: Float>(
    b_transposed: &[F],
    stride: usize,
    inner: usize,
    column: usize,
    width: usize,
    panel: &'a mut [F],
) -> &'a [F] {
    let panel = &mut panel[..inner * width];
    let rows = b_transposed.chunks_exact(stride).skip(column).take(width);
    for j in rows.len()..width {
        panel.iter_mut().skip(j).step_by(width).for_each(|to| *to = F::ZERO);
    }
    for (j, row) in rows.enumerate() {
        panel.iter_mut().skip(j).step_by(width).zip(&row[..inner]).for_each(|(to, &value)| *to = value);
    }
    panel
}

/// Computes all rows of `V` vectors of C. A is given as Aᵀ if `TRANSPOSED`. `c` starts at the first of the columns.
#[inline(never)]
fn rows<F: Float, const V: usize, const TRANSPOSED: bool>(
    a: &[F],
    a_stride: usize,
    panel: &[[[F; LANES]; V]],
    start: Option<&[F]>,
    c: &mut [F],
    stride: usize,
) {
    let start = start.map_or([F::X4::splat(F::ZERO); V], |start| std::array::from_fn(|v| vectors(start)[v].into()));
    let (n_rows, mut row) = (c.len().div_ceil(stride), 0);
    while row < n_rows {
        let c = &mut c[row * stride..];
        let a = if TRANSPOSED { &a[row..] } else { &a[row * a_stride..] };
        row += match n_rows - row {
            1 => tile::<F, 1, V, TRANSPOSED>(a, a_stride, panel, start, c, stride),
            // Four rows are two and two: a tile of one row takes as long as one of three.
            2 | 4 => tile::<F, 2, V, TRANSPOSED>(a, a_stride, panel, start, c, stride),
            _ => tile::<F, TILE_ROWS, V, TRANSPOSED>(a, a_stride, panel, start, c, stride),
        };
    }
}

/// Computes one tile, the first `R` rows of `c`, and returns `R`.
#[inline(always)]
fn tile<F: Float, const R: usize, const V: usize, const TRANSPOSED: bool>(
    a: &[F],
    a_stride: usize,
    panel: &[[[F; LANES]; V]],
    start: [F::X4; V],
    c: &mut [F],
    stride: usize,
) -> usize {
    let mut sums = [start; R];
    if TRANSPOSED {
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

/// sums += the outer product of `R` entries of a column of A and `V` vectors of a row of B.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::stride;
    use crate::rng::Rng;

    /// A padded matrix `[rows, stride(columns)]` of random numbers.
    fn random(rows: usize, columns: usize, rng: &mut Rng) -> Vec<f32> {
        let entries = (0..rows * stride(columns)).map(|i| (i % stride(columns), rng.unit() as f32 - 0.3));
        entries.map(|(j, value)| if j < columns { value } else { 0.0 }).collect()
    }

    /// The padded transpose `[columns, stride(rows)]` of a padded matrix.
    fn transposed(padded: &[f32], columns: usize) -> Vec<f32> {
        let rows = padded.len() / stride(columns);
        let entry = |(j, i): (usize, usize)| if i < rows { padded[i * stride(columns) + j] } else { 0.0 };
        (0..columns).flat_map(|j| (0..stride(rows)).map(move |i| (j, i))).map(entry).collect()
    }

    #[test]
    fn every_entry_equals_a_plain_loop_to_the_bit() {
        let (mut rng, mut panel) = (Rng::weights(1), vec![f32::NAN; panel_len(20)]);
        for (rows, columns, inner) in (1..=7).flat_map(|r| (1..=30).flat_map(move |c| (1..=20).map(move |i| (r, c, i))))
        {
            let width = stride(columns);
            let (b, start) = (random(inner, columns, &mut rng), random(1, columns, &mut rng));
            let a = random(rows, inner, &mut rng);
            let (a_transposed, b_transposed) = (transposed(&a, inner), transposed(&b, columns));
            let by_row = Left::Plain { values: &a, stride: stride(inner) };
            let by_column = Left::Transposed { values: &a_transposed, stride: stride(rows) };
            let plain = Right::Plain(&b);
            let by_columns = Right::Transposed { values: &b_transposed, stride: stride(inner), inner };
            let start = Some(&start[..]);
            for (left, right, start) in
                [(by_row, plain, None), (by_row, plain, start), (by_column, plain, start), (by_row, by_columns, start)]
            {
                let mut c = vec![f32::NAN; rows * width];
                matmul(left, right, start, &mut c, width, &mut panel);
                let expected = |entry: usize| {
                    let (i, j) = (entry / width, entry % width);
                    let begin = start.map_or(0.0, |start| start[j]);
                    (0..inner).fold(begin, |sum, r| sum + a[i * stride(inner) + r] * b[r * width + j])
                };
                let expected: Vec<f32> = (0..c.len()).map(expected).collect();
                assert_eq!(c, expected, "{rows} rows, {columns} columns, {inner} inner");
            }
        }
    }
}
