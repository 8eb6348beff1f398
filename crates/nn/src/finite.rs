//! Where a training step first left the numbers: the quantity and the layer in which an infinity or a NaN arose, in the order
//! of computation.

use super::float::{Float, LANES, lanes};
use super::product::vectors;
use super::{Mlp, Tape};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What can be infinite or NaN, in the order in which a step computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quantity {
    PreActivation,
    Normalized,
    Activation,
    Loss,
    Delta,
    Gradient,
    Parameter,
    /// What the optimizer remembers.
    Memory,
}

impl Quantity {
    /// The name a reader sees, with its letter.
    pub fn label(self) -> &'static str {
        match self {
            Self::PreActivation => "pre-activation z",
            Self::Normalized => "normalized pre-activation",
            Self::Activation => "activation a",
            Self::Loss => "loss",
            Self::Delta => "δ",
            Self::Gradient => "gradient ∂C/∂W",
            Self::Parameter => "updated weight",
            Self::Memory => "optimizer's memory",
        }
    }
}

/// The first number that is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NonFinite {
    pub quantity: Quantity,
    /// From 0; None for what belongs to no layer.
    pub layer: Option<u32>,
    /// ∞, −∞ or NaN; None where only the optimizer could say.
    pub value: Option<f32>,
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {}", self.quantity.label())?;
        self.layer.iter().try_for_each(|layer| write!(f, " of layer {}", layer + 1))?;
        match self.value {
            Some(value) if value.is_nan() => f.write_str(" is NaN"),
            Some(value) => f.write_str(if value < 0.0 { " is -inf" } else { " is inf" }),
            None => f.write_str(" is not finite"),
        }
    }
}

/// Watches numbers go by and multiplies them, beginning with 0: the product stays 0 until ∞ or NaN comes, and then is NaN.
#[derive(Clone, Copy)]
pub struct Watch<F: Float>(F::X4);

impl<F: Float> Watch<F> {
    pub fn new() -> Self {
        Self(lanes::<F>(0.0))
    }

    #[inline(always)]
    pub fn see(&mut self, x: F::X4) {
        self.0 = self.0 * x;
    }

    /// Whether all that was seen is finite.
    pub fn is_calm(self) -> bool {
        let products: [F; LANES] = self.0.into();
        products.into_iter().all(|product| product == F::ZERO)
    }
}

impl<F: Float> Default for Watch<F> {
    fn default() -> Self {
        Self::new()
    }
}

fn is_finite<F: Float>(x: F) -> bool {
    x * F::ZERO == F::ZERO
}

/// Whether all of `values`, whole vectors, are finite.
#[inline(never)]
pub fn all_finite<F: Float>(values: &[F]) -> bool {
    // Four watches, so that none waits for the product of another.
    let mut watches = [Watch::<F>::new(); 4];
    let (fours, rest) = vectors(values).as_chunks::<4>();
    for four in fours {
        watches.iter_mut().zip(four).for_each(|(watch, &x)| watch.see(x.into()));
    }
    rest.iter().for_each(|&x| watches[0].see(x.into()));
    watches.into_iter().all(Watch::is_calm)
}

impl<F: Float> Tape<F> {
    /// Whether the forward pass stayed finite: every pre-activation and the loss. What arises behind the last z shows in the
    /// loss or in the update.
    pub fn is_finite(&self, mlp: &Mlp<F>) -> bool {
        let mut layers = self.layers.iter().zip(mlp.layers());
        is_finite(self.loss) && layers.all(|(own, layer)| all_finite(&own.z[..self.batch * layer.stride]))
    }
}

/// What is not finite after a step, or after a part of it.
pub fn first_non_finite<F: Float>(mlp: &Mlp<F>, tape: &Tape<F>) -> Option<NonFinite> {
    let find = |quantity, layer: usize, values: &mut dyn Iterator<Item = F>| {
        let value = values.map(|value| value.to_f64() as f32).find(|value| !value.is_finite())?;
        Some(NonFinite { quantity, layer: Some(layer as u32), value: Some(value) })
    };
    let layers = || mlp.layers().iter().zip(&tape.layers).enumerate();
    let forward = layers().find_map(|(l, (layer, own))| {
        let n = tape.batch * layer.stride;
        find(Quantity::PreActivation, l, &mut layer.unpadded(&own.z[..n]))
            .or_else(|| find(Quantity::Normalized, l, &mut layer.unpadded(&own.seen()[..n])))
            .or_else(|| find(Quantity::Activation, l, &mut layer.unpadded(&own.a[..n])))
    });
    let loss = || {
        let value = tape.loss.to_f64() as f32;
        (!value.is_finite()).then_some(NonFinite { quantity: Quantity::Loss, layer: None, value: Some(value) })
    };
    let backward = || {
        layers().rev().find_map(|(l, (layer, own))| {
            find(Quantity::Delta, l, &mut layer.unpadded(&own.delta[..tape.batch * layer.stride]))
                .or_else(|| find(Quantity::Gradient, l, &mut tape.gradient[layer.parameters()].iter().copied()))
        })
    };
    let parameters = || {
        let parameters = |layer: &super::mlp::Layer| mlp.parameters()[layer.parameters()].iter().copied();
        layers().find_map(|(l, (layer, _))| find(Quantity::Parameter, l, &mut parameters(layer)))
    };
    forward.or_else(loss).or_else(backward).or_else(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::{Activation, Architecture, Loss, SparseRows};

    /// A small network and its tape after an example twice, in room for three.
    fn passed() -> (Mlp<f32>, Tape<f32>) {
        let architecture = Architecture::plain(&[3, 5, 5, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy);
        let mlp = Mlp::new(architecture, &mut Rng::weights(1));
        let x = SparseRows::from_dense(3, [1.0, 0.0, 2.0].into_iter());
        let mut tape = Tape::new(&mlp, 3);
        mlp.forward(&x, &[1], &[0, 0], &mut tape);
        mlp.backward(&x, &[1], &[0, 0], &mut tape);
        (mlp, tape)
    }

    /// Spoils one number after a pass, and says what is found.
    fn found(spoil: impl Fn(&mut Mlp<f32>, &mut Tape<f32>)) -> Option<String> {
        let (mut mlp, mut tape) = passed();
        spoil(&mut mlp, &mut tape);
        first_non_finite(&mlp, &tape).map(|what| what.to_string())
    }

    #[test]
    fn what_is_spoilt_is_found_and_what_came_first_before_what_followed() {
        assert_eq!(found(|_, _| ()), None);
        let sentence = |text: &str| Some(text.to_owned());
        assert_eq!(found(|_, t| t.layers[1].z[12] = f32::NAN), sentence("the pre-activation z of layer 2 is NaN"));
        assert_eq!(found(|_, t| t.layers[0].a[0] = f32::INFINITY), sentence("the activation a of layer 1 is inf"));
        assert_eq!(found(|_, t| t.loss = f32::NAN), sentence("the loss is NaN"));
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

    /// Behind an infinite z the loss may be finite: tanh ∞ is 1.
    #[test]
    fn a_pass_is_finite_while_every_z_of_its_batch_and_the_loss_are() {
        let stays = |spoil: fn(&mut Tape<f32>)| {
            let (mlp, mut tape) = passed();
            spoil(&mut tape);
            tape.is_finite(&mlp)
        };
        assert!(stays(|_| ()) && stays(|t| t.layers[0].z[16] = f32::NAN));
        assert!(!stays(|t| t.layers[0].z[12] = f32::INFINITY) && !stays(|t| t.layers[2].z[0] = f32::NEG_INFINITY));
        assert!(!stays(|t| t.loss = f32::NAN));
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
