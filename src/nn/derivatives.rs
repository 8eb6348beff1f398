//! The law that `backward` obeys: its gradient is the derivative of the loss that `forward` computes, taken by the complex
//! step through the same generic body, for every activation, loss and depth. Tests only.

use super::complex::Complex;
use super::rng::Rng;
use super::{Activation, Float, Initializer, Loss, Mlp, SparseRows};

/// Four examples of five inputs, some of them 0, in three classes.
const LABELS: [u8; 4] = [2, 0, 1, 2];
/// A batch that leaves one example out and holds another twice.
const ROWS: [u32; 4] = [3, 0, 2, 0];

fn inputs<F: Float>() -> SparseRows<F> {
    let mut rng = Rng::batches(1);
    SparseRows::from_dense(5, (0..20).map(|i| F::from_f64(if i % 4 == 1 { 0.0 } else { 2.0 * rng.unit() - 0.5 })))
}

/// A network of `depth` layers with drawn weights, and biases that are not zero.
fn network<F: Float>(depth: usize, activation: Activation, loss: Loss) -> Mlp<F> {
    let sizes = [vec![5], vec![4; depth - 1], vec![3]].concat();
    let mut rng = Rng::weights(depth as u32);
    let mut mlp = Mlp::new(&sizes, activation, loss, Initializer::GlorotUniform, &mut rng);
    for layer in mlp.layers().to_vec() {
        mlp.parameters_mut()[layer.b].iter_mut().for_each(|b| *b = F::from_f64(rng.unit() - 0.3));
    }
    mlp
}

/// ∂C/∂w of every parameter, a complex step each.
fn slopes(mut mlp: Mlp<Complex>) -> Vec<f64> {
    let (x, mut tape) = (inputs(), mlp.tape(ROWS.len()));
    let mut slopes = Vec::new();
    for i in 0..mlp.parameters().len() {
        let w = mlp.parameters()[i];
        mlp.parameters_mut()[i] = Complex::step(w.to_f64());
        mlp.forward(&x, &LABELS, &ROWS, &mut tape);
        mlp.parameters_mut()[i] = w;
        slopes.push(tape.loss.slope());
    }
    slopes
}

#[test]
fn backward_is_the_derivative_of_forward() {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
    let steep = Activation::LeakyRelu { slope: Activation::SCRIPT_SLOPE };
    for activation in Activation::ALL.into_iter().chain([steep]) {
        for (loss, depth) in Loss::ALL.into_iter().flat_map(|loss| (1..=6).map(move |depth| (loss, depth))) {
            let mlp = network::<f64>(depth, activation, loss);
            let (x, mut tape) = (inputs(), mlp.tape(ROWS.len()));
            mlp.forward(&x, &LABELS, &ROWS, &mut tape);
            mlp.backward(&x, &LABELS, &ROWS, &mut tape);
            let slopes = slopes(network(depth, activation, loss));
            // Layer by layer: the gradients of early layers are so small that a norm over all of them would not see them.
            for (l, layer) in mlp.layers().iter().enumerate() {
                for place in [layer.w.clone(), layer.b.clone()] {
                    let (ours, exact) = (&tape.gradient[place.clone()], &slopes[place]);
                    let size = norm(&mut exact.iter().copied());
                    let error = norm(&mut ours.iter().zip(exact).map(|(a, b)| a - b));
                    assert!(
                        size > 0.0 && error <= 1e-12 * size,
                        "{activation:?}, {loss:?}, depth {depth}, layer {}: off by {error:e} of {size:e}",
                        l + 1
                    );
                }
            }
        }
    }
}
