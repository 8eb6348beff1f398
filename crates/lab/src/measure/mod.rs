//! What is measured of a network in training: sizes of gradients, δ, weights, pre-activations and activations by layer, f′ and
//! saturation, the chain rule's factors, and how far an update moves. All on the training batch at hand, before its update,
//! so that the numbers beside each other belong to each other; only what is called recent is of all batches since the sample before.

mod detail;
pub mod histogram;
mod packed;
pub mod sample;
mod survey;

pub use detail::Detail;

use histogram::{Counter, Histogram};
use nn::magnitude::{Magnitude, total};
use nn::mlp::Layer;
use nn::optimizer::LayerSums;
use nn::tape::Activity;
use nn::{Loss, Mlp, Tape};
use packed::Packed;
use sample::{LayerHistograms, LayerSample, SATURATED, Size};
use survey::{BLOCK, Survey};
use wide::{f32x4, i32x4};

/// Room for measuring, kept from one sample to the next.
#[derive(Default)]
pub struct Room {
    /// Of a layer, `[batch, stride]`.
    slopes: Vec<f32>,
    packed: Vec<f32>,
    counter: Counter,
}

/// The measures of every layer after a forward and a backward pass, but for what the update to come will tell, and the histograms of
/// every layer where they are wanted.
pub fn measure(
    mlp: &Mlp<f32>,
    tape: &Tape<f32>,
    with_histograms: bool,
    room: &mut Room,
) -> (Vec<LayerSample>, Option<Vec<LayerHistograms>>) {
    let layers = 0..mlp.layers().len();
    let mut histograms = with_histograms.then(|| vec![LayerHistograms::EMPTY; layers.len()]);
    let samples = layers.map(|l| measure_layer(mlp, tape, l, histograms.as_mut().map(|of| &mut of[l]), room)).collect();
    (samples, histograms)
}

fn measure_layer(
    mlp: &Mlp<f32>,
    tape: &Tape<f32>,
    l: usize,
    mut histograms: Option<&mut LayerHistograms>,
    room: &mut Room,
) -> LayerSample {
    let (layer, activity) = (&mlp.layers()[l], &tape.layers[l]);
    let rows = ..tape.batch * layer.stride;
    let is_linear = l + 1 == mlp.layers().len() && mlp.architecture.loss == Loss::SoftmaxCrossEntropy;
    let (slope, saturated) = if is_linear { (1.0, 0.0) } else { slopes(mlp, layer, activity, rows.end, room) };
    let Room { packed: side_by_side, counter, .. } = room;
    let mut size = |packed: Packed<'_>, histogram: fn(&mut LayerHistograms) -> &mut Histogram| {
        size_of(packed, histograms.as_deref_mut().map(histogram), counter)
    };
    // Only weights and their gradients, no padding. Two fifths of the pixels are lit by no digit of a batch.
    let (w, columns) = (layer.w.clone(), layer.w_columns());
    let weight = size(Packed::rows(&mlp.parameters()[w.clone()], columns, side_by_side), |of| &mut of.weight);
    let pack = if l == 0 { Packed::sparse_rows } else { Packed::rows };
    LayerSample {
        weight,
        gradient: size(pack(&tape.gradient[w], columns, side_by_side), |of| &mut of.gradient),
        delta: size(Packed::rows(&activity.delta[rows], layer.fan_out, side_by_side), |of| &mut of.delta),
        pre_activation: size(Packed::rows(&activity.z[rows], layer.fan_out, side_by_side), |of| &mut of.pre_activation),
        activation: size(Packed::rows(&activity.a[rows], layer.fan_out, side_by_side), |of| &mut of.activation),
        slope,
        saturated,
        singular_value: weight.norm / (layer.fan_in.min(layer.fan_out) as f32).sqrt(),
        update_ratio: 0.0,
        recent_gradient: 0.0,
        chain: activity.link.into(),
    }
}

