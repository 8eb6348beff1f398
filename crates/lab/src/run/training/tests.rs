//! Training ends with an outcome or names the number that is not finite; settings and seed determine the run.

use super::*;
use crate::recipe::Recipe;
use crate::recipe::field::{FIELDS, Kind};
use crate::run::session::tests::grey;
use nn::optimizer::RmsProp;
use nn::{Activation, Initializer, Loss, Norm, Optimizer};

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

/// Before training, the running moments of batch normalization are 0 and 1, so an evaluation does not normalize: z grows from layer to
/// layer as in the first case above.
#[test]
fn a_network_that_overflows_only_in_evaluation_trains_on() {
    let split = grey();
    let initializer = Initializer::Normal { std: 100.0 };
    let relu = Recipe::tutorial(Activation::Relu, 1);
    let recipe = Recipe { depth: 40, initializer, norm: Some(Norm::Batch), batch: 10, steps: 5, ..relu };
    let measured = one_step(&mut start(recipe, &split), Training::advance, &split).unwrap();
    assert!(measured.held_out.unwrap().loss.is_nan() && measured.sample.loss.is_finite());
}

/// A linear network of twelve layers with weights of 3 has gradients of about 10¹⁰. After one step of 100 times as much, z overflows.
#[test]
fn a_run_that_overflows_after_its_last_step_has_diverged() {
    let split = grey();
    let initializer = Initializer::Normal { std: 3.0 };
    let optimizer = Optimizer::Sgd { learning_rate: 100.0 };
    let linear = Recipe::tutorial(Activation::Identity, 1);
    let recipe = Recipe { depth: 12, initializer, optimizer, batch: 10, steps: 1, ..linear };
    let sentence = start(recipe, &split).run_to_end(&split, drop).unwrap_err().to_string();
    assert!(sentence.starts_with("training diverged at step 1: the pre-activation z of layer "), "{sentence}");
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

/// An evaluation of the held-out examples takes as long as many steps.
#[test]
fn held_out_examples_are_evaluated_before_logged_steps_only_and_not_where_nothing_is_measured() {
    let split = grey();
    // Forty examples are one batch, so an evaluation is one unit of work.
    let settings = Recipe { batch: 40, steps: 21, ..Recipe::tutorial(Activation::Tanh, 1) }.check().unwrap();
    let run = |detail| {
        let mut training = Training::new(settings, detail, &split).unwrap();
        let (mut n_units, mut have_held_out) = (0, Vec::new());
        loop {
            match training.advance(&split).unwrap() {
                Progress::Working => {}
                Progress::Measured(measured) => have_held_out.push(measured.held_out.is_some()),
                Progress::Finished(_) => break (n_units, have_held_out),
            }
            n_units += 1;
        }
    };
    // 21 steps and two evaluations at the end. Of steps 0, 10 and 20, which are measured, the first is logged.
    assert_eq!(run(Detail::Outcome), (23, vec![]));
    assert_eq!([Detail::Curves, Detail::Everything].map(run), [(); 2].map(|()| (24, vec![true, false, false])));
}

/// The example does not change, so it is sent once.
#[test]
fn an_example_comes_with_the_first_sample_in_full_detail() {
    let split = grey();
    let settings = Recipe { batch: 10, steps: 21, ..Recipe::tutorial(Activation::Tanh, 1) }.check().unwrap();
    let have_example = |detail| {
        let mut found = Vec::new();
        let mut training = Training::new(settings, detail, &split).unwrap();
        training.run_to_end(&split, |measured| found.push(measured.example.is_some())).unwrap();
        found
    };
    assert_eq!(have_example(Detail::Everything), [true, false, false]);
    assert_eq!(have_example(Detail::Curves), [false; 3]);
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
fn recent_numbers_are_means_over_all_steps_since_the_sample_before() {
    let split = grey();
    let of_batch = |sample: &Sample| -> Vec<f32> {
        let gradients = sample.layers.iter().map(|layer| layer.gradient.mean);
        [sample.loss, sample.accuracy].into_iter().chain(gradients).collect()
    };
    let recent = |sample: &Sample| -> Vec<f32> {
        let gradients = sample.layers.iter().map(|layer| layer.recent_gradient);
        [sample.recent_loss, sample.recent_accuracy].into_iter().chain(gradients).collect()
    };
    let are_near =
        |a: &[f32], b: &[f32]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-5 * b.abs());
    for clip in [None, Some(0.01)] {
        let recipe = Recipe { clip, batch: 10, steps: 21, ..Recipe::tutorial(Activation::Tanh, 1) };
        let [mut watched, mut twin] = [(); 2].map(|()| start(recipe, &split));
        let mut since: Vec<Vec<f32>> = Vec::new();
        for step in 0..21 {
            let sample = one_step(&mut watched, Training::advance_measured, &split).unwrap().sample;
            assert_eq!(sample.accuracy, watched.tape().correct as f32 / 10.0);
            assert!(are_near(&recent(&sample), &of_batch(&sample)), "{sample:?}, {clip:?}");
            since.push(of_batch(&sample));
            let Some(Measured { sample, .. }) = one_step(&mut twin, Training::advance, &split) else { continue };
            let n = since.len();
            let means: Vec<f32> =
                (0..since[0].len()).map(|i| since.iter().map(|batch| batch[i]).sum::<f32>() / n as f32).collect();
            assert!(are_near(&recent(&sample), &means), "{sample:?}, not {means:?}, {clip:?}");
            assert_eq!(n, if step == 0 { 1 } else { 10 });
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
