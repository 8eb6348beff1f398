//! Training ends with an outcome or names the number that is not finite; settings and seed determine the run.

use super::*;
use crate::recipe::Recipe;
use crate::recipe::field::{FIELDS, Kind};
use crate::run::session::tests::grey;
use nn::optimizer::RmsProp;
use nn::{Activation, Initializer, Loss, Optimizer};

fn start(recipe: Recipe, split: &Split) -> Training {
    Training::new(recipe.check().unwrap(), Detail::Everything, split).unwrap()
}

/// The error of a run that diverges within 50 steps.
fn end(recipe: Recipe) -> String {
    let split = grey();
    let mut training = start(Recipe { batch: 10, steps: 50, ..recipe }, &split);
    training.run_to_end(&split, drop).unwrap_err().to_string()
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
            "training diverged at step 0: the loss from the outputs of layer 12 is inf",
        ),
        // g² overflows where g does not.
        (
            Recipe { depth: 9, initializer: huge, optimizer: rms, ..relu },
            "training diverged at step 0: the optimizer's memory of layer 2 is inf",
        ),
    ] {
        assert_eq!(end(recipe), sentence);
    }
}

/// Every value of every choice, and another number for every number, trains to another network, and twice to the same one.
#[test]
fn every_field_changes_the_run_and_a_seed_is_a_run() {
    let split = grey();
    let fingerprint = |recipe: &Recipe| {
        let mut training =
            start(Recipe { batch: recipe.batch.min(40), steps: recipe.steps.min(30), ..*recipe }, &split);
        training.run_to_end(&split, drop).unwrap().fingerprint
    };
    let plain = Recipe { steps: 20, ..Recipe::tutorial(Activation::Tanh, 1) };
    let with = |key: &str, text: &str| {
        let mut recipe = plain;
        // What the field needs to apply.
        for (needed, by) in [
            (("activation", "leaky"), "slope"),
            (("init", "normal"), "std"),
            (("optimizer", "rmsprop"), "momentum"),
            (("optimizer", "adamw"), "decay"),
        ] {
            if by == key {
                set(&mut recipe, needed.0, needed.1);
            }
        }
        set(&mut recipe, key, text);
        recipe
    };
    let mut recipes = vec![plain];
    for field in &FIELDS {
        match field.kind {
            Kind::Choice(all) => {
                let others = all().into_iter().map(|choice| with(field.key, choice.key));
                recipes.extend(others.filter(|recipe| *recipe != plain));
            }
            Kind::Whole { .. } => recipes.push(with(field.key, "7")),
            Kind::Real { .. } | Kind::OptionalReal { .. } => recipes.push(with(field.key, "0.015625")),
        }
    }
    let fingerprints: Vec<u64> = recipes.iter().map(fingerprint).collect();
    assert_eq!(fingerprints, recipes.iter().map(fingerprint).collect::<Vec<_>>());
    for (i, recipe) in recipes.iter().enumerate() {
        let same = fingerprints[..i].iter().position(|&other| other == fingerprints[i]);
        assert_eq!(same.map(|j| recipes[j]), None, "{recipe:?}");
    }
}

fn set(recipe: &mut Recipe, key: &str, text: &str) {
    let field = crate::recipe::Field::find(key).unwrap();
    field.set(recipe, field.parse(text).unwrap());
}

/// A run ends in the same network whatever its level of detail.
#[test]
fn what_is_measured_changes_no_bit() {
    let split = grey();
    let settings =
        Recipe { batch: 10, steps: 21, dropout: 0.2, ..Recipe::tutorial(Activation::Tanh, 1) }.check().unwrap();
    let end = |detail| {
        let (mut training, mut n_samples, mut n_histograms) = (Training::new(settings, detail, &split).unwrap(), 0, 0);
        let outcome = training.run_to_end(&split, |measured| {
            n_samples += 1;
            n_histograms += usize::from(measured.histograms.is_some());
        });
        (n_samples, n_histograms, outcome.unwrap())
    };
    let [outcome, curves, everything] = [Detail::Outcome, Detail::Curves, Detail::Everything].map(end);
    assert_eq!([outcome.0, curves.0, everything.0], [0, 3, 3]);
    assert_eq!([outcome.1, curves.1, everything.1], [0, 0, 1]);
    assert!(outcome.2 == curves.2 && curves.2 == everything.2);
}

/// No unit of work is longer than a batch, and evaluations are over all examples.
#[test]
fn evaluations_are_cut_into_batches() {
    let split = grey();
    let mut training = start(Recipe { batch: 7, steps: 1, ..Recipe::tutorial(Activation::Tanh, 1) }, &split);
    let mut units = Vec::new();
    loop {
        match training.advance(&split).unwrap() {
            Progress::Working => units.push('e'),
            Progress::Measured(measured) => {
                let held_out = measured.held_out.unwrap();
                assert_eq!((held_out.step, held_out.dead.len()), (0, 5));
                units.push('s');
            }
            Progress::Finished(outcome) => break assert_eq!(outcome.train_accuracy, outcome.held_out_accuracy),
        }
    }
    // 40 examples are six batches: held out before the step, then all that were trained on, then held out again.
    assert_eq!(String::from_iter(units), "eeeeeeseeeeeeeeeeee");
}

/// Of two equal runs, one is measured at every step and the other at every tenth step. The means of the second equal those of the
/// first.
#[test]
fn recent_gradients_are_means_over_all_steps_since_the_sample_before() {
    let split = grey();
    for clip in [None, Some(0.01)] {
        let recipe = Recipe { clip, batch: 10, steps: 21, ..Recipe::tutorial(Activation::Tanh, 1) };
        let [mut watched, mut twin] = [(); 2].map(|()| start(recipe, &split));
        let mut since = Vec::new();
        for step in 0..21 {
            let layers = one_step(&mut watched, Training::advance_measured, &split).unwrap().sample.layers;
            let near = |a: f32, b: f32| (a / b - 1.0).abs() < 1e-5;
            assert!(layers.iter().all(|layer| near(layer.recent_gradient, layer.gradient.mean)), "{step}, {clip:?}");
            since.push(layers);
            let Some(sampled) = one_step(&mut twin, Training::advance, &split) else { continue };
            for (l, layer) in sampled.sample.layers.iter().enumerate() {
                let mean = since.iter().map(|layers| layers[l].gradient.mean).sum::<f32>() / since.len() as f32;
                assert!(near(layer.recent_gradient, mean), "step {step}, layer {l}, {clip:?}");
            }
            assert_eq!(since.len(), if step == 0 { 1 } else { 10 });
            since.clear();
        }
    }
}

/// Advances to the end of the next training step, including the evaluation before it.
fn one_step(
    training: &mut Training,
    advance: fn(&mut Training, &Split) -> Result<Progress, Diverged>,
    split: &Split,
) -> Option<Measured> {
    let before = training.steps_done();
    loop {
        let progress = advance(training, split).unwrap();
        if training.steps_done() > before {
            return if let Progress::Measured(measured) = progress { Some(*measured) } else { None };
        }
    }
}