/// The size of a matrix, and its histogram where there is one to be made.
#[inline(never)]
fn size_of(packed: Packed<'_>, histogram: Option<&mut Histogram>, counter: &mut Counter) -> Size {
    let survey = Survey::of(packed);
    let Magnitude { sum, norm } = survey.magnitude;
    if let Some(histogram) = histogram {
        histogram.set(packed, &survey, counter);
    }
    Size { mean: (sum / packed.len() as f64) as f32, norm: norm as f32 }
}

/// The mean of f′ and the saturated share over a layer's padded rows, `n_padded` numbers.
fn slopes(mlp: &Mlp<f32>, layer: &Layer, activity: &Activity<f32>, n_padded: usize, room: &mut Room) -> (f32, f32) {
    let Room { slopes: padded, packed, .. } = room;
    padded.clear();
    padded.resize(n_padded, 1.0);
    mlp.architecture.activation.times_df(&activity.seen()[..n_padded], &activity.a[..n_padded], padded);
    let slopes = Packed::rows(padded, layer.fan_out, packed).values;
    let (vectors, rest) = slopes.as_chunks();
    let (bound, mut saturated) = (f32x4::splat(SATURATED as f32), i32x4::ZERO);
    let mut sum = rest.iter().map(|&df| f64::from(df)).sum::<f64>();
    for block in vectors.chunks(BLOCK) {
        let mut of_block = f32x4::ZERO;
        for &df in block {
            let df = f32x4::from(df);
            of_block += df;
            saturated -= bytemuck::cast::<f32x4, i32x4>(df.abs().simd_lt(bound));
        }
        sum += total::<f32>(of_block);
    }
    let saturated = saturated.to_array().iter().sum::<i32>() as usize
        + rest.iter().filter(|df| df.abs() < SATURATED as f32).count();
    let n = slopes.len() as f64;
    ((sum / n) as f32, (saturated as f64 / n) as f32)
}

/// mean |Δw| / mean |w| of each layer's W, from an update that measured how far weights move; 0 where all of W was 0.
pub fn update_ratios(mlp: &Mlp<f32>, sums: &[LayerSums], samples: &mut [LayerSample]) {
    for ((layer, sums), sample) in mlp.layers().iter().zip(sums).zip(samples) {
        let moved = (sums.moved / layer.n_weights() as f64) as f32;
        sample.update_ratio = if sample.weight.mean > 0.0 { moved / sample.weight.mean } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recipe;
    use crate::run::session::tests::grey;
    use crate::run::{Measured, Training};
    use nn::rng::Rng;
    use nn::{Activation, Architecture, Initializer, Norm, Optimizer, SparseRows};

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
            // Fifty numbers: a rest of two.
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
        // At the bound, not below it.
        check(Activation::LeakyRelu { slope: SATURATED }, zeros, (SATURATED as f32, 0.0));
        check(Activation::Identity, Initializer::HeNormal, (1.0, 0.0));
        // Weights so large that nearly every unit is at an end of tanh.
        let (slope, saturated) = slopes(Activation::Tanh, Initializer::Normal { std: 100.0 })[1];
        assert!(slope < 0.05 && saturated > 0.9, "{slope}, {saturated}");
    }

    /// Against one number after the other: normalized, skipped, dropped, with padding, in two blocks, and with a rest of every length.
    #[test]
    fn each_measure_is_of_its_own_numbers() {
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
                let (samples, histograms) = measure(&mlp, &tape, true, &mut Room::default());
                let layers = mlp.layers().iter().zip(&tape.layers);
                for (l, ((layer, activity), sample)) in layers.zip(samples).enumerate() {
                    let of = &histograms.as_ref().unwrap()[l];
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
                    activation.times_df(activity.seen(), &activity.a, &mut df);
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
        for width in [9, 10, 11, 12] {
            let layers = first_of(width as usize, recipe).histograms.unwrap().layers;
            assert_eq!([n(&layers[0].weight), n(&layers[0].gradient)], [784 * width; 2], "{width}");
        }
        let LayerHistograms { weight, delta, pre_activation, activation, .. } = &layers[3];
        assert_eq!([weight.n_zero, pre_activation.n_zero, delta.n_zero, delta.counts[0]], [60, 100, 0, 10]);
        assert_eq!((activation.low, activation.high), (0.1, 0.1));
    }
}
