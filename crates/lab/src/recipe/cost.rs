//! The cost of a run before it starts: memory, and multiplications as a measure of time.

use super::Settings;
use nn::Initializer;
use thiserror::Error;

/// The size of the data that a run trains on.
#[derive(Clone, Copy, Debug)]
pub struct DataShape {
    /// Pixels of an image.
    pub n_pixels: usize,
    pub n_classes: usize,
    /// Images to train on.
    pub n_train: usize,
    pub n_held_out: usize,
}

/// The cost of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Bytes of the parameters, the gradient, the optimizer's memory and the matrices of a pass.
    pub bytes: usize,
    /// Multiplications of one training step: forward, and twice as many backward.
    pub step: f64,
    /// Operations that make the initial weights, in one go.
    pub build: f64,
    /// Multiplications of the whole run, evaluations included.
    pub run: f64,
}

/// A run that is too large.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum CostError {
    #[error("this network needs about {} MB of memory, but at most {} MB are available", bytes.div_ceil(1 << 20), limit >> 20)]
    Memory { bytes: usize, limit: usize },
    #[error("these {n_runs} runs need about {} MB of memory together, but at most {} MB are available", bytes.div_ceil(1 << 20), limit >> 20)]
    TotalMemory { n_runs: usize, bytes: u64, limit: u64 },
    #[error(
        "one training step needs {step:.1e} multiplications, but at most {limit:.1e} are allowed, so that Pause stays quick"
    )]
    Step { step: f64, limit: f64 },
}

impl Cost {
    /// The most memory that the runs of a trainer may need in a browser.
    pub const MAX_BYTES: usize = 1 << 30;
    /// The most multiplications of one step, about a second on a slow machine: a trainer answers only between steps.
    pub const MAX_STEP: f64 = 2e9;

    /// The cost of a run on data of this shape.
    pub fn of(settings: &Settings, shape: DataShape) -> Self {
        let DataShape { n_pixels, n_classes, n_train, n_held_out } = shape;
        let recipe = settings.recipe();
        let layers = settings.architecture(n_pixels, n_classes).layers();
        let weights: usize = layers.iter().map(|layer| layer.w.len()).sum();
        let widest = layers.iter().map(|layer| layer.w.len()).max().unwrap_or_default();
        let units: usize = layers.iter().map(|layer| layer.stride).sum();
        let parameters = weights + 3 * units;
        // z, a, δ; ẑ and n of a normalization; the mask, the output and the input of a skip connection.
        let has_output = recipe.residual || recipe.dropout > 0.0;
        let matrices = 3 + 2 * usize::from(recipe.norm.is_some()) + 3 * usize::from(has_output);
        let numbers = parameters * (2 + recipe.optimizer.memory()) + recipe.batch * units * matrices + 4 * widest;
        // Four fifths of the pixels of a digit are 0 and are skipped.
        let first = layers.first().map_or(0, |layer| layer.w.len()) as f64;
        let multiplied = weights as f64 - 0.8 * first;
        let [batch, steps] = [recipe.batch as f64, f64::from(recipe.steps)];
        let n_logs = (steps / f64::from(settings.log_every())).ceil();
        // The last step's evaluation covers all examples. An update costs about ten multiplications for each parameter.
        let evaluated = n_logs * n_held_out as f64 + (n_train + n_held_out) as f64;
        let step = 3.0 * batch * multiplied + 10.0 * parameters as f64;
        // About twenty for a random number. What orthogonal weights take besides is at most twice the width for each weight.
        let orthogonal = if recipe.initializer == Initializer::Orthogonal { 2.0 * recipe.width as f64 } else { 0.0 };
        let build = (20.0 + orthogonal) * weights as f64;
        Self { bytes: numbers * size_of::<f32>(), step, build, run: steps * step + evaluated * multiplied }
    }

    /// The longest work that a trainer does without a message: it builds a network, or trains a step.
    pub fn longest(self) -> f64 {
        self.step.max(self.build)
    }

    /// Checks the limits of a trainer in a browser.
    ///
    /// # Errors
    /// The run needs more than [`MAX_BYTES`](Self::MAX_BYTES) or [`MAX_STEP`](Self::MAX_STEP).
    pub fn check(self) -> Result<(), CostError> {
        if self.bytes > Self::MAX_BYTES {
            return Err(CostError::Memory { bytes: self.bytes, limit: Self::MAX_BYTES });
        }
        if self.step > Self::MAX_STEP {
            return Err(CostError::Step { step: self.step, limit: Self::MAX_STEP });
        }
        Ok(())
    }

