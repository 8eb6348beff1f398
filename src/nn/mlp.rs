//! The multilayer perceptron: dense layers with one hidden activation, forward beside backward. It owns its parameters; what
//! a pass leaves behind (z, a, δ, gradients) lies in a [`Tape`] that is allocated once and reused at every step.

use super::{Activation, Float, Initializer, Loss, SparseRows, rng::Rng};
use std::ops::Range;

#[derive(Clone)]
pub struct Mlp<F> {
    pub activation: Activation,
    pub loss: Loss,
    layers: Vec<Layer>,
    /// Every W and b, layer by layer: `[parameters]`.
    parameters: Vec<F>,
}

/// The shape of one layer and the place of its parameters in the network's buffer.
#[derive(Clone, Debug)]
pub struct Layer {
    pub fan_in: usize,
    pub fan_out: usize,
    /// W `[fan_in, fan_out]`, row = input unit.
    pub w: Range<usize>,
    /// b `[fan_out]`.
    pub b: Range<usize>,
}

/// What one forward and backward pass over a batch leaves behind.
pub struct Tape<F> {
    /// Examples of the last batch.
    pub batch: usize,
    pub layers: Vec<Activity<F>>,
    /// ∂C/∂W and ∂C/∂b, laid out as the network's parameters.
    pub gradient: Vec<F>,
    /// C, the mean loss of the batch.
    pub loss: F,
    /// How many examples of the batch have their class as the largest output.
    pub correct: usize,
}

/// One layer's part of a [`Tape`]; each buffer is `[batch, fan_out]`.
pub struct Activity<F> {
    pub z: Vec<F>,
    /// f(z); in the last layer the network's output.
    pub a: Vec<F>,
    pub delta: Vec<F>,
}

impl<F: Float> Mlp<F> {
    /// A network of the given layer `sizes`, input first, with drawn weights and zero biases.
    pub fn new(sizes: &[usize], activation: Activation, loss: Loss, init: Initializer, rng: &mut Rng) -> Self {
        let layers = layers(sizes);
        let mut parameters = vec![F::ZERO; layers.last().map_or(0, |l| l.b.end)];
        for layer in &layers {
            init.fill(&mut parameters[layer.w.clone()], layer.fan_in, layer.fan_out, rng);
        }
        Self { activation, loss, layers, parameters }
    }

    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// All weights and biases, `[parameters]`.
    pub fn parameters(&self) -> &[F] {
        &self.parameters
    }

    pub fn parameters_mut(&mut self) -> &mut [F] {
        &mut self.parameters
    }

    /// Room for passes over up to `batch` examples.
    pub fn tape(&self, batch: usize) -> Tape<F> {
        let room = |layer: &Layer| vec![F::ZERO; batch * layer.fan_out];
        let activity = |layer| Activity { z: room(layer), a: room(layer), delta: room(layer) };
        Tape {
            batch: 0,
            layers: self.layers.iter().map(activity).collect(),
            gradient: vec![F::ZERO; self.parameters.len()],
            loss: F::ZERO,
            correct: 0,
        }
    }

    /// Runs the examples `rows` of `x` through the network: z, a, loss and number correct. `labels` are those of all of x.
    pub fn forward(&self, x: &SparseRows<F>, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        tape.batch = rows.len();
        let last = self.layers.len() - 1;
        for (l, layer) in self.layers.iter().enumerate() {
            let (w, b) = (&self.parameters[layer.w.clone()], &self.parameters[layer.b.clone()]);
            let (before, here) = tape.layers.split_at_mut(l);
            let Activity { z, a, .. } = &mut here[0];
            let z = &mut z[..rows.len() * layer.fan_out];
            let z_rows = z.chunks_exact_mut(layer.fan_out);
            match before.last() {
                None => z_rows.zip(rows).for_each(|(z, &row)| affine(x.row(row as usize), w, b, z)),
                Some(Activity { a, .. }) => {
                    z_rows.zip(a.chunks_exact(layer.fan_in)).for_each(|(z, a)| affine(entries(a), w, b, z));
                }
            }
            if l < last {
                self.activation.activate(z, a);
            }
        }
        self.score(labels, rows, tape);
    }

    /// The output, the mean loss and the number of correct examples.
    fn score(&self, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        let (Some(layer), Some(activity)) = (self.layers.last(), tape.layers.last_mut()) else { return };
        tape.loss = F::ZERO;
        tape.correct = 0;
        let outputs = activity.z.chunks_exact(layer.fan_out).zip(activity.a.chunks_exact_mut(layer.fan_out));
        for ((z, a), &row) in outputs.zip(rows) {
            let label = labels[row as usize].into();
            self.loss.output(self.activation, z, a);
            tape.loss += self.loss.of(z, a, label);
            tape.correct += usize::from(is_largest(z, label));
        }
        tape.loss = tape.loss / F::from_f64(rows.len() as f64);
    }

