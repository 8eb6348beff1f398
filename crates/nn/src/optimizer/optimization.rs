//! An optimizer at work on one network.

use super::moving::{self, Stretch};
use super::sweep::{LayerSums, Sweep};
use super::{Optimizer, forget, momentum, sgd};
use crate::Float;
use crate::buffer::Buffer;
use crate::float::LANES;
use crate::mlp::Layer;

/// The rule and what it remembers between steps.
pub struct Optimization<F> {
    optimizer: Optimizer,
    /// Vector by vector, `[parameters / 4, memory, 4]`: what a vector of parameters needs lies side by side.
    pub(super) memory: Buffer<F>,
    /// Updates made.
    t: i32,
    /// What an update goes through.
    moving: Vec<Stretch>,
    /// Of the last update, `[layers]`.
    sums: Vec<LayerSums>,
}

impl<F: Float> Optimization<F> {
    /// `n_parameters` with their padding, whole vectors, of no network in particular.
    pub fn new(optimizer: Optimizer, n_parameters: usize) -> Self {
        let moving = moving::all(n_parameters / LANES);
        let memory = Buffer::zeros(n_parameters * optimizer.memory());
        Self { optimizer, memory, t: 0, moving, sums: Vec::new() }
    }

    /// Of a network on inputs of which those that are not `used` are always 0.
    pub fn of_network(optimizer: Optimizer, layers: &[Layer], used: &[bool]) -> Self {
        let n_parameters = layers.last().map_or(0, |layer| layer.parameters().end);
        let sums = vec![LayerSums::default(); layers.len()];
        // What has no gradient decays all the same.
        let decays = { optimizer }.weight_decay_mut().is_some();
        let moving = moving::of_network(layers, &used.iter().map(|used| used | decays).collect::<Vec<bool>>());
        Self { moving, sums, ..Self::new(optimizer, n_parameters) }
    }

    /// One step: changes `parameters` by the gradient, both `[parameters]`; whether what it went through is finite after it,
    /// parameters and memory.
    pub fn update(&mut self, parameters: &mut [F], gradient: &[F]) -> bool {
        self.sweep(parameters, gradient, false)
    }

    /// The same, which also measures how far weights move.
    pub fn update_measured(&mut self, parameters: &mut [F], gradient: &[F]) -> bool {
        self.sweep(parameters, gradient, true)
    }

    fn sweep(&mut self, parameters: &mut [F], gradient: &[F], measures_moves: bool) -> bool {
        self.t = self.t.saturating_add(1);
        let Self { optimizer, memory, t, moving, sums } = self;
        sums.fill(LayerSums::default());
        forget::what_is_over(*t, memory);
        let sweep = Sweep { parameters, gradient, memory, moving, sums, measures_moves };
        match *optimizer {
            Optimizer::Sgd { learning_rate } => sgd::update(learning_rate, sweep),
            Optimizer::Momentum { learning_rate, momentum } => momentum::heavy_ball(learning_rate, momentum, sweep),
            Optimizer::Nesterov { learning_rate, momentum } => momentum::nesterov(learning_rate, momentum, sweep),
            Optimizer::RmsProp(rule) => rule.update(sweep),
            Optimizer::Adam(rule) => rule.update(*t, 0.0, sweep),
            Optimizer::AdamW { adam, weight_decay } => adam.update(*t, weight_decay, sweep),
        }
    }

