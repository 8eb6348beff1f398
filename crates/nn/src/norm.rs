//! Normalization of pre-activations: n = γ ẑ + β, where ẑ is z shifted and scaled to mean 0 and variance 1 over the batch, for each
//! unit (Ioffe and Szegedy, 2015), or over the units, for each example (Ba, Kiros and Hinton, 2016). Variances are biased. In
//! evaluation, batch normalization uses running moments instead of the batch's, so that the output of an example does not depend
//! on the other examples.

use super::Float;
use super::float::{Lanes, lanes};
use super::kernel::buffer::Buffer;
use super::kernel::{vectors, vectors_mut};
use serde::{Deserialize, Serialize};
use strum::{EnumCount, EnumMessage, IntoStaticStr};

/// In the attributes: the key and the name that a reader sees.
#[derive(Clone, Copy, Debug, EnumCount, EnumMessage, IntoStaticStr, PartialEq, Eq, Serialize, Deserialize)]
pub enum Norm {
    #[strum(serialize = "batch", message = "batch normalization")]
    Batch,
    #[strum(serialize = "layer", message = "layer normalization")]
    Layer,
}

impl Norm {
    pub const ALL: [Self; Self::COUNT] = [Self::Batch, Self::Layer];

    /// ε, added to every variance.
    pub const EPSILON: f64 = 1e-5;
    /// The decay rate of the running moments (Keras' default).
    pub const MOMENTUM: f64 = 0.99;

    /// The name in URLs and on the command line.
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|norm| norm.key() == key)
    }

    /// The name that a reader sees.
    pub fn label(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }
}

/// The results of normalizing one layer's batch, which the backward pass needs.
pub struct Normalized<F> {
    /// ẑ `[batch, stride]`.
    pub hat: Buffer<F>,
    /// n = γ ẑ + β `[batch, stride]`, the activation's input.
    pub n: Buffer<F>,
    /// 1 / √(variance + ε): of each unit `[stride]` or of each example `[batch]`.
    pub inverse_deviation: Buffer<F>,
    /// The mean of each unit over the batch `[stride]`; batch normalization only.
    pub mean: Buffer<F>,
    /// The variance of each unit over the batch `[stride]`; batch normalization only.
    pub variance: Buffer<F>,
}

impl<F: Float> Normalized<F> {
    pub fn new(batch: usize, stride: usize) -> Self {
        let zeros = Buffer::zeros;
        let (hat, n) = (zeros(batch * stride), zeros(batch * stride));
        Self { hat, n, inverse_deviation: zeros(batch.max(stride)), mean: zeros(stride), variance: zeros(stride) }
    }
}

/// Running moments of each unit of a layer, `[stride]`, which batch normalization uses in evaluation.
#[derive(Clone)]
pub struct Running<F> {
    pub mean: Vec<F>,
    pub variance: Vec<F>,
}

impl<F: Float> Running<F> {
    pub fn new(stride: usize) -> Self {
        Self { mean: vec![F::ZERO; stride], variance: vec![F::ONE; stride] }
    }

    /// running ← 0.99 running + 0.01 batch, after a forward pass in training.
    pub fn update(&mut self, batch: &Normalized<F>) {
        let (momentum, rest) = (F::from_f64(Norm::MOMENTUM), F::from_f64(1.0 - Norm::MOMENTUM));
        let average = |running: &mut [F], batch: &[F]| {
            running.iter_mut().zip(batch).for_each(|(running, &x)| *running = momentum * *running + rest * x);
        };
        average(&mut self.mean, &batch.mean);
        average(&mut self.variance, &batch.variance);
    }
}

/// A layer's γ and β, padded rows `[stride]`.
#[derive(Clone, Copy)]
pub struct Scale<'a, F> {
    pub gamma: &'a [F],
    pub beta: &'a [F],
}

/// The mean and variance of each unit over the batch `z` `[batch, stride]`.
pub fn batch_statistics<F: Float>(z: &[F], to: &mut Normalized<F>) {
    let stride = to.mean.len();
    let n = lanes::<F>((z.len() / stride) as f64);
    for (j, (mean, variance)) in vectors_mut(&mut to.mean).iter_mut().zip(vectors_mut(&mut to.variance)).enumerate() {
        let column = || z.chunks_exact(stride).map(|row| F::X4::from(vectors(row)[j]));
        let m = column().fold(lanes::<F>(0.0), |sum, z| sum + z) / n;
        let squares = column().fold(lanes::<F>(0.0), |sum, z| sum + (z - m) * (z - m));
        *mean = m.into();
        *variance = (squares / n).into();
    }
}

