//! What a run is. A [`Recipe`] says what is wanted; [`Settings`] is a recipe that can run, and nothing else is ever trained.

use nn::optimizer::{Adam, RmsProp};
use nn::{Activation, Architecture, Initializer, Loss, Norm, Optimizer};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Deref, RangeInclusive};

/// One network and how it trains.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Layers of weights.
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
    /// The largest norm that a gradient may have before its step.
    pub clip: Option<f64>,
    /// Examples in a batch.
    pub batch: usize,
    /// Training steps.
    pub steps: u32,
    pub seed: u32,
}

impl Recipe {
    pub const DEPTHS: RangeInclusive<usize> = 1..=50;
    pub const WIDTHS: RangeInclusive<usize> = 1..=512;
    pub const BATCHES: RangeInclusive<usize> = 1..=512;
    pub const STEPS: RangeInclusive<usize> = 1..=100_000;
    pub const SLOPES: RangeInclusive<f64> = 0.0..=1.0;
    pub const DROPOUTS: RangeInclusive<f64> = 0.0..=0.95;
    pub const LEARNING_RATES: RangeInclusive<f64> = 0.0..=100.0;
    pub const CLIPS: RangeInclusive<f64> = 1e-9..=1e9;
    /// What of an optimizer's memory a step keeps. What keeps all of it never follows the gradient.
    pub const KEPT: RangeInclusive<f64> = 0.0..=0.999_999;
    pub const DECAYS: RangeInclusive<f64> = 0.0..=1.0;

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

    /// The recipe as settings.
    ///
    /// # Errors
    /// The first value outside its range.
    pub fn check(self) -> Result<Settings, SettingsError> {
        check_count("depth", self.depth, &Self::DEPTHS)?;
        check_count("width", self.width, &Self::WIDTHS)?;
        check_count("batch", self.batch, &Self::BATCHES)?;
        check_count("steps", self.steps as usize, &Self::STEPS)?;
        check("dropout", self.dropout, &Self::DROPOUTS)?;
        check("learning rate", self.optimizer.learning_rate(), &Self::LEARNING_RATES)?;
        self.clip.map_or(Ok(()), |clip| check("clip", clip, &Self::CLIPS))?;
        if let Activation::LeakyRelu { slope } = self.activation {
            check("slope", slope, &Self::SLOPES)?;
        }
        if let Initializer::Normal { std } = self.initializer {
            check("standard deviation", std, &Initializer::STDS)?;
        }
        check_optimizer(self.optimizer)?;
        Ok(Settings(self))
    }
}

fn check_optimizer(optimizer: Optimizer) -> Result<(), SettingsError> {
    const EPSILONS: RangeInclusive<f64> = 0.0..=1.0;
    match optimizer {
        Optimizer::Sgd { .. } => Ok(()),
        Optimizer::Momentum { momentum, .. } | Optimizer::Nesterov { momentum, .. } => {
            check("momentum", momentum, &Recipe::KEPT)
        }
        Optimizer::RmsProp(RmsProp { rho, epsilon, .. }) => {
            check("momentum", rho, &Recipe::KEPT)?;
            check("epsilon", epsilon, &EPSILONS)
        }
        Optimizer::Adam(adam) => check_adam(adam, &EPSILONS),
        Optimizer::AdamW { adam, weight_decay } => {
            check_adam(adam, &EPSILONS)?;
            check("weight decay", weight_decay, &Recipe::DECAYS)
        }
    }
}

fn check_adam(adam: Adam, epsilons: &RangeInclusive<f64>) -> Result<(), SettingsError> {
    check("beta1", adam.beta1, &Recipe::KEPT)?;
    check("beta2", adam.beta2, &Recipe::KEPT)?;
    check("epsilon", adam.epsilon_hat, epsilons)
}

/// A recipe that can run; its fields are read through it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Recipe", into = "Recipe")]
pub struct Settings(Recipe);

impl Deref for Settings {
    type Target = Recipe;
    fn deref(&self) -> &Recipe {
        &self.0
    }
}

impl From<Settings> for Recipe {
    fn from(settings: Settings) -> Self {
        settings.0
    }
}

impl TryFrom<Recipe> for Settings {
    type Error = SettingsError;
    fn try_from(recipe: Recipe) -> Result<Self, SettingsError> {
        recipe.check()
    }
}

impl Settings {
    /// The tutorial's run. `activation` is one that a leaky slope has been checked for.
    pub fn tutorial(activation: Activation, seed: u32) -> Self {
        Self(Recipe::tutorial(activation, seed))
    }

    /// The same run with another activation, one that a leaky slope has been checked for.
    pub fn with_activation(self, activation: Activation) -> Self {
        Self(Recipe { activation, ..self.0 })
    }

    pub fn with_seed(self, seed: u32) -> Self {
        Self(Recipe { seed, ..self.0 })
    }

