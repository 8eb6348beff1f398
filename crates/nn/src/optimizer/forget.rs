//! What optimizers forget: the remains of gradients that are over. They decay until they are subnormal, with which some processors
//! compute a hundred times slower, and the weights of pixels that are seldom lit have many.

use crate::float::{Float, Lanes, lanes};
use crate::product::vectors_mut;

/// Every how many updates something is forgotten. Until the next time nothing that is left becomes subnormal, where it decays no
/// faster than by 0.9: 2⁻¹¹⁴ · 0.9⁶⁴ is 6 · 10⁻³⁸, and the least normal `f32` 1.2 · 10⁻³⁸. What decays faster is soon 0.
const EVERY: i32 = 64;

/// Before update `t`, makes 0 in an optimizer's memory of what is below 2⁻¹¹⁴, 5 · 10⁻³⁵: m then moves a weight by less than 10⁻³⁰,
/// and √v is 7 · 10⁻¹⁸ beside an ε̂ of 10⁻⁸. So no `f32` changes under the customary constants but weights below 10⁻²², however
/// much the gradient vanishes.
pub fn what_is_over<F: Float>(t: i32, memory: &mut [F]) {
    if t % EVERY != 0 {
        return;
    }
    let (least, zero) = (lanes::<F>(2f64.powi(-114)), lanes::<F>(0.0));
    for numbers in vectors_mut(memory) {
        let remembered = F::X4::from(*numbers);
        *numbers = least.where_greater(remembered.abs(), zero, remembered).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::LANES;
    use crate::optimizer::{Optimization, Optimizer};

    /// Of four gradients one never ends, the others do after the first update: two thousand more.
    #[test]
    fn no_memory_becomes_subnormal() {
        for optimizer in Optimizer::ALL.into_iter().filter(|optimizer| optimizer.memory() > 0) {
            let (mut optimization, mut w) = (Optimization::new(optimizer, LANES), [1.0f32; LANES]);
            optimization.update(&mut w, &[1e-3, -1e-3, 1e-12, -1e-30]);
            for _ in 0..2_000 {
                optimization.update(&mut w, &[1e-3, 0.0, 0.0, 0.0]);
                let memory = &optimization.memory[..];
                assert!(memory.iter().all(|x| *x == 0.0 || x.is_normal()), "{optimizer:?}: {memory:?}");
            }
        }
    }

    #[test]
    fn what_is_below_the_bound_is_forgotten_in_time_and_the_rest_is_kept() {
        let numbers = [5e-35, -5e-35, 4e-35, -4e-35, 0.0, f32::MAX, -1.0, f32::INFINITY];
        for (t, kept) in
            [(1, numbers), (63, numbers), (64, [5e-35, -5e-35, 0.0, 0.0, 0.0, f32::MAX, -1.0, f32::INFINITY])]
        {
            let mut memory = numbers;
            what_is_over(t, &mut memory);
            assert_eq!(memory, kept, "before update {t}");
        }
        let mut memory = [f32::NAN; LANES];
        what_is_over(64, &mut memory);
        assert!(memory.iter().all(|x| x.is_nan()), "a memory that is broken stays so");
    }
}