/// Batch normalization forward, by the mean and variance in `to`: the batch's in training, the running ones in evaluation.
pub fn batch_forward<F: Float>(z: &[F], scale: Scale<F>, to: &mut Normalized<F>) {
    let Normalized { hat, n, inverse_deviation, mean, variance } = to;
    let stride = mean.len();
    let (epsilon, one) = (lanes::<F>(Norm::EPSILON), lanes::<F>(1.0));
    for (inverse, &variance) in vectors_mut(inverse_deviation).iter_mut().zip(vectors(variance)) {
        *inverse = (one / (F::X4::from(variance) + epsilon).sqrt()).into();
    }
    let rows = hat.chunks_exact_mut(stride).zip(n.chunks_exact_mut(stride));
    for (z, (hat, n)) in z.chunks_exact(stride).zip(rows) {
        for (j, (hat, n)) in vectors_mut(hat).iter_mut().zip(vectors_mut(n)).enumerate() {
            let at = |row: &[F]| F::X4::from(vectors(row)[j]);
            let value = (at(z) - at(mean)) * at(inverse_deviation);
            *hat = value.into();
            *n = (at(scale.gamma) * value + at(scale.beta)).into();
        }
    }
}

/// Batch normalization backward: `delta` `[batch, stride]` holds ∂C/∂n and becomes ∂C/∂z =
/// γ s (∂C/∂n − mean(∂C/∂n) − ẑ · mean(ẑ ∂C/∂n)), s the inverse deviation and means over the batch.
pub fn batch_backward<F: Float>(from: &Normalized<F>, gamma: &[F], delta: &mut [F], dgamma: &[F], dbeta: &[F]) {
    let stride = gamma.len();
    let n = lanes::<F>((delta.len() / stride) as f64);
    for (delta, hat) in delta.chunks_exact_mut(stride).zip(from.hat.chunks_exact(stride)) {
        for (j, delta) in vectors_mut(delta).iter_mut().enumerate() {
            let at = |row: &[F]| F::X4::from(vectors(row)[j]);
            let centered = F::X4::from(*delta) - at(dbeta) / n - at(hat) * (at(dgamma) / n);
            *delta = (at(gamma) * at(&from.inverse_deviation) * centered).into();
        }
    }
}

/// Layer normalization forward over the first `units` of each row; padding stays 0.
pub fn layer_forward<F: Float>(z: &[F], units: usize, scale: Scale<F>, to: &mut Normalized<F>) {
    let stride = scale.gamma.len();
    let n = F::from_f64(units as f64);
    let rows = to.hat.chunks_exact_mut(stride).zip(to.n.chunks_exact_mut(stride)).zip(to.inverse_deviation.iter_mut());
    for (z, ((hat, n_row), inverse)) in z.chunks_exact(stride).zip(rows) {
        let z = &z[..units];
        let mean = z.iter().fold(F::ZERO, |sum, &z| sum + z) / n;
        let squares = z.iter().fold(F::ZERO, |sum, &z| sum + (z - mean) * (z - mean));
        *inverse = F::ONE / (squares / n + F::from_f64(Norm::EPSILON)).sqrt();
        let scales = scale.gamma.iter().zip(scale.beta);
        for (((&z, hat), n), (&gamma, &beta)) in z.iter().zip(hat).zip(n_row).zip(scales) {
            *hat = (z - mean) * *inverse;
            *n = gamma * *hat + beta;
        }
    }
}

/// Layer normalization backward: `delta` `[batch, stride]` holds ∂C/∂n and becomes ∂C/∂z; with ∂C/∂ẑ = γ ∂C/∂n it is
/// s (∂C/∂ẑ − mean(∂C/∂ẑ) − ẑ · mean(ẑ ∂C/∂ẑ)), s the inverse deviation and means over the units.
pub fn layer_backward<F: Float>(from: &Normalized<F>, units: usize, gamma: &[F], delta: &mut [F]) {
    let stride = gamma.len();
    let n = F::from_f64(units as f64);
    let rows = from.hat.chunks_exact(stride).zip(from.inverse_deviation.iter());
    for (delta, (hat, &inverse)) in delta.chunks_exact_mut(stride).zip(rows) {
        let (delta, hat) = (&mut delta[..units], &hat[..units]);
        delta.iter_mut().zip(gamma).for_each(|(delta, &gamma)| *delta *= gamma);
        let mean = delta.iter().fold(F::ZERO, |sum, &d| sum + d) / n;
        let slope = delta.iter().zip(hat).fold(F::ZERO, |sum, (&d, &hat)| sum + d * hat) / n;
        delta.iter_mut().zip(hat).for_each(|(delta, &hat)| *delta = inverse * (*delta - mean - hat * slope));
    }
}

