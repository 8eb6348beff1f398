//! Room for numbers that vectors are loaded from. An allocator promises four bytes, or eight, but a vector that straddles two
//! cache lines costs two loads: left to chance, one step took up to a quarter longer than another.

use super::Float;
use std::ops::{Deref, DerefMut};

/// Bytes of a cache line.
const LINE: usize = 64;

/// Numbers that begin at a cache line; as a slice, `[n]`.
#[derive(Debug, Default)]
pub struct Buffer<F> {
    /// Longer by a cache line than what is used.
    values: Vec<F>,
    start: usize,
    n: usize,
}

impl<F: Float> Buffer<F> {
    pub fn zeros(n: usize) -> Self {
        let values = vec![F::ZERO; n + LINE / size_of::<F>()];
        // In numbers; one that cannot be said (only an interpreter answers so) is 0, which is right but slow.
        let start = values.as_ptr().align_offset(LINE);
        Self { start: if start <= values.len() - n { start } else { 0 }, values, n }
    }
}

impl<F> Deref for Buffer<F> {
    type Target = [F];
    fn deref(&self) -> &[F] {
        &self.values[self.start..self.start + self.n]
    }
}

impl<F> DerefMut for Buffer<F> {
    fn deref_mut(&mut self) -> &mut [F] {
        &mut self.values[self.start..self.start + self.n]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_begin_at_a_cache_line() {
        let buffers = [0, 1, 4, 15, 16, 17, 1000].map(|n| (n, Buffer::<f32>::zeros(n)));
        for (n, buffer) in &buffers {
            assert_eq!(**buffer, vec![0.0; *n]);
            assert_eq!(buffer.as_ptr().addr() % LINE, 0);
        }
    }
}
