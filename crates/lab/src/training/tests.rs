//! What training promises: it ends well, or says where it left the numbers; its settings and seed are the run.

use super::*;
use crate::Recipe;
use crate::session::tests::grey;
use nn::optimizer::RmsProp;
use nn::{Activation, Initializer, Loss, Norm, Optimizer};

/// How a run diverges, within 50 steps.
fn end(recipe: Recipe) -> String {
    let split = grey();
    let settings = Recipe { batch: 10, steps: 50, ..recipe }.check().unwrap();
    let mut training = Training::new(settings, &split.train).unwrap();
    (0..50).find_map(|_| training.step(&split).err()).unwrap().to_string()
}

#[test]
fn a_run_that_diverges_names_the_step_the_quantity_and_the_layer() {
    let huge = Initializer::Normal { std: 100.0 };
    let relu = Recipe::tutorial(Activation::Relu, 1);
    let rms = Optimizer::RmsProp(RmsProp { learning_rate: 100.0, ..RmsProp::KERAS });
    for (recipe, sentence) in [
        // Weights of 100 and ten units make z about 220 times larger from layer to layer, from about 1,000 on:
        // 1,000 · 220¹⁶ is beyond 3.4 · 10³⁸.
        (
            Recipe { depth: 20, initializer: huge, ..relu },
            "training diverged at step 0: the pre-activation z of layer 17 is -inf",
        ),
        (
            Recipe { depth: 12, initializer: huge, activation: Activation::Identity, loss: Loss::HalfSquared, ..relu },
            "training diverged at step 0: the loss is inf",
        ),
        // g² overflows where g does not.
        (
            Recipe { depth: 9, initializer: huge, optimizer: rms, ..relu },
            "training diverged at step 0: the optimizer's memory is not finite",
        ),
    ] {
        assert_eq!(end(recipe), sentence);
    }
}

#[test]
fn too_few_digits_get_a_sentence() {
    let settings = Recipe { batch: 41, ..Recipe::tutorial(Activation::Relu, 1) }.check().unwrap();
    let error = Training::new(settings, &grey().train).err().unwrap();
    assert_eq!(error.to_string(), "there are 40 digits to train on, but a batch needs 41");
}

#[test]
fn every_control_changes_the_run_and_a_seed_is_a_run() {
    let split = grey();
    let fingerprint = |recipe: Recipe| {
        let settings = Recipe { batch: recipe.batch.min(40), steps: 20, ..recipe }.check().unwrap();
        let mut training = Training::new(settings, &split.train).unwrap();
        (0..20).for_each(|_| drop(training.step(&split).unwrap()));
        training.fingerprint()
    };
    let plain = Recipe::tutorial(Activation::Tanh, 1);
    let mut recipes = vec![
        plain,
        Recipe { seed: 2, ..plain },
        Recipe { norm: Some(Norm::Batch), ..plain },
        Recipe { norm: Some(Norm::Layer), ..plain },
        Recipe { residual: true, ..plain },
        Recipe { dropout: 0.2, ..plain },
        Recipe { clip: Some(0.01), ..plain },
        Recipe { batch: 7, ..plain },
        Recipe { depth: 5, ..plain },
        Recipe { width: 9, ..plain },
        Recipe { loss: Loss::HalfSquared, ..plain },
    ];
    recipes.extend(Activation::ALL.iter().filter(|a| a.key() != "tanh").map(|&a| Recipe { activation: a, ..plain }));
    recipes.extend(Initializer::ALL.iter().skip(3).map(|&i| Recipe { initializer: i, ..plain }));
    let others = Optimizer::ALL.into_iter().filter(|optimizer| optimizer.key() != "adam");
    let variants =
        |rule: Optimizer| [Some(rule), rule.with_kept(0.5), rule.with_weight_decay(0.5)].into_iter().flatten();
    recipes.extend(others.flat_map(variants).map(|optimizer| Recipe { optimizer, ..plain }));
    let fingerprints: Vec<u64> = recipes.iter().map(|&recipe| fingerprint(recipe)).collect();
    let again: Vec<u64> = recipes.iter().map(|&recipe| fingerprint(recipe)).collect();
    assert_eq!(fingerprints, again);
    let different: std::collections::BTreeSet<_> = fingerprints.iter().collect();
    assert_eq!(different.len(), recipes.len());
}

/// One run measured at every step, its twin at every tenth: what the twin says of ten steps is the mean of the other's ten.
#[test]
fn recent_gradients_are_means_over_all_steps_since_the_sample_before() {
    let split = grey();
    for clip in [None, Some(0.01)] {
        let recipe = Recipe { clip, batch: 10, steps: 21, ..Recipe::tutorial(Activation::Tanh, 1) };
        let start = || Training::new(recipe.check().unwrap(), &split.train).unwrap();
        let (mut watched, mut twin) = (start(), start());
        let mut since = Vec::new();
        for step in 0..21 {
            let layers = watched.step_measured(&split).unwrap().sample.layers;
            let near = |a: f32, b: f32| (a / b - 1.0).abs() < 1e-5;
            assert!(layers.iter().all(|layer| near(layer.recent_gradient, layer.gradient.mean)), "{step}, {clip:?}");
            since.push(layers);
            let Some(sampled) = twin.step(&split).unwrap() else { continue };
            for (l, layer) in sampled.sample.layers.iter().enumerate() {
                let mean = since.iter().map(|layers| layers[l].gradient.mean).sum::<f32>() / since.len() as f32;
                assert!(near(layer.recent_gradient, mean), "step {step}, layer {l}, {clip:?}");
            }
            assert_eq!(since.len(), if step == 0 { 1 } else { 10 });
            since.clear();
        }
    }
}
