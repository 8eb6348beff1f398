//! Measures of a network in training: the size of gradients, δ, weights, pre-activations and activations by layer, f′ and
//! saturation, the factors of the chain rule, and how far an update moves the weights. All measures of a step are of its batch and
//! of the weights before its update. Sums are in `f64` and leave padding out. Only every tenth step is measured, so plain loops do.

mod detail;
pub mod histogram;
pub mod reading;
pub mod sample;

pub use detail::Detail;

use histogram::Histogram;
use nn::mlp::Layer;
use nn::tape::Activity;
use nn::{Activation, Loss, Mlp, Tape};
use sample::{LayerHistograms, LayerSample, SATURATED, Size};

/// The measures of every layer after a forward and a backward pass, except `update_ratio` and `recent_gradient`.
pub fn measure(mlp: &Mlp<f32>, tape: &Tape<f32>) -> Vec<LayerSample> {
    (0..mlp.layers().len()).map(|l| measure_layer(mlp, tape, l)).collect()
}

fn measure_layer(mlp: &Mlp<f32>, tape: &Tape<f32>, l: usize) -> LayerSample {
    let (layer, activity) = (&mlp.layers()[l], &tape.layers[l]);
    let n = tape.batch * layer.stride;
    let is_linear = l + 1 == mlp.layers().len() && mlp.architecture.loss == Loss::SoftmaxCrossEntropy;
    let activation = if is_linear { Activation::Identity } else { mlp.architecture.activation };
    let (slope, saturated) = slopes(activation, layer, activity, n);
    let weight = size(layer.weights(mlp.parameters()));
    LayerSample {
        weight,
        gradient: size(layer.weights(&tape.gradient)),
        delta: size(layer.unpadded(&activity.delta[..n])),
        pre_activation: size(layer.unpadded(&activity.z[..n])),
        activation: size(layer.unpadded(&activity.a[..n])),
        slope,
        saturated,
        singular_value: weight.norm / (layer.fan_in.min(layer.fan_out) as f32).sqrt(),
        update_ratio: 0.0,
        recent_gradient: 0.0,
        chain: activity.link.into(),
    }
}

/// The mean of |x| and √ Σ x².
fn size(values: impl Iterator<Item = f32>) -> Size {
    let (mut n, mut sum, mut squares) = (0, 0.0, 0.0);
    values.map(f64::from).for_each(|x| {
        n += 1;
        sum += x.abs();
        squares += x * x;
    });
    Size { mean: (sum / f64::from(n)) as f32, norm: squares.sqrt() as f32 }
}

/// The mean of f′ and the saturated share over a layer's batch. `n` is the length of its matrices, padding included.
fn slopes(activation: Activation, layer: &Layer, activity: &Activity<f32>, n: usize) -> (f32, f32) {
    let mut df = vec![1.0; n];
    activation.times_df(&activity.activation_input()[..n], &activity.a[..n], &mut df);
    let (mut sum, mut n_saturated) = (0.0, 0);
    layer.unpadded(&df).for_each(|df| {
        sum += f64::from(df);
        n_saturated += u32::from(df.abs() < SATURATED as f32);
    });
    let n_values = (n / layer.stride * layer.fan_out) as f64;
    ((sum / n_values) as f32, (f64::from(n_saturated) / n_values) as f32)
}

/// The histograms of every layer after a forward and a backward pass.
pub fn histograms(mlp: &Mlp<f32>, tape: &Tape<f32>) -> Vec<LayerHistograms> {
    let of = |values: &mut dyn Iterator<Item = f32>| Histogram::of(&values.collect::<Vec<f32>>());
    let layer_histograms = |(layer, activity): (&Layer, &Activity<f32>)| {
        let n = tape.batch * layer.stride;
        LayerHistograms {
            weight: of(&mut layer.weights(mlp.parameters())),
            gradient: of(&mut layer.weights(&tape.gradient)),
            delta: of(&mut layer.unpadded(&activity.delta[..n])),
            pre_activation: of(&mut layer.unpadded(&activity.z[..n])),
            activation: of(&mut layer.unpadded(&activity.a[..n])),
        }
    };
    mlp.layers().iter().zip(&tape.layers).map(layer_histograms).collect()
}