/// ∂C/∂γ and ∂C/∂β `[stride]` from `delta` = ∂C/∂n, for both normalizations.
pub fn scale_gradient<F: Float>(from: &Normalized<F>, delta: &[F], dgamma: &mut [F], dbeta: &mut [F]) {
    let stride = dgamma.len();
    dgamma.fill(F::ZERO);
    dbeta.fill(F::ZERO);
    for (delta, hat) in delta.chunks_exact(stride).zip(from.hat.chunks_exact(stride)) {
        for (((dgamma, dbeta), &delta), &hat) in dgamma.iter_mut().zip(&mut *dbeta).zip(delta).zip(hat) {
            *dgamma += delta * hat;
            *dbeta += delta;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three examples of four units far from 0: unit j of example i is 1000 + i (j + 1).
    fn far() -> Vec<f32> {
        (0..12).map(|k| 1_000.0 + ((k / 4) * (k % 4 + 1)) as f32).collect()
    }

    fn moments(values: impl Iterator<Item = f32> + Clone) -> [f32; 2] {
        let n = values.clone().count() as f32;
        let mean = values.clone().sum::<f32>() / n;
        [mean, values.map(|v| (v - mean) * (v - mean)).sum::<f32>() / n]
    }

    #[test]
    fn a_batch_leaves_each_unit_with_mean_beta_and_deviation_gamma() {
        let (z, mut to) = (far(), Normalized::new(3, 4));
        batch_statistics(&z, &mut to);
        batch_forward(&z, Scale { gamma: &[1.0, 2.0, 3.0, 4.0], beta: &[0.5, 0.0, -1.0, 7.0] }, &mut to);
        // Of 0, s, 2 s the variance is 2 s² / 3.
        assert_eq!(to.mean[..], [1_001.0, 1_002.0, 1_003.0, 1_004.0]);
        for (j, [mean, deviation]) in [[0.5, 1.0], [0.0, 2.0], [-1.0, 3.0], [7.0, 4.0]].into_iter().enumerate() {
            let [m, v] = moments(to.n.iter().skip(j).step_by(4).copied());
            assert!((m - mean).abs() < 1e-6 && (v.sqrt() - deviation).abs() < 1e-4, "unit {j}: {m}, {v}");
            let variance = 2.0 / 3.0 * ((j + 1) * (j + 1)) as f32;
            assert!((to.variance[j] / variance - 1.0).abs() < 1e-6, "unit {j}: {}", to.variance[j]);
        }
    }

    #[test]
    fn a_layer_leaves_each_example_with_mean_0_and_variance_1_and_its_padding_alone() {
        let (mut z, mut to) = (far(), Normalized::new(3, 4));
        z.iter_mut().skip(3).step_by(4).for_each(|padding| *padding = 0.0);
        layer_forward(&z, 3, Scale { gamma: &[1.0, 1.0, 1.0, 0.0], beta: &[0.0; 4] }, &mut to);
        for (i, row) in to.hat.chunks_exact(4).enumerate() {
            let [mean, variance] = moments(row[..3].iter().copied());
            let expected = if i == 0 { 0.0 } else { 1.0 };
            assert!(mean.abs() < 1e-6 && (variance - expected).abs() < 1e-4, "example {i}: {mean}, {variance}");
            assert_eq!(row[3], 0.0);
        }
    }

    /// E z² − (E z)² would cancel here.
    #[test]
    fn a_small_spread_far_from_0_is_not_lost() {
        let spread = [1_000.0f32, 1_000.01, 1_000.05];
        let mean = spread.iter().map(|&z| f64::from(z)).sum::<f64>() / 3.0;
        let variance = spread.iter().map(|&z| (f64::from(z) - mean).powi(2)).sum::<f64>() / 3.0;
        let mut to = Normalized::new(3, 4);
        batch_statistics(&spread.map(|z| [z; 4]).concat(), &mut to);
        assert!(to.variance.iter().all(|&v| (f64::from(v) / variance - 1.0).abs() < 1e-4), "{:?}", to.variance);
        let [a, b, c] = spread;
        layer_forward(&[a, b, c, 0.0], 3, Scale { gamma: &[1.0; 4], beta: &[0.0; 4] }, &mut to);
        let inverse = f64::from(to.inverse_deviation[0]);
        assert!((inverse * (variance + Norm::EPSILON).sqrt() - 1.0).abs() < 1e-4, "{inverse}");
    }

    #[test]
    fn a_constant_unit_is_normalized_to_beta() {
        let (z, mut to) = (vec![3e4f32; 8], Normalized::new(2, 4));
        batch_statistics(&z, &mut to);
        batch_forward(&z, Scale { gamma: &[2.0; 4], beta: &[0.25; 4] }, &mut to);
        assert_eq!(to.n[..], [0.25; 8]);
    }

    #[test]
    fn running_moments_start_as_the_standard_ones_and_move_a_hundredth_of_the_way() {
        let (mut running, mut batch) = (Running::<f64>::new(4), Normalized::new(1, 4));
        assert_eq!((&running.mean[..], &running.variance[..]), (&[0.0; 4][..], &[1.0; 4][..]));
        batch.mean.fill(10.0);
        batch.variance.fill(5.0);
        running.update(&batch);
        let is_near = |values: &[f64], expected: f64| values.iter().all(|v| (v - expected).abs() < 1e-12);
        assert!(is_near(&running.mean, 0.1) && is_near(&running.variance, 1.04));
    }

    #[test]
    fn keys_are_unique() {
        for norm in Norm::ALL {
            assert_eq!(Norm::from_key(norm.key()), Some(norm));
        }
        assert_eq!(Norm::ALL.map(Norm::label), ["batch normalization", "layer normalization"]);
        assert_eq!(Norm::from_key("none"), None);
    }
}
