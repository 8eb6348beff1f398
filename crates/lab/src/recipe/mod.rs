//! What a run is. A [`Recipe`] may hold any values. [`Settings`] is a recipe whose fields are all in range, and only settings are
//! trained. [`field`] has the table of all fields.

mod cost;
pub mod field;

pub use cost::{Cost, CostError, DataShape};
pub use field::{Field, FieldError, Value};

use field::FIELDS;
use nn::optimizer::Adam;
use nn::{Activation, Architecture, Initializer, Loss, Norm, Optimizer};
use serde::{Deserialize, Serialize};

/// One network and how it trains.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Layers of weights, the output layer included.
    pub depth: usize,
    /// Units of a hidden layer.
    pub width: usize,
    pub activation: Activation,
    pub initializer: Initializer,
    pub norm: Option<Norm>,
    /// Whether a hidden layer's input is added to its output where their widths match.
    pub residual: bool,
    /// The probability that a hidden unit is dropped from a training pass.
    pub dropout: f64,
    pub loss: Loss,
    pub optimizer: Optimizer,
    /// The largest norm of the whole gradient; a larger gradient is scaled down to it. None for no clipping.
    pub clip: Option<f64>,
    /// Examples in a batch.
    pub batch: usize,
    /// Training steps.
    pub steps: u32,
    pub seed: u32,
}

impl Recipe {
    /// The tutorial's network and training: six weight layers, five of them hidden with 10 units; Adam, batches of 30, 2,500 steps.
    pub fn tutorial(activation: Activation, seed: u32) -> Self {
        Self {
            depth: 6,
            width: 10,
            activation,
            initializer: Initializer::GlorotUniform,
            norm: None,
            residual: false,
            dropout: 0.0,
            loss: Loss::SoftmaxCrossEntropy,
            optimizer: Optimizer::Adam(Adam::TENSORFLOW),
            clip: None,
            batch: 30,
            steps: 2_500,
            seed,
        }
    }

    /// Validates the recipe.
    ///
    /// # Errors
    /// Names the first field that is out of range.
    pub fn check(self) -> Result<Settings, FieldError> {
        FIELDS.iter().try_for_each(|field| field.check(&self))?;
        Ok(Settings(self))
    }
}

/// The tutorial's recipe with the first activation of the table and seed 1.
impl Default for Recipe {
    fn default() -> Self {
        Self::tutorial(Activation::ALL[0], 1)
    }
}

/// A recipe whose fields are all in range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Recipe", into = "Recipe")]
pub struct Settings(Recipe);

impl From<Settings> for Recipe {
    fn from(settings: Settings) -> Self {
        settings.0
    }
}

impl TryFrom<Recipe> for Settings {
    type Error = FieldError;
    fn try_from(recipe: Recipe) -> Result<Self, FieldError> {
        recipe.check()
    }
}

/// The most samples that a run takes: the memory of a history does not grow with the length of its run.
const MAX_SAMPLES: u32 = 500;
/// The tutorial logs at 0, 200, …, 2400.
const LOG_EVERY: u32 = 200;
const SAMPLES_PER_LOG: u32 = 20;

impl Settings {
    pub fn recipe(&self) -> &Recipe {
        &self.0
    }

    /// Steps from one sample to the next: 10, and more in runs of more than 5,000 steps.
    pub fn sample_every(&self) -> u32 {
        self.log_every() / SAMPLES_PER_LOG
    }

    /// Steps from one log to the next: 200 as in the tutorial, and more in runs of more than 5,000 steps. Logged steps also have
    /// histograms and an evaluation of the held-out examples.
    pub fn log_every(&self) -> u32 {
        LOG_EVERY * self.0.steps.div_ceil(MAX_SAMPLES * LOG_EVERY / SAMPLES_PER_LOG)
    }

    pub fn is_logged(&self, step: u32) -> bool {
        step.is_multiple_of(self.log_every())
    }

    /// The network for images of `n_inputs` pixels in `n_classes` classes.
    pub fn architecture(&self, n_inputs: usize, n_classes: usize) -> Architecture {
        let Recipe { depth, width, activation, initializer, norm, residual, dropout, loss, .. } = self.0;
        let hidden = std::iter::repeat_n(width, depth - 1);
        let sizes = std::iter::once(n_inputs).chain(hidden).chain([n_classes]).collect();
        Architecture { sizes, activation, initializer, norm, residual, dropout, loss }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_steps(steps: u32) -> Settings {
        Recipe { steps, ..Recipe::default() }.check().unwrap()
    }

    #[test]
    fn the_tutorials_network_has_its_sizes() {
        assert_eq!(with_steps(1).architecture(784, 10).sizes, [784, 10, 10, 10, 10, 10, 10]);
    }

    #[test]
    fn long_runs_are_sampled_less_often() {
        let schedule = |steps| (with_steps(steps).sample_every(), with_steps(steps).log_every());
        assert_eq!([1, 2_500, 5_000].map(schedule), [(10, 200); 3]);
        assert_eq!([5_001, 10_000, 100_000].map(schedule), [(20, 400), (20, 400), (200, 4_000)]);
        for steps in (1..=100_000u32).step_by(977) {
            assert!(steps.div_ceil(schedule(steps).0) <= MAX_SAMPLES, "{steps}");
        }
    }

    #[test]
    fn a_recipe_outside_its_ranges_is_refused() {
        let sentence = |recipe: Recipe| recipe.check().unwrap_err().to_string();
        let default = Recipe::default();
        let too_wide = sentence(Recipe { width: 513, ..default });
        assert_eq!(too_wide, "width is 513, but must be a whole number from 1 to 512");
        let optimizer = Optimizer::Adam(Adam { learning_rate: f64::NAN, ..Adam::TENSORFLOW });
        let no_rate = sentence(Recipe { optimizer, ..default });
        assert_eq!(no_rate, "rate is NaN, but must be a number from 0 to 100");
        let no_slope = sentence(Recipe { activation: Activation::LeakyRelu { slope: f64::NAN }, ..default });
        assert_eq!(no_slope, "slope is NaN, but must be a number from 0 to 1");
    }

    /// 2³² + 6 is 6 in 32 bits.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn a_size_beyond_32_bits_is_refused() {
        let depth = (1 << 32) + 6;
        assert!(Recipe { depth, ..Recipe::default() }.check().is_err());
    }
}
