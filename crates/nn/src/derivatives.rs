//! The law that `backward` obeys: its gradient is the derivative of the loss that `forward` computes, taken by the complex
//! step through the same generic body, for every combination of activation, normalization, skip connections, dropout, loss and
//! several depths. Tests only.

use super::complex::Complex;
use super::rng::Rng;
use super::{Activation, Architecture, Float, Loss, Mlp, Norm, SparseRows, Tape};
use std::ops::Range;

/// Four examples of five inputs, some of them 0, in three classes.
const LABELS: [u8; 4] = [2, 0, 1, 2];
/// A batch that leaves one example out and holds another twice.
const ROWS: [u32; 4] = [3, 0, 2, 0];
const DEPTHS: [usize; 4] = [1, 2, 3, 6];
/// Of ‖∂C/∂W⁽ˡ⁾‖, and the same for b, γ and β.
const TOLERANCE: f64 = 1e-10;

fn inputs<F: Float>() -> SparseRows<F> {
    let mut rng = Rng::batches(1);
    SparseRows::from_dense(5, (0..20).map(|i| F::from_f64(if i % 4 == 1 { 0.0 } else { 2.0 * rng.unit() - 0.5 })))
}

/// A network with drawn weights, and biases, γ and β that are not what they start as. Rows of six hidden units have padding.
fn network<F: Float>(architecture: &Architecture) -> Mlp<F> {
    let mut rng = Rng::weights(architecture.sizes.len() as u32);
    let mut mlp = Mlp::new(architecture.clone(), &mut rng);
    for layer in mlp.layers().to_vec() {
        let (gamma, beta) = layer.norm.unwrap_or_default();
        for place in [layer.b, gamma, beta].into_iter().filter(|place| !place.is_empty()) {
            let row = &mut mlp.parameters_mut()[place][..layer.fan_out];
            row.iter_mut().for_each(|b| *b += F::from_f64(rng.unit() - 0.3));
        }
    }
    mlp
}

/// A pass over the batch; the same units are dropped each time.
fn pass<F: Float>(mlp: &Mlp<F>) -> Tape<F> {
    let (x, mut tape) = (inputs(), Tape::new(mlp, ROWS.len()));
    tape.measures_chain = true;
    tape.draw_masks(mlp.architecture.dropout, &mut Rng::dropout(1));
    mlp.forward(&x, &LABELS, &ROWS, &mut tape);
    mlp.backward(&x, &LABELS, &ROWS, &mut tape);
    tape
}

/// ∂C/∂w of every parameter, a complex step each.
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
                            // A first W whose rows have padding, and one whose rows have none.
                            let width = if depth == 2 { 10 } else { 6 };
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
        // Layer by layer: the gradients of early layers are so small that a norm over all of them would not see them.
        for (l, layer) in mlp.layers().iter().enumerate() {
            let (gamma, beta) = layer.norm.clone().unwrap_or_default();
            for place in [layer.w.clone(), layer.b.clone(), gamma, beta] {
                let norm_of = |place: &Range<usize>| norm(exact[place.clone()].iter().copied());
                // Batch normalization takes every constant out of z, so there ∂C/∂b is 0: rounding, measured by W's.
                let scale = norm_of(&place).max(1e-4 * norm_of(&layer.w));
                let error = norm(ours[place.clone()].iter().zip(&exact[place.clone()]).map(|(a, b)| a - b));
                assert!(
                    place.is_empty() || (scale > 0.0 && error <= TOLERANCE * scale),
                    "{architecture:?}, layer {}, {place:?}: off by {error:e} of {scale:e}",
                    l + 1
                );
            }
        }
        n += 1;
    }
    assert_eq!(n, (Activation::ALL.len() + 1) * 3 * 2 * 2 * 2 * 4, "combinations");
}

#[test]
fn the_chains_factors_multiply_to_the_ratio_of_deltas() {
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
            let others = layer.b.start..layer.parameters().end;
            let mut rows_of_w = tape.gradient[layer.w.clone()].chunks(layer.w_row).enumerate();
            let is_w_clean = rows_of_w
                .all(|(i, row)| row[if i < layer.fan_in { layer.fan_out } else { 0 }..].iter().all(|&dw| dw == 0.0));
            assert!(is_w_clean && is_clean(&tape.gradient[others]), "{architecture:?}");
            assert!(is_clean(&activity.z) && is_clean(&activity.delta), "{architecture:?}");
        }
    }
}

#[test]
fn evaluation_drops_nothing_and_normalizes_by_running_means() {
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
    // Whoever else is in the batch does not matter.
    assert_eq!(before, evaluated(&mlp, &ROWS[..1]));
    // After many steps the running means are the batch's, and evaluation agrees with training.
    let tape = pass(&mlp);
    (0..5_000).for_each(|_| mlp.follow(&tape));
    let after = evaluated(&mlp, &ROWS);
    assert!(after.iter().zip(tape.layers[2].a.iter()).all(|(a, b)| (a - b).abs() < 1e-12), "{after:?}");
    assert_ne!(before, after);
}

/// What a pass leaves behind, but for the padding of f(0) and what the batch does not reach.
fn bits(mlp: &Mlp<f32>, tape: &Tape<f32>) -> Vec<u32> {
    let layers = mlp.layers().iter().zip(&tape.layers).flat_map(|(layer, own)| {
        let n = tape.batch * layer.stride;
        [&own.z, &own.a, &own.delta].into_iter().flat_map(move |rows| layer.unpadded(&rows[..n]))
    });
    layers.chain(tape.gradient.iter().copied()).chain([tape.loss]).map(f32::to_bits).collect()
}

#[test]
fn a_tape_remembers_nothing_of_a_larger_batch() {
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

/// Two units in 10⁴: where two of four examples are one, a unit's variance over the batch may be almost nothing.
#[test]
fn single_gradients_are_the_double_ones_within_rounding() {
    for architecture in architectures() {
        let (single, double) = (pass(&network::<f32>(&architecture)), pass(&network::<f64>(&architecture)));
        assert_eq!(single.correct, double.correct);
        let misses = single.gradient.iter().zip(double.gradient.iter()).map(|(&s, &d)| f64::from(s) - d);
        let error = norm(misses) / norm(double.gradient.iter().copied());
        assert!(error < 2e-4, "{architecture:?}: off by {error:e}");
    }
}
