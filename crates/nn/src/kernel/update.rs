//! One pass of an optimizer over all parameters. While w, its gradient and the optimizer's memory are in registers, it also
//! sums |∂C/∂W| by layer and checks that everything is finite: separate passes would make a training step of the tutorial a third
//! longer. Memory is checked number by number only after a large gradient, which gains 5 %.

use super::sum::{BLOCK, lane_sum};
use super::{vectors, vectors_mut};
use crate::finite::{FiniteCheck, all_finite};
use crate::float::{Float, LANES, Lanes, lanes};
use crate::optimizer::Rule;
use std::ops::Range;

/// If the sum of some |g| is below this, their updates keep memory finite as long as they keep w finite: no g² is above 10³⁰, m and
/// v are moving averages of g and g², and the velocity of momentum is added to w.
pub const SAFE_SUM: f64 = 1e15;

/// Contiguous parameters, whole vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub range: Range<usize>,
    /// The layer, if the parameters belong to its W.
    pub layer: Option<usize>,
}

/// What an update reads and writes.
pub struct Update<'a, F> {
    /// `[parameters]`.
    pub parameters: &'a mut [F],
    /// `[parameters]`.
    pub gradient: &'a [F],
    /// The `M` numbers that a rule remembers of each parameter, vector by vector: `[parameters / 4, M, 4]`.
    pub memory: &'a mut [F],
    /// The parameters that are updated.
    pub parts: &'a [Part],
    /// Receives Σ |∂C/∂W| of each layer. `[layers]`.
    pub gradient_sums: &'a mut [f64],
}

impl<F: Float> Update<'_, F> {
    /// Applies `rule` to every parameter. Returns whether all results are finite.
    pub fn apply<const M: usize>(self, rule: impl Rule<F, M>) -> bool {
        let memory = vectors_mut(self.memory).as_chunks_mut().0;
        run(vectors_mut(self.parameters), vectors(self.gradient), memory, self.parts, self.gradient_sums, rule)
    }

    /// The same for a rule without memory.
    pub fn apply_without_memory(self, rule: impl Rule<F, 0>) -> bool {
        // Elements of size zero: nothing is allocated.
        let mut memory = vec![[]; self.parameters.len() / LANES];
        run(vectors_mut(self.parameters), vectors(self.gradient), &mut memory, self.parts, self.gradient_sums, rule)
    }
}

#[inline(never)]
fn run<F: Float, const M: usize>(
    parameters: &mut [[F; LANES]],
    gradient: &[[F; LANES]],
    memory: &mut [[[F; LANES]; M]],
    parts: &[Part],
    gradient_sums: &mut [f64],
    rule: impl Rule<F, M>,
) -> bool {
    gradient_sums.fill(0.0);
    let (mut is_finite, mut is_safe) = (true, true);
    for Part { range, layer } in parts {
        let range = range.start / LANES..range.end / LANES;
        let (w, g) = (&mut parameters[range.clone()], &gradient[range.clone()]);
        let blocks = w.chunks_mut(BLOCK).zip(g.chunks(BLOCK)).zip(memory[range].chunks_mut(BLOCK));
        for ((w, g), memory) in blocks {
            let (block_sum, block_is_finite) = update_block(w, g, memory, &rule);
            is_finite &= block_is_finite;
            is_safe &= block_sum < SAFE_SUM;
            if let Some(sum) = layer.and_then(|l| gradient_sums.get_mut(l)) {
                *sum += block_sum;
            }
        }
    }
    is_finite && (is_safe || all_finite(memory.as_flattened().as_flattened()))
}

/// Updates one block. Returns Σ |g| and whether the new w are finite.
#[inline(always)]
fn update_block<F: Float, const M: usize>(
    w: &mut [[F; LANES]],
    g: &[[F; LANES]],
    memory: &mut [[[F; LANES]; M]],
    rule: &impl Rule<F, M>,
) -> (f64, bool) {
    let mut check = FiniteCheck::<F>::new();
    let mut sum = lanes::<F>(0.0);
    for ((w, &g), memory) in w.iter_mut().zip(g).zip(memory) {
        let g = F::X4::from(g);
        let (new_w, new_memory) = rule(F::X4::from(*w), g, memory.map(F::X4::from));
        check.include(new_w);
        sum = sum + g.abs();
        *w = new_w.into();
        *memory = new_memory.map(F::X4::into);
    }
    (lane_sum::<F>(sum), check.is_finite())
}