    /// Checks runs that train at the same time on `n_trainers`.
    ///
    /// # Errors
    /// As [`check`](Self::check), or all of them need more memory than the trainers have.
    pub fn check_all(costs: &[Self], n_trainers: usize) -> Result<(), CostError> {
        costs.iter().try_for_each(|cost| cost.check())?;
        // Not in `usize`, which has 32 bits in wasm.
        let bytes = costs.iter().map(|cost| cost.bytes as u64).sum();
        let limit = n_trainers as u64 * Self::MAX_BYTES as u64;
        if bytes > limit {
            return Err(CostError::TotalMemory { n_runs: costs.len(), bytes, limit });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::recipe::{Cost, CostError, DataShape, Recipe, Settings};
    use nn::{Initializer, Norm, Optimizer};

    const MNIST: DataShape = DataShape { n_pixels: 784, n_classes: 10, n_train: 9_000, n_held_out: 1_000 };

    fn cost(recipe: Recipe) -> Cost {
        let settings: Settings = recipe.check().unwrap();
        Cost::of(&settings, MNIST)
    }

    #[test]
    fn the_tutorials_run_is_counted_by_hand() {
        // 784 · 12 + 5 · 10 · 12 weights with padding; six layers of 12 units.
        let (weights, units) = (784 * 12 + 5 * 10 * 12, 6 * 12);
        let cost = cost(Recipe::default());
        assert_eq!(cost.bytes, 4 * ((weights + 3 * units) * 4 + 30 * units * 3 + 4 * 784 * 12));
        let multiplied = weights as f64 - 0.8 * (784 * 12) as f64;
        assert_eq!(cost.step, 3.0 * 30.0 * multiplied + (10 * (weights + 3 * units)) as f64);
        assert_eq!((cost.build, cost.longest()), (20.0 * weights as f64, cost.step));
        assert_eq!(cost.run, 2_500.0 * cost.step + (13 * 1_000 + 10_000) as f64 * multiplied);
        assert_eq!(cost.check(), Ok(()));
    }

    #[test]
    fn deep_and_wide_networks_may_run_but_not_with_huge_batches() {
        let deep = Recipe { depth: 50, width: 512, ..Recipe::default() };
        assert_eq!(cost(deep).check(), Ok(()));
        let sentence = cost(Recipe { batch: 512, ..deep }).check().unwrap_err().to_string();
        assert_eq!(
            sentence,
            "one training step needs 2.0e10 multiplications, but at most 2.0e9 are allowed, so that Pause stays quick"
        );
    }

    #[test]
    fn orthogonal_weights_of_wide_layers_take_longer_than_a_step() {
        let deep = Recipe { depth: 50, width: 512, initializer: Initializer::Orthogonal, ..Recipe::default() };
        let cost = cost(deep);
        // 49 square layers take 4⁄3 · 512³ operations each.
        let square = 49.0 * 4.0 / 3.0 * 512.0_f64.powi(3);
        assert!((1.0..1.7).contains(&(cost.build / square)) && cost.longest() == cost.build, "{cost:?}");
    }

    #[test]
    fn many_large_runs_need_more_memory_than_a_trainer_has() {
        let deep = cost(Recipe { depth: 50, width: 512, ..Recipe::default() });
        assert_eq!(Cost::check_all(&[deep; 3], 1), Ok(()));
        let error = CostError::TotalMemory { n_runs: 20, bytes: 20 * deep.bytes as u64, limit: Cost::MAX_BYTES as u64 };
        assert_eq!(Cost::check_all(&[deep; 20], 1), Err(error));
        assert_eq!(Cost::check_all(&[deep; 20], 20), Ok(()));
    }

    #[test]
    fn the_largest_run_needs_less_than_a_gibibyte() {
        let norm = Some(Norm::Batch);
        let largest =
            Recipe { depth: 50, width: 512, batch: 512, norm, residual: true, dropout: 0.5, ..Recipe::default() };
        assert!((400 << 20..1 << 30).contains(&cost(largest).bytes));
    }

    #[test]
    fn a_normalization_needs_two_matrices_and_another_output_three() {
        let plain = Recipe::default();
        let norm = Some(Norm::Layer);
        // Four bytes; batches of 30; six layers of 12 units with padding.
        let matrices = |recipe| (cost(recipe).bytes - cost(plain).bytes) / (4 * 30 * 6 * 12);
        assert_eq!(matrices(Recipe { norm, ..plain }), 2);
        assert_eq!(matrices(Recipe { residual: true, ..plain }), 3);
        assert_eq!(matrices(Recipe { dropout: 0.5, ..plain }), 3);
        assert_eq!(matrices(Recipe { norm, residual: true, dropout: 0.5, ..plain }), 5);
    }

    /// Momentum, Nesterov and RMSprop remember one number for each parameter, Adam and AdamW two.
    #[test]
    fn an_optimizers_memory_is_counted() {
        let bytes = |optimizer| cost(Recipe { optimizer, ..Recipe::default() }).bytes;
        let parameters = 784 * 12 + 5 * 10 * 12 + 3 * 6 * 12;
        let memory = |optimizer| (bytes(optimizer) - bytes(Optimizer::ALL[0])) / (4 * parameters);
        assert_eq!(Optimizer::ALL.map(memory), [0, 1, 1, 1, 2, 2]);
    }

    #[test]
    fn a_run_may_be_as_large_as_the_limits() {
        let largest = Cost { bytes: Cost::MAX_BYTES, step: Cost::MAX_STEP, ..cost(Recipe::default()) };
        assert_eq!((largest.check(), Cost::check_all(&[largest; 2], 2)), (Ok(()), Ok(())));
        let sentence = Cost { bytes: Cost::MAX_BYTES + 1, ..largest }.check().unwrap_err().to_string();
        assert_eq!(sentence, "this network needs about 1025 MB of memory, but at most 1024 MB are available");
    }
}