    /// What the last update found in each layer of the network.
    pub fn sums(&self) -> &[LayerSums] {
        &self.sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finite::all_finite;
    use crate::magnitude::BLOCK;
    use crate::optimizer::{Adam, RmsProp, sweep};
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
    fn what_is_not_finite_is_noticed_in_every_lane() {
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

    /// One number spoilt, at an end or in the midst of stretches and vectors: update's answer is whether all that is left is finite.
    #[test]
    fn update_says_whether_all_is_finite() {
        let n = (2 * BLOCK + 3) * LANES;
        for optimizer in Optimizer::ALL {
            for place in [0, 1, BLOCK * LANES - 2, BLOCK * LANES + 3, n - 1] {
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
                    (parameters[place], gradient[place]) = (w, g);
                    let mut optimization = Optimization::new(optimizer, n);
                    let answer = optimization.update(&mut parameters, &gradient);
                    let is_finite = all_finite(&parameters) && all_finite(&optimization.memory);
                    assert_eq!(answer, is_finite, "{optimizer:?}, w {w}, g {g} at {place}");
                }
            }
        }
        // Gradients as large as are not looked at one by one, after all that a memory can hold, of those that forget slowest.
        let slow = Adam { beta1: 0.999_999, beta2: 0.999_999, ..Adam::TENSORFLOW };
        for optimizer in Optimizer::ALL.into_iter().chain([Optimizer::Adam(slow)]) {
            let mut optimization = Optimization::new(optimizer, LANES);
            optimization.memory.fill(f32::MAX);
            let (mut parameters, gradient) = ([1.0; LANES], [0.9 * sweep::SMALL as f32, 0.0, 0.0, 0.0]);
            let answer = optimization.update(&mut parameters, &gradient);
            let is_finite = all_finite(&parameters) && all_finite(&optimization.memory);
            assert_eq!(answer, is_finite, "{optimizer:?}");
        }
        // A large gradient is no harm to a rule that squares nothing.
        let mut sgd = Optimization::new(Optimizer::Sgd { learning_rate: 0.1 }, LANES);
        assert!(sgd.update(&mut [1.0f32; LANES], &[1e20; LANES]));
    }

    /// Three steps of every rule, each with its gradient, in networks whose first W has padding, none, and a tail, and some inputs
    /// of which are never used.
    fn three_steps(mut see: impl FnMut(Optimizer, &Mlp<f32>, &[bool], [&[f32]; 3])) {
        let used = [false, true, false, false, false, false, true];
        for (width, norm) in (1..=14).flat_map(|width| [None, Some(Norm::Batch)].map(|norm| (width, norm))) {
            let plain = Architecture::plain(&[7, width, 3, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy);
            let mlp = Mlp::<f32>::new(Architecture { norm, ..plain }, &mut Rng::weights(1));
            let first = &mlp.layers()[0];
            let mut rng = Rng::batches(1);
            let gradients: [Vec<f32>; 3] = std::array::from_fn(|_| {
                let mut gradient: Vec<f32> = mlp.parameters().iter().map(|_| rng.unit() as f32 - 0.5).collect();
                for (i, g) in gradient[first.w.clone()].iter_mut().enumerate() {
                    if !used.get(i / first.w_row).is_some_and(|&used| used) {
                        *g = 0.0;
                    }
                }
                gradient
            });
            Optimizer::ALL.into_iter().for_each(|rule| see(rule, &mlp, &used, gradients.each_ref().map(|g| &g[..])));
        }
    }

    #[test]
    fn what_an_optimizer_leaves_out_changes_no_bit() {
        three_steps(|optimizer, mlp, used, gradients| {
            let [mut all, mut some] = [(); 2].map(|()| mlp.parameters().to_vec());
            let mut of_all = Optimization::new(optimizer, all.len());
            let mut of_some = Optimization::of_network(optimizer, mlp.layers(), used);
            for gradient in gradients {
                assert!(of_all.update(&mut all, gradient) && of_some.update(&mut some, gradient));
            }
            assert_eq!(all, some, "{optimizer:?}");
        });
    }

    #[test]
    fn sums_are_those_of_all_weights_and_measuring_changes_no_bit() {
        three_steps(|optimizer, mlp, used, gradients| {
            let [mut plain, mut measured] = [(); 2].map(|()| mlp.parameters().to_vec());
            let [mut of_plain, mut of_measured] =
                [(); 2].map(|()| Optimization::of_network(optimizer, mlp.layers(), used));
            for gradient in gradients {
                let before = plain.clone();
                of_plain.update(&mut plain, gradient);
                of_measured.update_measured(&mut measured, gradient);
                assert_eq!(plain, measured, "{optimizer:?}");
                assert_eq!([of_plain.sums().len(), of_measured.sums().len()], [mlp.layers().len(); 2]);
                for ((layer, sums), unmeasured) in mlp.layers().iter().zip(of_measured.sums()).zip(of_plain.sums()) {
                    let sum = |of: &dyn Fn(usize) -> f32| layer.w.clone().map(|i| f64::from(of(i).abs())).sum::<f64>();
                    let is_near = |x: f64, exact: f64| exact > 0.0 && (x - exact).abs() <= 1e-6 * exact;
                    assert!(is_near(sums.gradient, sum(&|i| gradient[i])), "{optimizer:?}: {sums:?}");
                    assert!(is_near(sums.moved, sum(&|i| plain[i] - before[i])), "{optimizer:?}: {sums:?}");
                    assert_eq!((unmeasured.gradient, unmeasured.moved), (sums.gradient, 0.0), "{optimizer:?}");
                }
            }
        });
    }

    /// A decay that turns each weight round and makes it 99 times larger, of inputs that are never used.
    #[test]
    fn what_only_decays_is_watched_too() {
        let adam = Adam { learning_rate: 100.0, ..Adam::TENSORFLOW };
        let layers = Architecture::plain(&[7, 5, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy).layers();
        let n = layers[1].parameters().end;
        let mut optimization =
            Optimization::of_network(Optimizer::AdamW { adam, weight_decay: 1.0 }, &layers, &[false; 7]);
        let (mut w, gradient) = (vec![0.0; n], vec![0.0; n]);
        w[layers[0].w.start] = 1.0f32;
        let ends = (0..25).map(|_| (optimization.update(&mut w, &gradient), all_finite(&w)));
        let ends: Vec<(bool, bool)> = ends.collect();
        assert!(ends.iter().all(|(answer, is_finite)| answer == is_finite) && ends[18].0 && !ends[24].0, "{ends:?}");
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
