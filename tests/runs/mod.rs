//! What the default experiment must come to, bit for bit, wherever it runs: natively and in every browser.

use vanishing_gradients::data::Split;
use vanishing_gradients::lab::{Settings, Training};
use vanishing_gradients::nn::Activation;

/// The fingerprint of each activation's weights after the tutorial's 2,500 steps from seed 1 on the bundled digits.
///
/// They pin the program to itself, not to an authority: a change of the digits, the generator or the order of a sum changes
/// them all, and is then a new specification.
pub const FINGERPRINTS: [(Activation, u64); 5] = [
    (Activation::Sigmoid, 0x0b95_6e1f_8cc8_bd47),
    (Activation::Relu, 0x7b73_674e_725e_56a1),
    (Activation::LeakyRelu { slope: 0.01 }, 0xd92d_94a4_3283_2d3c),
    (Activation::LeakyRelu { slope: 0.2 }, 0x64a8_12da_338b_5910),
    (Activation::Tanh, 0x4619_0be9_2367_8313),
];

/// Trains the default run of an activation; its fingerprint.
pub fn fingerprint(activation: Activation, split: &Split) -> u64 {
    let mut training = Training::new(Settings::tutorial(activation, 1), &split.train).expect("a batch of digits");
    while !training.is_done() {
        training.step(split).expect("the default run does not diverge");
    }
    training.fingerprint()
}
