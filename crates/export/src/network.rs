//! The parameters of a network as named tensors, without padding.

use lab::Training;
use nn::Norm;
use nn::mlp::Layer;

/// All parameters of a network at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// W, b and, where the layer normalizes, γ, β and the running moments, layer by layer.
    pub tensors: Vec<Tensor>,
    /// [`Training::fingerprint`].
    pub fingerprint: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Such as `layer1.w`; layers count from 1.
    pub name: String,
    pub shape: Vec<usize>,
    /// Row by row.
    pub values: Vec<f32>,
}

impl Network {
    pub fn of(training: &Training) -> Self {
        let mlp = training.mlp();
        let mut tensors = Vec::new();
        for (l, layer) in mlp.layers().iter().enumerate() {
            let mut add = |name: &str, shape: Vec<usize>, values: Vec<f32>| {
                tensors.push(Tensor { name: format!("layer{}.{name}", l + 1), shape, values });
            };
            let row = |numbers: Option<&[f32]>| layer.unpadded(numbers.unwrap_or_default()).collect();
            let parameters = |range| mlp.parameters().get::<std::ops::Range<usize>>(range);
            let (matrix, vector) = (vec![layer.fan_in, layer.fan_out], || vec![layer.fan_out]);
            add("w", matrix, layer.weights(mlp.parameters()).collect());
            add("b", vector(), row(parameters(layer.b.clone())));
            let Layer { norm: Some((gamma, beta)), .. } = layer else { continue };
            add("gamma", vector(), row(parameters(gamma.clone())));
            add("beta", vector(), row(parameters(beta.clone())));
            if let Some(running) = mlp.running().get(l).filter(|_| mlp.architecture.norm == Some(Norm::Batch)) {
                add("running_mean", vector(), row(Some(&running.mean)));
                add("running_variance", vector(), row(Some(&running.variance)));
            }
        }
        Self { tensors, fingerprint: training.fingerprint() }
    }
}
