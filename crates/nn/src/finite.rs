//! Finds infinities and NaN: whether a training step has produced one, cheaply at every step, and, once it has, the quantity and
//! the layer in which the first one arose.

use super::float::{Float, LANES, lanes};
use super::kernel::vectors;
use super::optimizer::Optimization;
use super::{Mlp, Tape};
use serde::{Deserialize, Serialize};
use std::slice;
use strum::EnumMessage;
use thiserror::Error;

/// A quantity that can become infinite or NaN, in the order in which a step computes them. In the attributes: the name that a
/// reader sees.
#[derive(Clone, Copy, Debug, EnumMessage, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quantity {
    #[strum(message = "pre-activation z")]
    PreActivation,
    #[strum(message = "normalized pre-activation")]
    Normalized,
    #[strum(message = "activation a")]
    Activation,
    #[strum(message = "loss from the outputs")]
    Loss,
    #[strum(message = "δ")]
    Delta,
    #[strum(message = "gradient ∂C/∂W")]
    Gradient,
    /// m or v of the optimizer.
    #[strum(message = "optimizer's memory")]
    Memory,
    #[strum(message = "updated weight")]
    Parameter,
}

impl Quantity {
    /// The name that a reader sees.
    pub fn label(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }
}

/// The first number that is not finite.
#[derive(Clone, Copy, Debug, Error, PartialEq, Serialize, Deserialize)]
#[error("the {} of layer {} is {}", .quantity.label(), .layer + 1, state(*.value))]
pub struct NonFinite {
    pub quantity: Quantity,
    /// From 0. Of the loss, the output layer.
    pub layer: u32,
    /// ∞, −∞ or NaN.
    pub value: f32,
}

fn state(value: f32) -> &'static str {
    match value {
        value if value.is_nan() => "NaN",
        value if value < 0.0 => "-inf",
        _ => "inf",
    }
}

/// Checks many vectors for infinities and NaN at the price of one product each: the product of all of them, starting with 0,
/// stays 0 as long as they are finite and else becomes NaN.
#[derive(Clone, Copy)]
pub(crate) struct FiniteCheck<F: Float> {
    product: F::X4,
}

impl<F: Float> FiniteCheck<F> {
    pub fn new() -> Self {
        Self { product: lanes::<F>(0.0) }
    }

    #[inline(always)]
    pub fn include(&mut self, x: F::X4) {
        self.product = self.product * x;
    }

    /// Whether all vectors so far are finite.
    pub fn is_finite(self) -> bool {
        let product: [F; LANES] = self.product.into();
        product.into_iter().all(|product| product == F::ZERO)
    }
}

/// Whether all `values`, whole vectors, are finite.
#[inline(never)]
pub fn all_finite<F: Float>(values: &[F]) -> bool {
    let mut check = FiniteCheck::<F>::new();
    vectors(values).iter().for_each(|&x| check.include(x.into()));
    check.is_finite()
}

impl<F: Float> Tape<F> {
    /// Whether every z and the loss are finite after a forward pass. An infinity that arises later shows in the update.
    pub fn is_finite(&self, mlp: &Mlp<F>) -> bool {
        let mut layers = self.layers.iter().zip(mlp.layers());
        self.loss.to_f64().is_finite() && layers.all(|(own, layer)| all_finite(&own.z[..self.batch * layer.stride]))
    }
}

