//! Flushes optimizer memory to zero before it becomes subnormal. The memory of a weight whose gradient has ended decays
//! towards 0, and some processors compute a hundred times slower with subnormal numbers; the weights of seldom lit pixels have
//! many. Gains 9 % of a training step on an Intel Xeon of 2019 and 2 % on an AMD EPYC (Zen 4).

use super::vectors_mut;
use crate::float::{Float, Lanes, lanes};

/// Updates between two flushes. Memory that is not flushed stays normal until the next flush as long as an update does not
/// shrink it by more than a factor of 0.9: 2⁻¹¹⁴ · 0.9⁶⁴ = 6 · 10⁻³⁸, and the smallest normal `f32` is 1.2 · 10⁻³⁸. Memory that
/// decays faster soon is 0.
const INTERVAL: i32 = 64;

/// Before update `t`, replaces memory below 2⁻¹¹⁴ = 5 · 10⁻³⁵ by 0. With the usual constants that changes no weight above
/// 10⁻²²: such an m moves a weight by less than 10⁻³⁰, and such a √v is 7 · 10⁻¹⁸, beside an ε̂ of 10⁻⁸.
pub fn flush_subnormals<F: Float>(t: i32, memory: &mut [F]) {
    if t % INTERVAL != 0 {
        return;
    }
    let (threshold, zero) = (lanes::<F>(2f64.powi(-114)), lanes::<F>(0.0));
    for x in vectors_mut(memory) {
        let value = F::X4::from(*x);
        *x = threshold.where_greater(value.abs(), zero, value).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::LANES;
    use crate::optimizer::{Optimization, Optimizer};

    /// One of four gradients never ends, the others end after the first update.
    #[test]
    fn no_memory_becomes_subnormal() {
        for optimizer in Optimizer::ALL.into_iter().filter(|optimizer| optimizer.memory() > 0) {
            let (mut optimization, mut w) = (Optimization::new(optimizer, LANES), [1.0f32; LANES]);
            optimization.update(&mut w, &[1e-3, -1e-3, 1e-12, -1e-30]);
            for _ in 0..2_000 {
                optimization.update(&mut w, &[1e-3, 0.0, 0.0, 0.0]);
                let memory = optimization.memory_of(0..LANES);
                assert!(memory.iter().all(|x| *x == 0.0 || x.is_normal()), "{optimizer:?}: {memory:?}");
            }
        }
    }

    #[test]
    fn only_every_64th_update_flushes_and_only_what_is_below_the_threshold() {
        let before = [5e-35, -5e-35, 4e-35, -4e-35, 0.0, f32::MAX, -1.0, f32::INFINITY];
        let flushed = [5e-35, -5e-35, 0.0, 0.0, 0.0, f32::MAX, -1.0, f32::INFINITY];
        for (t, after) in [(1, before), (63, before), (64, flushed), (65, before), (128, flushed)] {
            let mut memory = before;
            flush_subnormals(t, &mut memory);
            assert_eq!(memory, after, "before update {t}");
        }
        let mut memory = [f32::NAN; LANES];
        flush_subnormals(64, &mut memory);
        assert!(memory.iter().all(|x| x.is_nan()), "NaN stays NaN");
    }
}