    /// The network, for pictures of `inputs` pixels in `classes` classes.
    pub fn architecture(&self, inputs: usize, classes: usize) -> Architecture {
        let hidden = std::iter::repeat_n(self.width, self.depth - 1);
        let Recipe { activation, initializer, norm, residual, dropout, loss, .. } = self.0;
        let sizes = std::iter::once(inputs).chain(hidden).chain([classes]).collect();
        Architecture { sizes, activation, initializer, norm, residual, dropout, loss }
    }

    /// About how much memory a run needs, in bytes: parameters, gradient and the optimizer's memory, and the matrices of a
    /// pass. Known before anything is allocated.
    pub fn bytes(&self, inputs: usize, classes: usize) -> usize {
        let layers = self.architecture(inputs, classes).layers();
        let parameters: usize = layers.iter().map(|layer| layer.w.len() + 3 * layer.stride).sum();
        let units: usize = layers.iter().map(|layer| layer.stride).sum();
        // z, a, δ; ẑ and n; mask and what is passed on; what is skipped.
        let matrices = 3 + 2 * usize::from(self.norm.is_some()) + 3 * usize::from(self.residual || self.dropout > 0.0);
        let widest = layers.iter().map(|layer| layer.w.len()).max().unwrap_or_default();
        let numbers = parameters * (2 + self.optimizer.memory()) + self.batch * units * matrices + 4 * widest;
        numbers * size_of::<f32>()
    }
}

/// A value that cannot run. It becomes a sentence only where somebody reads it: a trainer in the browser never does, and so need
/// not carry the code that writes numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingsError {
    Unreadable { name: &'static str, found: String, expected: String },
    Outside { name: &'static str, found: f64, range: RangeInclusive<f64> },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { name, found, expected } => write!(f, "{name} is “{found}”, but must be {expected}"),
            Self::Outside { name, found, range } => {
                write!(f, "{name} is {found}, but must be from {} to {}", range.start(), range.end())
            }
        }
    }
}

impl std::error::Error for SettingsError {}

/// NaN is outside every range.
fn check(name: &'static str, found: f64, range: &RangeInclusive<f64>) -> Result<(), SettingsError> {
    if range.contains(&found) { Ok(()) } else { Err(SettingsError::Outside { name, found, range: range.clone() }) }
}

/// The same for a count.
pub fn check_count(name: &'static str, found: usize, range: &RangeInclusive<usize>) -> Result<(), SettingsError> {
    check(name, found as f64, &(*range.start() as f64..=*range.end() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tutorial() -> Recipe {
        Recipe::tutorial(Activation::Relu, 1)
    }

    #[test]
    fn the_tutorials_network_has_its_sizes() {
        let sizes = tutorial().check().unwrap().architecture(784, 10).sizes;
        assert_eq!(sizes, [784, 10, 10, 10, 10, 10, 10]);
    }

    #[test]
    fn what_cannot_run_gets_a_sentence() {
        let adam = |adam| Optimizer::Adam(Adam { beta2: adam, ..Adam::TENSORFLOW });
        for (recipe, sentence) in [
            (Recipe { depth: 0, ..tutorial() }, "depth is 0, but must be from 1 to 50"),
            (Recipe { width: 513, ..tutorial() }, "width is 513, but must be from 1 to 512"),
            (Recipe { batch: 0, ..tutorial() }, "batch is 0, but must be from 1 to 512"),
            (Recipe { steps: 0, ..tutorial() }, "steps is 0, but must be from 1 to 100000"),
            (Recipe { dropout: 1.0, ..tutorial() }, "dropout is 1, but must be from 0 to 0.95"),
            (Recipe { clip: Some(0.0), ..tutorial() }, "clip is 0, but must be from 0.000000001 to 1000000000"),
            (Recipe { optimizer: adam(1.0), ..tutorial() }, "beta2 is 1, but must be from 0 to 0.999999"),
            (
                Recipe { optimizer: tutorial().optimizer.with_learning_rate(f64::NAN), ..tutorial() },
                "learning rate is NaN, but must be from 0 to 100",
            ),
            (
                Recipe { activation: Activation::LeakyRelu { slope: f64::NAN }, ..tutorial() },
                "slope is NaN, but must be from 0 to 1",
            ),
            (
                Recipe { initializer: Initializer::Normal { std: -1.0 }, ..tutorial() },
                "standard deviation is -1, but must be from 0 to 100",
            ),
        ] {
            assert_eq!(recipe.check().unwrap_err().to_string(), sentence);
        }
    }

    #[test]
    fn the_largest_run_is_known_to_need_less_than_a_gibibyte() {
        let largest = Recipe {
            depth: 50,
            width: 512,
            batch: 512,
            norm: Some(Norm::Batch),
            residual: true,
            dropout: 0.5,
            ..tutorial()
        };
        let bytes = largest.check().unwrap().bytes(784, 10);
        assert!((400 << 20..1 << 30).contains(&bytes), "{bytes}");
    }
}
