//! A training step allocates nothing: its buffers have grown by the second step and are used again.

#![cfg(not(target_arch = "wasm32"))]

use allocation_counter::measure;
use lab::{Detail, Recipe, Training};
use nn::{Activation, Norm, Optimizer};

#[test]
fn a_step_allocates_nothing() {
    let split = folder::load(&folder::bundled()).unwrap();
    let plain = Recipe { width: 30, steps: 20, ..Recipe::tutorial(Activation::Tanh, 1) };
    let optimizers = Optimizer::ALL.map(|optimizer| Recipe { optimizer, ..plain });
    let norms = [None, Some(Norm::Batch), Some(Norm::Layer)].map(|norm| Recipe { norm, ..plain });
    for recipe in optimizers.into_iter().chain(norms) {
        for (residual, dropout, clip) in [(false, 0.0, None), (true, 0.2, Some(0.1))] {
            let settings = Recipe { residual, dropout, clip, ..recipe }.check().unwrap();
            let mut training = Training::new(settings, Detail::Everything, &split).unwrap();
            // The evaluation before step 0, then steps 0 and 1.
            while training.steps_done() < 2 {
                training.advance(&split).unwrap();
            }
            // The sample of step 10 is handed over and therefore allocated.
            let allocated = measure(|| (2..10).for_each(|_| drop(training.advance(&split).unwrap())));
            assert_eq!(allocated.count_total, 0, "{settings:?}");
        }
    }
}
