//! The optimized loops. Everything else in this crate is written to be read first; a loop is here because a plain one takes at
//! least 5 % longer for a whole training step. Each file starts with what it does, why, and what it gains.
//!
//! | file | loop |
//! |---|---|
//! | [`matmul`] | the dense products a W, aᵀ δ and δ Wᵀ |
//! | [`sparse`] | the first layer's products x W and xᵀ δ |
//! | [`update`] | one pass of an optimizer over all parameters |
//! | [`elementary`] | exp and tanh of four numbers at once |
//! | [`sum`] | Σ \|x\| and √ Σ x² |
//! | [`subnormal`] | flushing of optimizer memory that would become subnormal |
//! | [`buffer`] | memory aligned to cache lines |
//!
//! Kernels see matrices as flat slices `[rows, stride]`: each row is padded to whole vectors of [`LANES`] numbers. Vectors run
//! across the units of a layer and never along a sum, so every sum has one fixed order and the bits do not depend on the tiling.

pub mod buffer;
pub mod elementary;
pub mod matmul;
pub mod sparse;
pub mod subnormal;
pub mod sum;
pub mod update;

use crate::float::LANES;

/// The length of a row of `n` numbers with its padding.
pub const fn stride(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// A slice as vectors. A rest shorter than a vector is left out; padded rows have none.
#[inline(always)]
pub fn vectors<F>(values: &[F]) -> &[[F; LANES]] {
    values.as_chunks().0
}

/// A mutable slice as vectors.
#[inline(always)]
pub fn vectors_mut<F>(values: &mut [F]) -> &mut [[F; LANES]] {
    values.as_chunks_mut().0
}
