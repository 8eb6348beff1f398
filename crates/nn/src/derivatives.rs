//! Tests that the gradient of `backward` is the derivative of the loss of `forward`, which the complex step computes through the same
//! generic code, for every combination of activation, normalization, skip connections, dropout, loss and several depths.

use super::complex::Complex;
use super::rng::Rng;
use super::{Activation, Architecture, Float, Loss, Mlp, Norm, SparseRows, Tape};
use std::ops::Range;

/// Four examples of five inputs, some of them 0, in three classes.
const LABELS: [u8; 4] = [2, 0, 1, 2];
/// A batch without example 1 and with example 0 twice.
const ROWS: [u32; 4] = [3, 0, 2, 0];
const DEPTHS: [usize; 4] = [1, 2, 3, 6];
/// Relative to ‖∂C/∂W⁽ˡ⁾‖, and the same for b, γ and β.
const TOLERANCE: f64 = 1e-10;

fn inputs<F: Float>() -> SparseRows<F> {
    let mut rng = Rng::batches(1);
    SparseRows::from_dense(5, (0..20).map(|i| F::from_f64(if i % 4 == 1 { 0.0 } else { 2.0 * rng.unit() - 0.5 })))
}

/// A network with random weights, biases, γ and β. Rows of six hidden units have padding.
fn network<F: Float>(architecture: &Architecture) -> Mlp<F> {
    let mut rng = Rng::weights(architecture.sizes.len() as u32);
    let mut mlp = Mlp::new(architecture.clone(), &mut rng);
    for layer in mlp.layers().to_vec() {
        let (gamma, beta) = layer.norm.unwrap_or_default();
        for range in [layer.b, gamma, beta].into_iter().filter(|range| !range.is_empty()) {
            let row = &mut mlp.parameters_mut()[range][..layer.fan_out];
            row.iter_mut().for_each(|b| *b += F::from_f64(rng.unit() - 0.3));
        }
    }
    mlp
}

/// Forward and backward over the batch. Every call drops the same units.
fn pass<F: Float>(mlp: &Mlp<F>) -> Tape<F> {
    let (x, mut tape) = (inputs(), Tape::new(mlp, ROWS.len()));
    tape.measures_chain = true;
    tape.draw_masks(mlp.architecture.dropout, &mut Rng::dropout(1));
    mlp.forward(&x, &LABELS, &ROWS, &mut tape);
    mlp.backward(&x, &LABELS, &ROWS, &mut tape);
    tape
}

/// ∂C/∂w of every parameter, by one complex step each.
fn slopes(mut mlp: Mlp<Complex>) -> Vec<f64> {
    let n = mlp.parameters().len();
    let slope = |i: usize| {
        let w = mlp.parameters()[i];
        mlp.parameters_mut()[i] = Complex::step(w.to_f64());
        let slope = pass(&mlp).loss.slope();
        mlp.parameters_mut()[i] = w;
        slope
    };
    (0..n).map(slope).collect()
}

fn architectures() -> impl Iterator<Item = Architecture> {
    let steep = Activation::LeakyRelu { slope: Activation::SCRIPT_SLOPE };
    let activations = Activation::ALL.into_iter().chain([steep]);
    let norms = [None].into_iter().chain(Norm::ALL.map(Some));
    activations.flat_map(move |activation| {
        norms.clone().flat_map(move |norm| {
            Loss::ALL.into_iter().flat_map(move |loss| {
                [false, true].into_iter().flat_map(move |residual| {
                    [0.0, 0.3].into_iter().flat_map(move |dropout| {
                        DEPTHS.into_iter().map(move |depth| {
                            // Rows with padding and rows without.
                            let width = if depth == 2 { 8 } else { 6 };
                            let sizes = [vec![5], vec![width; depth - 1], vec![3]].concat();
                            let plain = Architecture::plain(&sizes, activation, loss);
                            Architecture { norm, residual, dropout, ..plain }
                        })
                    })
                })
            })
        })
    })
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|v| v * v).sum::<f64>().sqrt()
}

#[test]
fn backward_is_the_derivative_of_forward() {
    let mut n = 0;
    for architecture in architectures() {
        let mlp = network::<f64>(&architecture);
        let ours = pass(&mlp).gradient;
        let exact = slopes(network(&architecture));
        // Layer by layer: a norm over all layers would not notice errors of the small gradients of early layers.
        for (l, layer) in mlp.layers().iter().enumerate() {
            let (gamma, beta) = layer.norm.clone().unwrap_or_default();
            for range in [layer.w.clone(), layer.b.clone(), gamma, beta] {
                let norm_of = |range: &Range<usize>| norm(exact[range.clone()].iter().copied());
                // Batch normalization subtracts the mean of z, so ∂C/∂b is 0 but for rounding, whose scale is that of ∂C/∂W.
                let scale = norm_of(&range).max(1e-4 * norm_of(&layer.w));
                let error = norm(ours[range.clone()].iter().zip(&exact[range.clone()]).map(|(a, b)| a - b));
                assert!(
                    range.is_empty() || (scale > 0.0 && error <= TOLERANCE * scale),
                    "{architecture:?}, layer {}, {range:?}: off by {error:e} of {scale:e}",
                    l + 1
                );
            }
        }
        n += 1;
    }
    assert_eq!(n, (Activation::ALL.len() + 1) * 3 * 2 * 2 * 2 * 4, "combinations");
}

