//! How a gradient becomes a step: one file to a rule. All parameters of a network lie in one buffer `[parameters]`, so a rule
//! sees neither layers nor shapes (what goes through the buffer with it, in `sweep.rs`, sums |∂C/∂W| by layer on the way): weight decay, for one, decays biases too, as Keras' does unless told otherwise.

mod adam;
mod forget;
mod momentum;
mod moving;
mod rmsprop;
mod sgd;
mod sweep;

use super::Float;
use super::buffer::Buffer;
use super::float::{LANES, lanes};
use super::magnitude::Magnitude;
use super::mlp::Layer;
use super::product::vectors_mut;
pub use adam::Adam;
use moving::Stretch;
pub use rmsprop::RmsProp;
use serde::{Deserialize, Serialize};
use sweep::Sweep;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Optimizer {
    /// w ← w − lr g.
    Sgd {
        learning_rate: f64,
    },
    /// m ← μ m − lr g, w ← w + m (Polyak, 1964; Keras' form).
    Momentum {
        learning_rate: f64,
        momentum: f64,
    },
    /// m ← μ m − lr g, w ← w + μ m − lr g (Nesterov, 1983; Sutskever et al., 2013).
    Nesterov {
        learning_rate: f64,
        momentum: f64,
    },
    RmsProp(RmsProp),
    Adam(Adam),
    /// Adam with decoupled weight decay: w ← w − lr λ w before Adam's step (Loshchilov and Hutter, 2019).
    AdamW {
        adam: Adam,
        weight_decay: f64,
    },
}

impl Optimizer {
    /// Each rule with its customary constants.
    pub const ALL: [Self; 6] = [
        Self::Sgd { learning_rate: 0.1 },
        Self::Momentum { learning_rate: 0.01, momentum: 0.9 },
        Self::Nesterov { learning_rate: 0.01, momentum: 0.9 },
        Self::RmsProp(RmsProp::KERAS),
        Self::Adam(Adam::TENSORFLOW),
        Self::AdamW { adam: Adam::TENSORFLOW, weight_decay: 0.01 },
    ];

    /// The name in URLs and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Sgd { .. } => "sgd",
            Self::Momentum { .. } => "momentum",
            Self::Nesterov { .. } => "nesterov",
            Self::RmsProp(_) => "rmsprop",
            Self::Adam(_) => "adam",
            Self::AdamW { .. } => "adamw",
        }
    }

    /// The rule that a key names, with its customary constants.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|optimizer| optimizer.key() == key)
    }

    /// The name a reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sgd { .. } => "SGD",
            Self::Momentum { .. } => "momentum",
            Self::Nesterov { .. } => "Nesterov",
            Self::RmsProp(_) => "RMSprop",
            Self::Adam(_) => "Adam",
            Self::AdamW { .. } => "AdamW",
        }
    }

    pub fn learning_rate(self) -> f64 {
        match self {
            Self::Sgd { learning_rate }
            | Self::Momentum { learning_rate, .. }
            | Self::Nesterov { learning_rate, .. }
            | Self::RmsProp(RmsProp { learning_rate, .. })
            | Self::Adam(Adam { learning_rate, .. })
            | Self::AdamW { adam: Adam { learning_rate, .. }, .. } => learning_rate,
        }
    }

    /// The same rule at another learning rate.
    pub fn with_learning_rate(mut self, rate: f64) -> Self {
        match &mut self {
            Self::Sgd { learning_rate }
            | Self::Momentum { learning_rate, .. }
            | Self::Nesterov { learning_rate, .. }
            | Self::RmsProp(RmsProp { learning_rate, .. })
            | Self::Adam(Adam { learning_rate, .. })
            | Self::AdamW { adam: Adam { learning_rate, .. }, .. } => *learning_rate = rate,
        }
        self
    }

    /// Numbers that the rule remembers of each parameter.
    pub fn memory(self) -> usize {
        match self {
            Self::Sgd { .. } => 0,
            Self::Momentum { .. } | Self::Nesterov { .. } | Self::RmsProp(_) => 1,
            Self::Adam(_) | Self::AdamW { .. } => 2,
        }
    }
}