    /// The gradient of the batch that [`forward`](Self::forward) has just seen: δ of every layer, ∂C/∂W and ∂C/∂b.
    pub fn backward(&self, x: &SparseRows<F>, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        tape.gradient.fill(F::ZERO);
        self.output_delta(labels, rows, tape);
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let (before, here) = tape.layers.split_at_mut(l);
            let deltas = here[0].delta[..rows.len() * layer.fan_out].chunks_exact(layer.fan_out);
            let (dw, db) = tape.gradient[layer.w.start..layer.b.end].split_at_mut(layer.w.len());
            match before.last_mut() {
                None => deltas.zip(rows).for_each(|(delta, &row)| add_gradient(x.row(row as usize), delta, dw, db)),
                Some(Activity { z, a, delta: delta_before }) => {
                    let w = &self.parameters[layer.w.clone()];
                    let inputs = a.chunks_exact(layer.fan_in).zip(delta_before.chunks_exact_mut(layer.fan_in));
                    for (delta, (a, delta_before)) in deltas.zip(inputs) {
                        add_gradient(entries(a), delta, dw, db);
                        pull_back(w, delta, delta_before);
                    }
                    let n = rows.len() * layer.fan_in;
                    self.activation.times_df(&z[..n], &a[..n], &mut delta_before[..n]);
                }
            }
        }
    }

    fn output_delta(&self, labels: &[u8], rows: &[u32], tape: &mut Tape<F>) {
        let (Some(layer), Some(activity)) = (self.layers.last(), tape.layers.last_mut()) else { return };
        let scale = F::ONE / F::from_f64(rows.len() as f64);
        let z_rows = activity.z.chunks_exact(layer.fan_out);
        let a_rows = activity.a.chunks_exact(layer.fan_out);
        let deltas = activity.delta.chunks_exact_mut(layer.fan_out);
        for (((z, a), delta), &row) in z_rows.zip(a_rows).zip(deltas).zip(rows) {
            self.loss.delta(self.activation, z, a, labels[row as usize].into(), scale, delta);
        }
    }
}

fn layers(sizes: &[usize]) -> Vec<Layer> {
    let mut end = 0;
    let layer = |pair: &[usize]| {
        let (fan_in, fan_out) = (pair[0], pair[1]);
        let w = end..end + fan_in * fan_out;
        let b = w.end..w.end + fan_out;
        end = b.end;
        Layer { fan_in, fan_out, w, b }
    };
    sizes.windows(2).map(layer).collect()
}

/// The entries of a dense row as (index, value).
fn entries<F: Float>(row: &[F]) -> impl Iterator<Item = (usize, F)> + '_ {
    row.iter().copied().enumerate()
}

/// z = x W + b for one example: inputs in increasing index, each added across all outputs.
fn affine<F: Float>(x: impl Iterator<Item = (usize, F)>, w: &[F], b: &[F], z: &mut [F]) {
    z.copy_from_slice(b);
    for (i, x_i) in x {
        let w_i = &w[i * z.len()..][..z.len()];
        z.iter_mut().zip(w_i).for_each(|(z, &w)| *z += x_i * w);
    }
}

/// ∂C/∂W_ij += x_i δ_j and ∂C/∂b_j += δ_j for one example: the product of (1) that the tutorial's (4) leaves out.
fn add_gradient<F: Float>(x: impl Iterator<Item = (usize, F)>, delta: &[F], dw: &mut [F], db: &mut [F]) {
    for (i, x_i) in x {
        let dw_i = &mut dw[i * delta.len()..][..delta.len()];
        dw_i.iter_mut().zip(delta).for_each(|(dw, &d)| *dw += x_i * d);
    }
    db.iter_mut().zip(delta).for_each(|(db, &d)| *db += d);
}

/// δ⁽ˡ⁻¹⁾ = W δ for one example, without the factor f′ (eq. 3; the rows of W are input units here, so no transpose).
fn pull_back<F: Float>(w: &[F], delta: &[F], delta_before: &mut [F]) {
    for (before, w_i) in delta_before.iter_mut().zip(w.chunks_exact(delta.len())) {
        *before = w_i.iter().zip(delta).fold(F::ZERO, |sum, (&w, &d)| sum + w * d);
    }
}

/// Whether the label's entry is the first largest one. A row with NaN is never correct.
fn is_largest<F: Float>(z: &[F], label: usize) -> bool {
    let own = z[label];
    z.iter().enumerate().all(|(k, &z)| if k < label { z < own } else { z <= own })
}
