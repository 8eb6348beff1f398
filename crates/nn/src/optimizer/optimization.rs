//! An optimizer and its memory for one network.

use super::{Optimizer, momentum, sgd};
use crate::Float;
use crate::kernel::buffer::Buffer;
use crate::kernel::subnormal::flush_subnormals;
use crate::kernel::update::{Part, Update};
use crate::mlp::Layer;
use std::ops::Range;

pub struct Optimization<F> {
    optimizer: Optimizer,
    /// m, v or both, `[parameters / 4, memory, 4]`: the memory of a vector of parameters is contiguous.
    memory: Buffer<F>,
    /// Updates so far.
    t: i32,
    /// The parameters that an update changes.
    parts: Vec<Part>,
    /// Σ |∂C/∂W| of the last update, `[layers]`.
    gradient_sums: Vec<f64>,
}

impl<F: Float> Optimization<F> {
    /// For `n_parameters` numbers, whole vectors, that are taken as one layer's W.
    pub fn new(optimizer: Optimizer, n_parameters: usize) -> Self {
        let parts = vec![Part { range: 0..n_parameters, layer: Some(0) }];
        Self {
            optimizer,
            memory: Buffer::zeros(n_parameters * optimizer.memory()),
            t: 0,
            parts,
            gradient_sums: vec![0.0],
        }
    }

    /// For a network with these layers.
    pub fn of_network(optimizer: Optimizer, layers: &[Layer]) -> Self {
        let n_parameters = layers.last().map_or(0, |layer| layer.parameters().end);
        let parts = layers.iter().enumerate().flat_map(|(l, layer)| {
            let others = layer.w.end..layer.parameters().end;
            [Part { range: layer.w.clone(), layer: Some(l) }, Part { range: others, layer: None }]
        });
        Self { parts: parts.collect(), gradient_sums: vec![0.0; layers.len()], ..Self::new(optimizer, n_parameters) }
    }

    /// One update of `parameters` by their `gradient`, both `[parameters]`. Returns whether all parameters and all memory are
    /// finite after it.
    pub fn update(&mut self, parameters: &mut [F], gradient: &[F]) -> bool {
        self.t = self.t.saturating_add(1);
        let Self { optimizer, memory, t, parts, gradient_sums } = self;
        flush_subnormals(*t, memory);
        let update = Update { parameters, gradient, memory, parts, gradient_sums };
        match *optimizer {
            Optimizer::Sgd { learning_rate } => update.apply_without_memory(sgd::rule(learning_rate)),
            Optimizer::Momentum { learning_rate, momentum } => update.apply(momentum::rule(learning_rate, momentum)),
            Optimizer::Nesterov { learning_rate, momentum } => {
                update.apply(momentum::nesterov_rule(learning_rate, momentum))
            }
            Optimizer::RmsProp(rmsprop) => update.apply(rmsprop.rule()),
            Optimizer::Adam(adam) => update.apply(adam.rule(*t)),
            Optimizer::AdamW { adam, weight_decay } => update.apply(adam.rule_with_decay(*t, weight_decay)),
        }
    }

    /// Σ |∂C/∂W| of the last update, `[layers]`.
    pub fn gradient_sums(&self) -> &[f64] {
        &self.gradient_sums
    }