/// An optimizer at work on one network: the rule and what it remembers between steps.
pub struct Optimization<F> {
    optimizer: Optimizer,
    /// Vector by vector, `[parameters / 4, memory, 4]`: what a vector of parameters needs lies side by side.
    memory: Buffer<F>,
    /// Updates made.
    t: i32,
    /// What an update goes through.
    moving: Vec<Stretch>,
    /// Σ |∂C/∂W| of each layer at the last update, `[layers]`.
    gradient_sums: Vec<f64>,
}

impl<F: Float> Optimization<F> {
    /// `n_parameters` with their padding, whole vectors, of no network in particular.
    pub fn new(optimizer: Optimizer, n_parameters: usize) -> Self {
        let moving = moving::all(n_parameters / LANES);
        let memory = Buffer::zeros(n_parameters * optimizer.memory());
        Self { optimizer, memory, t: 0, moving, gradient_sums: Vec::new() }
    }

    /// Of a network on inputs of which those that are not `used` are always 0.
    pub fn of_network(optimizer: Optimizer, layers: &[Layer], used: &[bool]) -> Self {
        let n_parameters = layers.last().map_or(0, |layer| layer.parameters().end);
        let (moving, gradient_sums) = (moving::of_network(layers, used), vec![0.0; layers.len()]);
        Self { moving, gradient_sums, ..Self::new(optimizer, n_parameters) }
    }

    /// One step: changes `parameters` by the gradient, both `[parameters]`; whether what it went through is finite after it,
    /// parameters and memory.
    pub fn update(&mut self, parameters: &mut [F], gradient: &[F]) -> bool {
        self.t = self.t.saturating_add(1);
        let Self { optimizer, memory, t, moving, gradient_sums } = self;
        if let Optimizer::AdamW { adam, weight_decay } = optimizer {
            scale(parameters, 1.0 - adam.learning_rate * *weight_decay);
        }
        gradient_sums.fill(0.0);
        forget::what_is_over(*t, memory);
        let sweep = Sweep { parameters, gradient, memory, moving, gradient_sums };
        match *optimizer {
            Optimizer::Sgd { learning_rate } => sgd::update(learning_rate, sweep),
            Optimizer::Momentum { learning_rate, momentum } => momentum::heavy_ball(learning_rate, momentum, sweep),
            Optimizer::Nesterov { learning_rate, momentum } => momentum::nesterov(learning_rate, momentum, sweep),
            Optimizer::RmsProp(rule) => rule.update(sweep),
            Optimizer::Adam(rule) | Optimizer::AdamW { adam: rule, .. } => rule.update(*t, sweep),
        }
    }

    /// Σ |∂C/∂W| of each layer of the network, as the last update found the gradient.
    pub fn gradient_sums(&self) -> &[f64] {
        &self.gradient_sums
    }
}

/// Scales the gradient so that its norm over all parameters is at most `max_norm` (Pascanu, Mikolov and Bengio, 2013); by what
/// factor.
pub fn clip<F: Float>(gradient: &mut [F], max_norm: f64) -> f64 {
    let norm = Magnitude::of(gradient).norm;
    let factor = if norm > max_norm { max_norm / norm } else { 1.0 };
    if factor < 1.0 {
        scale(gradient, factor);
    }
    factor
}

