//! Networks with absurd settings: every run ends with finite numbers or says which quantity of which layer was not finite, and at which
//! step. `cargo test -p lab --test divergence -- --nocapture` prints how many.

use lab::data::{Dataset, Split};
use lab::measure::Detail;
use lab::measure::sample::Sample;
use lab::recipe::Recipe;
use lab::run::{Diverged, Measured, Training};
use nn::{Activation, Initializer, Loss, Norm, Optimizer, SparseRows};
use std::collections::BTreeMap;

const STEPS: u32 = 25;

/// Forty images of sixteen pixels in ten classes.
fn images() -> Split {
    let x = SparseRows::from_dense(16, (0..40 * 16).map(|i| (i * 7 % 11) as f32 / 10.0));
    let dataset = Dataset { x, labels: (0..40).map(|i| i % 10).collect(), columns: 4 };
    Split::new(dataset.clone(), dataset).unwrap()
}

/// Every activation, loss and optimizer with extreme rates, initial weights and depths.
fn recipes() -> Vec<Recipe> {
    let mut recipes = Vec::new();
    for (activation, loss) in Activation::ALL.into_iter().flat_map(|a| Loss::ALL.map(|loss| (a, loss))) {
        for optimizer in Optimizer::ALL {
            let plain =
                Recipe { width: 4, batch: 10, steps: STEPS, loss, optimizer, ..Recipe::tutorial(activation, 1) };
            let mut fast = plain;
            *fast.optimizer.learning_rate_mut() = 100.0;
            let huge = Initializer::Normal { std: 100.0 };
            recipes.extend([
                Recipe { seed: 2, ..fast },
                Recipe { initializer: huge, depth: 3, seed: 3, ..fast },
                Recipe { initializer: huge, depth: 14, seed: 4, ..plain },
                Recipe { initializer: huge, depth: 40, norm: Some(Norm::Batch), seed: 5, ..fast },
                Recipe {
                    initializer: huge,
                    depth: 20,
                    norm: Some(Norm::Layer),
                    dropout: 0.9,
                    clip: Some(1.0),
                    ..plain
                },
                Recipe { initializer: huge, depth: 20, width: 1, residual: true, batch: 40, ..fast },
            ]);
        }
    }
    recipes
}

#[test]
fn absurd_settings_end_in_finite_numbers_or_in_a_sentence() {
    let split = images();
    let recipes = recipes();
    let mut ends = BTreeMap::<&str, usize>::new();
    for recipe in &recipes {
        let mut training = Training::new(recipe.check().unwrap(), Detail::Curves, &split).unwrap();
        let is_finite = |measured: Measured| {
            let Sample { loss, accuracy, recent_loss, .. } = measured.sample;
            assert!([loss, accuracy, recent_loss].iter().all(|number| number.is_finite()), "{recipe:?}");
        };
        let end = match training.run_to_end(&split, is_finite) {
            Ok(outcome) => {
                let shares = [outcome.train_accuracy, outcome.held_out_accuracy];
                assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{recipe:?}");
                assert!(training.mlp().parameters().iter().all(|w| w.is_finite()), "{recipe:?}");
                assert!(training.tape().is_finite(training.mlp()), "{recipe:?}");
                "finished"
            }
            Err(diverged) => {
                let Diverged { step, what } = &diverged;
                assert!(
                    *step <= STEPS && (what.layer as usize) < recipe.depth && !what.value.is_finite(),
                    "{recipe:?}"
                );
                let (quantity, layer) = (what.quantity.label(), what.layer + 1);
                let start = format!("training diverged at step {step}: the {quantity} of layer {layer} is ");
                let sentence = diverged.to_string();
                assert!(["inf", "-inf", "NaN"].contains(&&sentence[start.len()..]), "{sentence}");
                quantity
            }
        };
        *ends.entry(end).or_default() += 1;
    }
    println!("{} networks: {ends:?}", recipes.len());
    assert!(recipes.len() >= 500 && ends["finished"] < recipes.len() && ends.len() >= 7, "{ends:?}");
}
