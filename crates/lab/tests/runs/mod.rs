//! What runs must come to, bit for bit, wherever they run: natively and in every browser.

use lab::Split;
use lab::{Detail, Recipe, Training};
use nn::{Activation, Initializer, Loss, Norm, Optimizer};

/// A run and the fingerprint that its weights end with.
pub struct Run {
    pub name: &'static str,
    pub recipe: Recipe,
    pub fingerprint: u64,
}

/// The default experiment, further activations, a wide network, and whatever else the trainer can do, in few runs.
///
/// Fingerprints pin the program to itself, not to an authority: a change of the digits, the generator, an elementary function
/// or the order of a sum changes those that it touches, and is then a new specification: increase [`lab::run::VERSION`].
pub fn all() -> Vec<Run> {
    let run = |name, recipe, fingerprint| Run { name, recipe, fingerprint };
    let tutorial = |activation| Recipe::tutorial(activation, 1);
    let short = |activation, width, batch, steps| Recipe { width, batch, steps, ..tutorial(activation) };
    vec![
        run("sigmoid", tutorial(Activation::Sigmoid), 0x5333_8340_7979_11f5),
        run("ReLU", tutorial(Activation::Relu), 0x867b_b448_3158_defd),
        run("leaky 0.01", tutorial(Activation::LeakyRelu { slope: 0.01 }), 0xa7e1_95d9_4e32_a3a6),
        run("leaky 0.2", tutorial(Activation::LeakyRelu { slope: 0.2 }), 0x537e_a525_21f9_a6f9),
        run("tanh", tutorial(Activation::Tanh), 0xe846_aa98_b5cd_5143),
        run("wide", Recipe { depth: 3, ..short(Activation::Relu, 256, 64, 60) }, 0x5bf4_2aa3_ec53_64e6),
        run(
            "ELU, He, momentum",
            Recipe {
                initializer: Initializer::HeUniform,
                optimizer: Optimizer::ALL[1],
                ..short(Activation::Elu, 13, 30, 200)
            },
            0x8c93_72d2_e95f_69d1,
        ),
        run(
            "SELU, LeCun, Nesterov, clipped",
            Recipe {
                initializer: Initializer::LeCunNormal,
                optimizer: Optimizer::ALL[2],
                clip: Some(0.5),
                ..short(Activation::Selu, 17, 7, 200)
            },
            0xcec5_a585_9f91_d122,
        ),
        run(
            "GELU, orthogonal, AdamW, batch normalization, residual, dropout",
            Recipe {
                initializer: Initializer::Orthogonal,
                optimizer: Optimizer::ALL[5],
                norm: Some(Norm::Batch),
                residual: true,
                dropout: 0.1,
                ..short(Activation::Gelu, 30, 64, 100)
            },
            0xa27c_b785_d53b_2fd4,
        ),
        run(
            "SiLU, He normal, RMSprop, layer normalization, residual",
            Recipe {
                initializer: Initializer::HeNormal,
                optimizer: Optimizer::ALL[3],
                norm: Some(Norm::Layer),
                residual: true,
                ..short(Activation::Silu, 22, 30, 100)
            },
            0xaf76_34b0_ea1e_726c,
        ),
        run(
            "softplus, Glorot normal, SGD, half squared error",
            Recipe {
                initializer: Initializer::GlorotNormal,
                optimizer: Optimizer::ALL[0],
                loss: Loss::HalfSquared,
                ..short(Activation::Softplus, 9, 50, 200)
            },
            0xebe5_740c_83de_2e47,
        ),
    ]
}

/// Trains a run; its fingerprint.
fn fingerprint(recipe: Recipe, split: &Split) -> u64 {
    let settings = recipe.check().expect("the runs can run");
    let mut training = Training::new(settings, Detail::Outcome, split).expect("a batch of digits");
    training.run_to_end(split, drop).expect("the runs do not diverge").fingerprint
}

/// What [`all`] runs come to and what they must, line by line: where they differ, a failure shows every new fingerprint.
pub fn found_and_expected(split: &Split) -> [Vec<String>; 2] {
    let line = |name, fingerprint| format!("{name}: {fingerprint:#018x}");
    let found = all().into_iter().map(|run| line(run.name, fingerprint(run.recipe, split)));
    [found.collect(), all().into_iter().map(|run| line(run.name, run.fingerprint)).collect()]
}