/// Sets mean |Δw| / mean |w| of each layer's W, given all parameters `before` the update, `[parameters]`; 0 if all of W was 0.
pub fn set_update_ratios(mlp: &Mlp<f32>, before: &[f32], samples: &mut [LayerSample]) {
    for (layer, sample) in mlp.layers().iter().zip(samples) {
        let changes = layer.weights(mlp.parameters()).zip(layer.weights(before)).map(|(after, before)| after - before);
        let change = size(changes).mean;
        sample.update_ratio = if sample.weight.mean > 0.0 { change / sample.weight.mean } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recipe;
    use crate::run::session::tests::grey;
    use crate::run::{Measured, Training};
    use nn::rng::Rng;
    use nn::{Architecture, Initializer, Norm, Optimizer, SparseRows};

    /// The first sample of a small run.
    fn first(recipe: Recipe) -> Measured {
        first_of(6, recipe)
    }

    fn first_of(width: usize, recipe: Recipe) -> Measured {
        let split = grey();
        let settings = Recipe { depth: 4, width, batch: 10, steps: 1, ..recipe }.check().unwrap();
        let (mut training, mut measured) = (Training::new(settings, Detail::Everything, &split).unwrap(), None);
        training.run_to_end(&split, |first| measured = Some(first)).unwrap();
        measured.unwrap()
    }

    #[test]
    fn an_orthogonal_matrix_keeps_lengths() {
        let recipe = Recipe { initializer: Initializer::Orthogonal, ..Recipe::tutorial(Activation::Tanh, 1) };
        for layer in first(recipe).sample.layers {
            assert!((layer.singular_value - 1.0).abs() < 1e-6, "{layer:?}");
        }
    }

    #[test]
    fn the_chain_multiplies_to_the_ratio_of_deltas() {
        for residual in [false, true] {
            let layers = first(Recipe { residual, ..Recipe::tutorial(Activation::Sigmoid, 1) }).sample.layers;
            for pair in layers.windows(2) {
                let chain = pair[0].chain;
                let product = chain.weights * chain.skip * chain.dropout * chain.slope * chain.norm;
                let ratio = pair[0].delta.norm / pair[1].delta.norm;
                assert!((product / ratio - 1.0).abs() < 1e-5, "{product} against {ratio}");
            }
        }
    }

    #[test]
    fn a_step_of_gradient_descent_is_its_rate_times_the_gradient() {
        let recipe =
            Recipe { optimizer: Optimizer::Sgd { learning_rate: 0.5 }, ..Recipe::tutorial(Activation::Tanh, 1) };
        for layer in first(recipe).sample.layers {
            let expected = 0.5 * layer.gradient.mean / layer.weight.mean;
            assert!((layer.update_ratio / expected - 1.0).abs() < 1e-3, "{layer:?}");
        }
    }

    #[test]
    fn weights_that_were_0_have_the_update_ratio_0() {
        let recipe = Recipe { initializer: Initializer::Zeros, ..Recipe::tutorial(Activation::Sigmoid, 1) };
        let layers = first(recipe).sample.layers;
        assert!(layers[3].gradient.norm > 0.0 && layers.iter().all(|layer| layer.update_ratio == 0.0), "{layers:?}");
    }

    #[test]
    fn slopes_and_saturation_are_those_of_the_activation() {
        let slopes = |activation, initializer| {
            let layers = first_of(5, Recipe { initializer, ..Recipe::tutorial(activation, 1) }).sample.layers;
            layers.iter().map(|layer| (layer.slope, layer.saturated)).collect::<Vec<_>>()
        };
        // The output layer is linear.
        let check = |activation, initializer, (slope, saturated): (f32, f32)| {
            for (l, found) in slopes(activation, initializer).into_iter().enumerate() {
                let expected = if l < 3 { (slope, saturated) } else { (1.0, 0.0) };
                assert!((found.0 - expected.0).abs() < 1e-6, "{activation:?}: {found:?}");
                assert_eq!(found.1, expected.1, "{activation:?}");
            }
        };
        let zeros = Initializer::Zeros;
        check(Activation::Sigmoid, zeros, (0.25, 0.0));
        check(Activation::Relu, zeros, (0.0, 1.0));
        check(Activation::LeakyRelu { slope: 0.01 }, zeros, (0.01, 1.0));
        // At the threshold, not below it.
        check(Activation::LeakyRelu { slope: SATURATED }, zeros, (SATURATED as f32, 0.0));
        check(Activation::Identity, Initializer::HeNormal, (1.0, 0.0));
        // Weights so large that nearly every unit is at an end of tanh.
        let (slope, saturated) = slopes(Activation::Tanh, Initializer::Normal { std: 100.0 })[1];
        assert!(slope < 0.05 && saturated > 0.9, "{slope}, {saturated}");
    }

    /// With normalization, skip connections, dropout, and with and without padding.
    #[test]
    fn each_measure_is_of_its_own_values() {
        let mut rng = Rng::weights(1);
        for activation in Activation::ALL {
            for (batch, width, loss) in [
                (5, 6, Loss::SoftmaxCrossEntropy),
                (7, 5, Loss::HalfSquared),
                (9, 9, Loss::SoftmaxCrossEntropy),
                (30, 23, Loss::HalfSquared),
            ] {
                let plain = Architecture::plain(&[12, width, width, 10], activation, loss);
                let mlp =
                    Mlp::new(Architecture { norm: Some(Norm::Layer), residual: true, dropout: 0.5, ..plain }, &mut rng);
                let x = SparseRows::from_dense(12, (0..12 * batch).map(|i| (i * 7 % 11) as f32 - 5.0));
                let rows: Vec<u32> = (0..batch as u32).collect();
                let labels: Vec<u8> = rows.iter().map(|row| (row % 10) as u8).collect();
                let mut tape = Tape::new(&mlp, batch);
                tape.draw_masks(0.5, &mut rng);
                mlp.forward(&x, &labels, &rows, &mut tape);
                mlp.backward(&x, &labels, &rows, &mut tape);
                let (samples, histograms) = (measure(&mlp, &tape), histograms(&mlp, &tape));
                let layers = mlp.layers().iter().zip(&tape.layers);
                for (l, ((layer, activity), sample)) in layers.zip(samples).enumerate() {
                    let of = &histograms[l];
                    let padded = |numbers: &[f32]| layer.unpadded(numbers).collect::<Vec<_>>();
                    for (what, size, histogram, numbers) in [
                        ("w", sample.weight, &of.weight, layer.weights(mlp.parameters()).collect()),
                        ("∂C/∂W", sample.gradient, &of.gradient, layer.weights(&tape.gradient).collect()),
                        ("δ", sample.delta, &of.delta, padded(&activity.delta)),
                        ("z", sample.pre_activation, &of.pre_activation, padded(&activity.z)),
                        ("a", sample.activation, &of.activation, padded(&activity.a)),
                    ] {
                        let sum = |f: fn(f64) -> f64| numbers.iter().map(|&x| f(x.into())).sum::<f64>();
                        let (mean, norm) = (sum(f64::abs) / numbers.len() as f64, sum(|x| x * x).sqrt());
                        let at = format!("{what} of layer {l}, {activation:?}, {batch} × {width}");
                        assert!((f64::from(size.mean) - mean).abs() <= 1e-6 * mean, "{at}: {size:?}, not {mean}");
                        assert!((f64::from(size.norm) - norm).abs() <= 1e-6 * norm, "{at}: {size:?}, not {norm}");
                        assert_eq!(histogram, &Histogram::of(&numbers), "{at}");
                    }
                    let mut df = vec![1.0; activity.a.len()];
                    activation.times_df(activity.activation_input(), &activity.a, &mut df);
                    let df = if l < 2 || loss == Loss::HalfSquared { padded(&df) } else { vec![1.0] };
                    let mean = df.iter().map(|&df| f64::from(df)).sum::<f64>() / df.len() as f64;
                    let saturated = df.iter().filter(|df| df.abs() < SATURATED as f32).count() as f32 / df.len() as f32;
                    assert!(
                        (f64::from(sample.slope) - mean).abs() < 1e-6,
                        "{activation:?}: {}, not {mean}",
                        sample.slope
                    );
                    assert!((sample.saturated - saturated).abs() < 1e-6, "{activation:?}: {}", sample.saturated);
                }
            }
        }
    }

    #[test]
    fn units_that_never_fire_are_dead() {
        let dead = |initializer| {
            let recipe = Recipe { initializer, ..Recipe::tutorial(Activation::Relu, 1) };
            first(recipe).held_out.unwrap().dead
        };
        assert_eq!(dead(Initializer::Zeros), [6, 6, 6]);
        let some = dead(Initializer::HeNormal);
        assert!(some.iter().all(|&n| n < 6) && some.iter().sum::<u32>() > 0, "{some:?}");
    }

    #[test]
    fn sizes_are_means_and_norms_without_the_padding() {
        // Zero weights under the sigmoid: a = 1/2 in all of 10 × 6 places, and 2 of 8 places in a row are padding.
        let recipe = Recipe { initializer: Initializer::Zeros, ..Recipe::tutorial(Activation::Sigmoid, 1) };
        let layers = first(recipe).sample.layers;
        assert_eq!(layers[1].activation, Size { mean: 0.5, norm: 15f32.sqrt() });
        // The output is uniform: δ is 0.1 / 10 in nine places of ten, −0.9 / 10 in one.
        assert!((layers[3].delta.mean - 0.018).abs() < 1e-8, "{:?}", layers[3].delta);
        assert!((layers[3].delta.norm - 0.09f32.sqrt()).abs() < 1e-7, "{:?}", layers[3].delta);
    }

    /// Zero weights under the sigmoid; 784, 6, 6, 6, 10 units and ten examples. Of δ in the last layer, one place of ten is
    /// negative and none is 0.
    #[test]
    fn histograms_count_every_entry_and_no_padding() {
        let recipe = Recipe { initializer: Initializer::Zeros, ..Recipe::tutorial(Activation::Sigmoid, 1) };
        let layers = first(recipe).histograms.unwrap().layers;
        let n = |histogram: &Histogram| histogram.counts.iter().sum::<u32>();
        let counted = |l: &LayerHistograms| [&l.weight, &l.gradient, &l.delta, &l.pre_activation, &l.activation].map(n);
        assert!(layers.iter().map(counted).eq([
            [784 * 6, 784 * 6, 60, 60, 60],
            [36, 36, 60, 60, 60],
            [36, 36, 60, 60, 60],
            [60, 60, 100, 100, 100]
        ]));
        let LayerHistograms { weight, delta, pre_activation, activation, .. } = &layers[3];
        assert_eq!([weight.n_zero, pre_activation.n_zero, delta.n_zero, delta.counts[0]], [60, 100, 0, 10]);
        assert_eq!((activation.low, activation.high), (0.1, 0.1));
    }
}