/// The first number, in the order of computation, that is not finite after a step or a part of it.
pub fn first_non_finite<F: Float>(mlp: &Mlp<F>, tape: &Tape<F>, optimization: &Optimization<F>) -> Option<NonFinite> {
    let find = |quantity, layer: usize, values: &mut dyn Iterator<Item = F>| {
        let value = values.map(|value| value.to_f64() as f32).find(|value| !value.is_finite())?;
        Some(NonFinite { quantity, layer: layer as u32, value })
    };
    let layers = || mlp.layers().iter().zip(&tape.layers).enumerate();
    let forward = layers().find_map(|(l, (layer, own))| {
        let n = tape.batch * layer.stride;
        find(Quantity::PreActivation, l, &mut layer.unpadded(&own.z[..n]))
            .or_else(|| find(Quantity::Normalized, l, &mut layer.unpadded(&own.activation_input()[..n])))
            .or_else(|| find(Quantity::Activation, l, &mut layer.unpadded(&own.a[..n])))
    });
    let loss = || find(Quantity::Loss, mlp.layers().len() - 1, &mut slice::from_ref(&tape.loss).iter().copied());
    let backward = || {
        layers().rev().find_map(|(l, (layer, own))| {
            find(Quantity::Delta, l, &mut layer.unpadded(&own.delta[..tape.batch * layer.stride]))
                .or_else(|| find(Quantity::Gradient, l, &mut tape.gradient[layer.parameters()].iter().copied()))
        })
    };
    let update = || {
        layers().find_map(|(l, (layer, _))| {
            let range = layer.parameters();
            find(Quantity::Memory, l, &mut optimization.memory_of(range.clone()).iter().copied())
                .or_else(|| find(Quantity::Parameter, l, &mut mlp.parameters()[range].iter().copied()))
        })
    };
    forward.or_else(loss).or_else(backward).or_else(update)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::{Adam, Optimizer, RmsProp};
    use crate::rng::Rng;
    use crate::{Activation, Architecture, Loss, SparseRows};

    /// A small network and its tape after a batch of two examples, with memory for three.
    fn passed() -> (Mlp<f32>, Tape<f32>) {
        let architecture = Architecture::plain(&[3, 5, 5, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy);
        let mlp = Mlp::new(architecture, &mut Rng::weights(1));
        let x = SparseRows::from_dense(3, [1.0, 0.0, 2.0].into_iter());
        let mut tape = Tape::new(&mlp, 3);
        mlp.forward(&x, &[1], &[0, 0], &mut tape);
        mlp.backward(&x, &[1], &[0, 0], &mut tape);
        (mlp, tape)
    }

    /// The sentence about a pass after which some numbers were changed.
    fn found(change: impl Fn(&mut Mlp<f32>, &mut Tape<f32>)) -> Option<String> {
        let (mut mlp, mut tape) = passed();
        change(&mut mlp, &mut tape);
        let optimization = Optimization::of_network(Optimizer::ALL[0], mlp.layers());
        first_non_finite(&mlp, &tape, &optimization).map(|what| what.to_string())
    }

    #[test]
    fn the_first_number_that_is_not_finite_is_found() {
        assert_eq!(found(|_, _| ()), None);
        let sentence = |text: &str| Some(text.to_owned());
        assert_eq!(found(|_, t| t.layers[1].z[12] = f32::NAN), sentence("the pre-activation z of layer 2 is NaN"));
        assert_eq!(found(|_, t| t.layers[0].a[0] = f32::INFINITY), sentence("the activation a of layer 1 is inf"));
        assert_eq!(found(|_, t| t.loss = f32::NAN), sentence("the loss from the outputs of layer 3 is NaN"));
        assert_eq!(found(|_, t| t.layers[2].delta[5] = f32::NAN), sentence("the δ of layer 3 is NaN"));
        assert_eq!(found(|_, t| t.gradient[8] = f32::NEG_INFINITY), sentence("the gradient ∂C/∂W of layer 1 is -inf"));
        assert_eq!(
            found(|mlp, _| mlp.parameters_mut()[0] = f32::NAN),
            sentence("the updated weight of layer 1 is NaN")
        );
        let chain = |_: &mut Mlp<f32>, t: &mut Tape<f32>| {
            t.gradient[0] = f32::NAN;
            t.layers[1].delta[0] = f32::NAN;
        };
        assert_eq!(found(chain), sentence("the δ of layer 2 is NaN"));
    }

    /// g² overflows where g does not, and the update of w by g / √∞ is 0.
    #[test]
    fn memory_that_overflows_has_the_layer_of_its_parameter() {
        for optimizer in [Optimizer::RmsProp(RmsProp::KERAS), Optimizer::Adam(Adam::TENSORFLOW)] {
            for l in 0..3 {
                let (mut mlp, mut tape) = passed();
                let last = mlp.layers()[l].parameters().end - 1;
                tape.gradient[last] = 1e30;
                let mut optimization = Optimization::of_network(optimizer, mlp.layers());
                assert!(!optimization.update(mlp.parameters_mut(), &tape.gradient));
                let what = first_non_finite(&mlp, &tape, &optimization).unwrap();
                assert_eq!(what.to_string(), format!("the optimizer's memory of layer {} is inf", l + 1));
            }
        }
    }

    /// After an infinite z the loss may be finite: tanh ∞ is 1.
    #[test]
    fn a_pass_is_finite_while_every_z_of_its_batch_and_the_loss_are() {
        let is_finite = |change: fn(&mut Tape<f32>)| {
            let (mlp, mut tape) = passed();
            change(&mut tape);
            tape.is_finite(&mlp)
        };
        assert!(is_finite(|_| ()) && is_finite(|t| t.layers[0].z[16] = f32::NAN));
        assert!(
            !is_finite(|t| t.layers[0].z[12] = f32::INFINITY) && !is_finite(|t| t.layers[2].z[0] = f32::NEG_INFINITY)
        );
        assert!(!is_finite(|t| t.loss = f32::NAN));
    }

    #[test]
    fn every_lane_counts() {
        for i in 0..24 {
            let mut values = [1.0f32; 24];
            assert!(all_finite(&values));
            values[i] = f32::NEG_INFINITY;
            assert!(!all_finite(&values), "{i}");
        }
    }
}