    /// What is remembered of a range of parameters, whole vectors.
    pub(crate) fn memory_of(&self, parameters: Range<usize>) -> &[F] {
        let n = self.optimizer.memory();
        &self.memory[parameters.start * n..parameters.end * n]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finite::all_finite;
    use crate::float::LANES;
    use crate::kernel::sum::BLOCK;
    use crate::kernel::update::SAFE_SUM;
    use crate::optimizer::{Adam, RmsProp};
    use crate::{Activation, Architecture, Loss, Mlp, Norm, rng::Rng};

    /// Each rule's first two steps from w = 1 with g = 0.5, then −0.25, worked by hand.
    #[test]
    fn first_steps_are_those_worked_by_hand() {
        let rms = RmsProp { learning_rate: 0.1, rho: 0.5, epsilon: 0.125 };
        let adam = Adam { learning_rate: 0.1, beta1: 0.5, beta2: 0.75, epsilon_hat: 0.25 };
        let cases = [
            // 1 − 0.1 · 0.5; 0.95 + 0.1 · 0.25.
            (Optimizer::Sgd { learning_rate: 0.1 }, [0.95, 0.975]),
            // m = −0.05, w = 0.95; m = 0.9 · −0.05 + 0.025 = −0.02.
            (Optimizer::Momentum { learning_rate: 0.1, momentum: 0.9 }, [0.95, 0.93]),
            // m = −0.05, w = 1 − 0.045 − 0.05; m = −0.02, w = 0.905 − 0.018 + 0.025.
            (Optimizer::Nesterov { learning_rate: 0.1, momentum: 0.9 }, [0.905, 0.912]),
            // v = 0.125, step 0.05 / √0.25; v = 0.0625 + 0.03125, step −0.025 / √0.21875.
            (Optimizer::RmsProp(rms), [0.9, 0.953_452_248_382_484_9]),
            // m = 0.25, v = 0.0625, rate 0.1 · √0.25 / 0.5: step 0.025 / (0.25 + 0.25). m = 0, so the second step is 0.
            (Optimizer::Adam(adam), [0.95, 0.95]),
            // w = 1 · (1 − 0.1 · 0.2) − 0.05; then 0.93 · 0.98.
            (Optimizer::AdamW { adam, weight_decay: 0.2 }, [0.93, 0.9114]),
        ];
        assert_eq!(cases.map(|(optimizer, _)| optimizer.key()), Optimizer::ALL.map(Optimizer::key));
        for (optimizer, expected) in cases {
            let mut w = [1.0f64; LANES];
            let mut optimization = Optimization::new(optimizer, LANES);
            for (g, expected) in [0.5, -0.25].into_iter().zip(expected) {
                assert!(optimization.update(&mut w, &[g; LANES]));
                assert!(w.iter().all(|w| (w - expected).abs() < 1e-15), "{optimizer:?}: {w:?}, not {expected}");
            }
        }
    }

    #[test]
    fn nan_and_infinity_are_noticed_in_every_lane() {
        for optimizer in Optimizer::ALL {
            for (lane, g) in (0..LANES).flat_map(|lane| [(lane, f32::NAN), (lane, f32::INFINITY)]) {
                let mut gradient = [0.5; LANES];
                gradient[lane] = g;
                assert!(!Optimization::new(optimizer, LANES).update(&mut [1.0; LANES], &gradient), "{optimizer:?}");
            }
        }
    }

    #[test]
    fn a_square_that_overflows_is_noticed() {
        for optimizer in
            Optimizer::ALL.into_iter().filter(|optimizer| matches!(optimizer.key(), "rmsprop" | "adam" | "adamw"))
        {
            assert!(!Optimization::new(optimizer, LANES).update(&mut [1.0f32; LANES], &[1e30; LANES]), "{optimizer:?}");
        }
    }

    /// One number set, at an end or in the middle of blocks and vectors.
    #[test]
    fn update_returns_whether_all_is_finite() {
        let n = (2 * BLOCK + 3) * LANES;
        for optimizer in Optimizer::ALL {
            for i in [0, 1, BLOCK * LANES - 2, BLOCK * LANES + 3, n - 1] {
                for (w, g) in [
                    (1.0f32, 1e17f32),
                    (1.0, 1e18),
                    (1.0, -1.8e19),
                    (1.0, 2e19),
                    (1.0, -1e25),
                    (1.0, f32::NAN),
                    (f32::MAX, 0.5),
                    (f32::INFINITY, 0.5),
                    (f32::NAN, 0.5),
                ] {
                    let (mut parameters, mut gradient) = (vec![1.0; n], vec![0.5; n]);
                    (parameters[i], gradient[i]) = (w, g);
                    let mut optimization = Optimization::new(optimizer, n);
                    let answer = optimization.update(&mut parameters, &gradient);
                    let is_finite = all_finite(&parameters) && all_finite(&optimization.memory);
                    assert_eq!(answer, is_finite, "{optimizer:?}, w {w}, g {g} at {i}");
                }
            }
        }
    }

    /// A gradient just below the bound, and memory as large as it can be and as slow to decay.
    #[test]
    fn memory_that_is_not_checked_stays_finite() {
        let slow = Adam { beta1: 0.999_999, beta2: 0.999_999, ..Adam::TENSORFLOW };
        for optimizer in Optimizer::ALL.into_iter().chain([Optimizer::Adam(slow)]) {
            let mut optimization = Optimization::new(optimizer, LANES);
            optimization.memory.fill(f32::MAX);
            let (mut parameters, gradient) = ([1.0; LANES], [0.9 * SAFE_SUM as f32, 0.0, 0.0, 0.0]);
            let answer = optimization.update(&mut parameters, &gradient);
            let is_finite = all_finite(&parameters) && all_finite(&optimization.memory);
            assert_eq!(answer, is_finite, "{optimizer:?}");
        }
    }

    /// Layers with and without padding, with and without γ and β.
    #[test]
    fn gradient_sums_are_those_of_w_alone() {
        for (width, norm) in (1..=14).flat_map(|width| [None, Some(Norm::Batch)].map(|norm| (width, norm))) {
            let plain = Architecture::plain(&[7, width, 3, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy);
            let mut mlp = Mlp::<f32>::new(Architecture { norm, ..plain }, &mut Rng::weights(1));
            let gradient: Vec<f32> = (0..mlp.parameters().len()).map(|i| (i as f32).sin()).collect();
            let mut optimization = Optimization::of_network(Optimizer::ALL[4], mlp.layers());
            assert!(optimization.update(mlp.parameters_mut(), &gradient));
            assert_eq!(optimization.gradient_sums().len(), mlp.layers().len());
            for (layer, sum) in mlp.layers().iter().zip(optimization.gradient_sums()) {
                let exact: f64 = gradient[layer.w.clone()].iter().map(|&g| f64::from(g.abs())).sum();
                assert!((sum - exact).abs() <= 1e-6 * exact, "{sum}, not {exact}");
            }
        }
    }

    #[test]
    fn adam_equals_a_plain_loop_to_the_bit() {
        let gradient = |t: i32| std::array::from_fn::<f32, 12, _>(|i| (i as f32 - 5.5) * 0.3_f32.powi(t));
        let (mut w, mut optimization) = ([1.0f32; 12], Optimization::new(Optimizer::Adam(Adam::TENSORFLOW), 12));
        let mut plain = [[1.0f32, 0.0, 0.0]; 12];
        for t in 1..=3 {
            optimization.update(&mut w, &gradient(t));
            let alpha_t = (1e-3 * (1.0 - libm::pow(0.999, t.into())).sqrt() / (1.0 - libm::pow(0.9, t.into()))) as f32;
            for ([w, m, v], g) in plain.iter_mut().zip(gradient(t)) {
                *m = 0.9 * *m + (1.0f64 - 0.9) as f32 * g;
                *v = 0.999 * *v + (1.0f64 - 0.999) as f32 * (g * g);
                *w -= alpha_t * *m / (v.sqrt() + 1e-8);
            }
        }
        assert_eq!(w, plain.map(|[w, ..]| w));
    }

    /// Twelve parameters with gradients of their own against twelve optimizers of one.
    #[test]
    fn every_parameter_has_a_memory_of_its_own() {
        for optimizer in Optimizer::ALL {
            let gradient = |step: i32| std::array::from_fn::<f32, 12, _>(|i| (i as f32 - 5.5) * 0.3_f32.powi(step));
            let mut together = [1.0f32; 12];
            let mut optimization = Optimization::new(optimizer, together.len());
            (0..3).for_each(|step| assert!(optimization.update(&mut together, &gradient(step))));
            for (i, &w) in together.iter().enumerate() {
                let mut alone = [1.0f32; LANES];
                let mut optimization = Optimization::new(optimizer, LANES);
                (0..3).for_each(|step| assert!(optimization.update(&mut alone, &[gradient(step)[i]; LANES])));
                assert_eq!(alone, [w; LANES], "{optimizer:?}, parameter {i}");
            }
        }
    }
}
