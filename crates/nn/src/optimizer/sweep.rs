//! One update's way through all parameters that move. It sums |∂C/∂W| by layer, which costs little where each number is in a
//! register anyway, and the sums also say that no memory can have become infinite: squares overflow from 1.8 · 10¹⁹ on, Adam's sum
//! of many of them somewhat sooner. Where it is asked to, it sums |Δw| too.

use super::moving::Stretch;
use crate::finite::{Watch, all_finite};
use crate::float::{Float, LANES, Lanes, lanes};
use crate::magnitude::total;
use crate::product::{vectors, vectors_mut};

/// Where the sum of some |g| is below it, every memory stays finite as long as w does: no g² is above 10³⁰. RMSprop's memory is a
/// mean of squares; Adam's are sums, of squares at most 1 / (1 − β₂) ≤ 10⁶ times the largest of them, of g at most as many times;
/// what momentum remembers is added to w.
pub(super) const SMALL: f64 = 1e15;

/// All that a rule goes through in one update.
pub struct Sweep<'a, F> {
    pub parameters: &'a mut [F],
    pub gradient: &'a [F],
    pub memory: &'a mut [F],
    pub moving: &'a [Stretch],
    /// To be added to, `[layers]`; none where there are no layers.
    pub sums: &'a mut [LayerSums],
    pub measures_moves: bool,
}

/// What an update found in a layer's W.
#[derive(Clone, Copy, Debug, Default)]
pub struct LayerSums {
    /// Σ |∂C/∂W|.
    pub gradient: f64,
    /// Σ |Δw|; 0 after an update that did not measure it.
    pub moved: f64,
}

impl<F: Float> Sweep<'_, F> {
    /// Applies `rule` to every moving vector of parameters with its gradient and its `M` vectors of memory: (w, g, memory) to
    /// the new w and memory. Whether all of them are finite.
    #[inline(always)]
    pub fn apply<const M: usize>(mut self, rule: impl Fn(F::X4, F::X4, [F::X4; M]) -> (F::X4, [F::X4; M])) -> bool {
        let memory = vectors_mut(std::mem::take(&mut self.memory));
        self.through(memory.as_chunks_mut().0, rule) || all_finite(self.parameters) && all_finite(memory.as_flattened())
    }

    /// The same for a rule without memory, (w, g) to the new w.
    #[inline(always)]
    pub fn apply_without_memory(mut self, rule: impl Fn(F::X4, F::X4) -> F::X4) -> bool {
        // Of size zero, as many as there are vectors.
        let mut memory = vec![[]; self.parameters.len() / LANES];
        self.through(&mut memory, |w, g, []| (rule(w, g), [])) || all_finite(self.parameters)
    }

    /// Whether it is certain that all is finite after it.
    #[inline(always)]
    fn through<const M: usize>(
        &mut self,
        memory: &mut [[[F; LANES]; M]],
        rule: impl Fn(F::X4, F::X4, [F::X4; M]) -> (F::X4, [F::X4; M]),
    ) -> bool {
        if self.measures_moves {
            self.through_stretches::<M, true>(memory, rule)
        } else {
            self.through_stretches::<M, false>(memory, rule)
        }
    }

    #[inline(always)]
    fn through_stretches<const M: usize, const MOVES: bool>(
        &mut self,
        memory: &mut [[[F; LANES]; M]],
        rule: impl Fn(F::X4, F::X4, [F::X4; M]) -> (F::X4, [F::X4; M]),
    ) -> bool {
        let (parameters, gradient) = (vectors_mut(self.parameters), vectors(self.gradient));
        let (mut watch, mut is_small) = (Watch::<F>::new(), true);
        for Stretch { vectors, w_of } in self.moving {
            let (w, g) = (&mut parameters[vectors.clone()], &gradient[vectors.clone()]);
            let (mut sum, mut moved) = (lanes::<F>(0.0), lanes::<F>(0.0));
            for ((w, &g), memory) in w.iter_mut().zip(g).zip(&mut memory[vectors.clone()]) {
                let (old_w, g) = (F::X4::from(*w), F::X4::from(g));
                let (new_w, new_memory) = rule(old_w, g, memory.map(F::X4::from));
                watch.see(new_w);
                sum = sum + g.abs();
                if MOVES {
                    moved = moved + (new_w - old_w).abs();
                }
                *w = new_w.into();
                *memory = new_memory.map(F::X4::into);
            }
            let sum = total::<F>(sum);
            is_small &= sum < SMALL;
            if let Some(sums) = w_of.and_then(|l| self.sums.get_mut(l)) {
                sums.gradient += sum;
                sums.moved += total::<F>(moved);
            }
        }
        is_small && watch.is_calm()
    }
}