#[test]
fn the_factors_of_the_links_multiply_to_the_ratio_of_deltas() {
    for architecture in architectures() {
        let mlp = network::<f64>(&architecture);
        let tape = pass(&mlp);
        let size = |l: usize| norm(mlp.layers()[l].unpadded(&tape.layers[l].delta));
        let last = mlp.layers().len() - 1;
        let product: f64 = tape.layers[..last].iter().map(|activity| activity.link.product()).product();
        let ratio = size(0) / size(last);
        assert!((product / ratio - 1.0).abs() < 1e-12, "{architecture:?}: {product} against {ratio}");
    }
}

#[test]
fn padding_stays_zero() {
    for architecture in architectures() {
        let mlp = network::<f64>(&architecture);
        let tape = pass(&mlp);
        for (layer, activity) in mlp.layers().iter().zip(&tape.layers) {
            let is_clean = |rows: &[f64]| {
                rows.chunks_exact(layer.stride).all(|row| row[layer.fan_out..].iter().all(|&value| value == 0.0))
            };
            assert!(is_clean(&tape.gradient[layer.parameters()]), "{architecture:?}");
            assert!(is_clean(&activity.z) && is_clean(&activity.delta), "{architecture:?}");
        }
    }
}

#[test]
fn evaluation_drops_nothing_and_normalizes_by_running_moments() {
    let plain = Architecture::plain(&[5, 6, 6, 3], Activation::Tanh, Loss::SoftmaxCrossEntropy);
    let dropping = Architecture { dropout: 0.5, ..plain.clone() };
    let normalizing = Architecture { norm: Some(Norm::Batch), ..plain.clone() };
    let evaluated = |mlp: &Mlp<f64>, rows: &[u32]| {
        let mut tape = Tape::new(mlp, rows.len());
        mlp.evaluate(&inputs(), &LABELS, rows, &mut tape);
        tape.layers[2].a[..3].to_vec()
    };
    assert_eq!(evaluated(&network(&dropping), &ROWS), evaluated(&network(&plain), &ROWS));
    let mut mlp = network(&normalizing);
    let before = evaluated(&mlp, &ROWS);
    // The other examples of the batch do not matter.
    assert_eq!(before, evaluated(&mlp, &ROWS[..1]));
    // After many steps the running moments equal the batch's, and evaluation agrees with training.
    let tape = pass(&mlp);
    (0..5_000).for_each(|_| mlp.update_running_moments(&tape));
    let after = evaluated(&mlp, &ROWS);
    assert!(after.iter().zip(tape.layers[2].a.iter()).all(|(a, b)| (a - b).abs() < 1e-12), "{after:?}");
    assert_ne!(before, after);
}

/// The bits of all results of a pass, without padding and without rows beyond the batch.
fn bits(mlp: &Mlp<f32>, tape: &Tape<f32>) -> Vec<u32> {
    let layers = mlp.layers().iter().zip(&tape.layers).flat_map(|(layer, own)| {
        let n = tape.batch * layer.stride;
        [&own.z, &own.a, &own.delta].into_iter().flat_map(move |rows| layer.unpadded(&rows[..n]))
    });
    layers.chain(tape.gradient.iter().copied()).chain([tape.loss]).map(f32::to_bits).collect()
}

#[test]
fn a_pass_does_not_depend_on_the_batch_before() {
    let x = inputs();
    let run = |mlp: &Mlp<f32>, tape: &mut Tape<f32>, rows: &[u32]| {
        tape.draw_masks(mlp.architecture.dropout, &mut Rng::dropout(1));
        mlp.forward(&x, &LABELS, rows, tape);
        mlp.backward(&x, &LABELS, rows, tape);
    };
    for architecture in architectures() {
        let mlp = network(&architecture);
        let [mut used, mut fresh] = [ROWS.len(); 2].map(|batch| Tape::new(&mlp, batch));
        run(&mlp, &mut used, &ROWS);
        run(&mlp, &mut used, &[2, 1]);
        run(&mlp, &mut fresh, &[2, 1]);
        assert_eq!((used.batch, used.correct), (2, fresh.correct));
        assert_eq!(bits(&mlp, &used), bits(&mlp, &fresh), "{architecture:?}");
    }
}

/// The tolerance is 2 · 10⁻⁴ because the variance of a unit over these four examples, two of them equal, may be almost 0.
#[test]
fn f32_gradients_equal_f64_gradients_within_rounding() {
    for architecture in architectures() {
        let (single, double) = (pass(&network::<f32>(&architecture)), pass(&network::<f64>(&architecture)));
        assert_eq!(single.correct, double.correct);
        let errors = single.gradient.iter().zip(double.gradient.iter()).map(|(&s, &d)| f64::from(s) - d);
        let error = norm(errors) / norm(double.gradient.iter().copied());
        assert!(error < 2e-4, "{architecture:?}: off by {error:e}");
    }
}