fn scale<F: Float>(values: &mut [F], factor: f64) {
    let factor = lanes::<F>(factor);
    vectors_mut(values).iter_mut().for_each(|value| *value = (F::X4::from(*value) * factor).into());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::finite::all_finite;
    use crate::nn::magnitude::BLOCK;
    use crate::nn::{Activation, Architecture, Loss, Mlp, Norm, rng::Rng};

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

    /// Three steps with and without the weights of inputs that are never used, in networks whose first W has padding, none,
    /// and a tail.
    #[test]
    fn what_an_optimizer_leaves_out_changes_no_bit_and_sums_are_those_of_the_gradient() {
        let used = [false, true, false, false, false, false, true];
        for (width, norm) in (1..=14).flat_map(|width| [None, Some(Norm::Batch)].map(|norm| (width, norm))) {
            let plain = Architecture::plain(&[7, width, 3, 2], Activation::Tanh, Loss::SoftmaxCrossEntropy);
            let mlp = Mlp::<f32>::new(Architecture { norm, ..plain }, &mut Rng::weights(1));
            let (layers, n) = (mlp.layers(), mlp.parameters().len());
            for optimizer in Optimizer::ALL {
                let mut all = (mlp.parameters().to_vec(), Optimization::new(optimizer, n));
                let mut some = (mlp.parameters().to_vec(), Optimization::of_network(optimizer, layers, &used));
                let mut rng = Rng::batches(1);
                for _ in 0..3 {
                    let mut gradient: Vec<f32> = (0..n).map(|_| rng.unit() as f32 - 0.5).collect();
                    for (i, g) in gradient[layers[0].w.clone()].iter_mut().enumerate() {
                        if !used.get(i / layers[0].w_row).is_some_and(|&used| used) {
                            *g = 0.0;
                        }
                    }
                    let update = |(w, it): &mut (Vec<f32>, Optimization<f32>)| it.update(w, &gradient);
                    assert!(update(&mut all) && update(&mut some));
                    for (layer, &sum) in layers.iter().zip(some.1.gradient_sums()) {
                        let exact: f64 = gradient[layer.w.clone()].iter().map(|&g| f64::from(g.abs())).sum();
                        assert!((sum - exact).abs() <= 1e-6 * exact, "{width}, {norm:?}: {sum}, not {exact}");
                    }
                }
                assert_eq!(all.0, some.0, "{width}, {norm:?}, {optimizer:?}");
            }
        }
    }

    #[test]
    fn clipping_keeps_the_direction_and_bounds_the_norm() {
        let mut g = [3.0f64, 0.0, 4.0, 0.0];
        assert_eq!(clip(&mut g, 10.0), 1.0);
        assert_eq!(g, [3.0, 0.0, 4.0, 0.0]);
        assert_eq!(clip(&mut g, 1.0), 0.2);
        assert!((g[0] - 0.6).abs() < 1e-15 && (g[2] - 0.8).abs() < 1e-15, "{g:?}");
    }

    #[test]
    fn a_bound_that_is_met_changes_nothing_and_tiny_gradients_have_norms_too() {
        let mut g = [3.0f32, 0.0, 4.0, 0.0];
        clip(&mut g, 5.0);
        assert_eq!(g, [3.0, 0.0, 4.0, 0.0]);
        let mut g = g.map(|g| g * 1e-30);
        clip(&mut g, 1e-30);
        assert!((g[0] / 0.6e-30 - 1.0).abs() < 1e-6 && (g[2] / 0.8e-30 - 1.0).abs() < 1e-6, "{g:?}");
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

    #[test]
    fn keys_name_one_rule_each_and_a_rate_is_the_one_that_was_set() {
        for (i, optimizer) in Optimizer::ALL.into_iter().enumerate() {
            assert_eq!(Optimizer::from_key(optimizer.key()), Some(optimizer));
            assert!(Optimizer::ALL[..i].iter().all(|other| other.label() != optimizer.label()), "{optimizer:?}");
            let faster = optimizer.with_learning_rate(0.7);
            assert_eq!((faster.learning_rate(), faster.key()), (0.7, optimizer.key()));
            assert_eq!(faster.with_learning_rate(optimizer.learning_rate()), optimizer);
        }
        assert_eq!(Optimizer::from_key("adagrad"), None);
    }
}
