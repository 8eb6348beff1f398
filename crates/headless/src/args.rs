//! The command line, parsed once into settings that can run.

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use lab::settings::SettingsError;
use lab::{Recipe, Scenario, Settings};
use nn::optimizer::Adam;
use nn::{Activation, Initializer, Loss, Norm, Optimizer};
use std::path::PathBuf;

/// Train deep networks on MNIST and watch their gradients vanish, or not.
///
/// Prints loss and accuracy of the training batch at iterations 0, 200, 400 and so on. The same settings and seed give the
/// same fingerprint here and in every browser.
#[derive(Parser)]
#[command(name = "headless", version, max_term_width = 100)]
pub struct Args {
    /// Hidden activation; without it the three scenarios run one after another: sigmoid, relu, leaky
    #[arg(long, value_name = "NAME", value_parser = named(Activation::ALL.map(Activation::key), Activation::from_key))]
    activation: Option<Activation>,

    /// What leaky ReLU multiplies negative inputs by, from 0 to 1 [default: 0.01]
    #[arg(long)]
    slope: Option<f64>,

    /// Seed of the first run
    #[arg(long, default_value_t = 1)]
    seed: u32,

    /// Runs of each activation, with seeds that count up from the first, at most 10,000 [default: 1, or 5 for a table]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    seeds: Option<u32>,

    /// Training steps
    #[arg(long, default_value_t = 2_500)]
    steps: u32,

    /// Layers of weights
    #[arg(long, default_value_t = 6)]
    depth: usize,

    /// Units of a hidden layer
    #[arg(long, default_value_t = 10)]
    width: usize,

    /// How weights start [default: glorot-uniform]
    #[arg(long, value_name = "NAME", value_parser = named(Initializer::ALL.map(Initializer::key), Initializer::from_key))]
    init: Option<Initializer>,

    /// Standard deviation of the normal initializer [default: 1]
    #[arg(long)]
    std: Option<f64>,

    /// Normalization of hidden layers [default: none]
    #[arg(long, value_name = "NAME", value_parser = named(Norm::ALL.map(Norm::key), Norm::from_key))]
    norm: Option<Norm>,

    /// Add a hidden layer's input to its output where their widths match
    #[arg(long)]
    residual: bool,

    /// Probability that a hidden unit is dropped from a training pass
    #[arg(long, default_value_t = 0.0)]
    dropout: f64,

    /// What training makes small [default: cross-entropy]
    #[arg(long, value_name = "NAME", value_parser = named(Loss::ALL.map(Loss::key), Loss::from_key))]
    loss: Option<Loss>,

    /// How gradients become steps [default: adam]
    #[arg(long, value_name = "NAME", value_parser = named(Optimizer::ALL.map(Optimizer::key), Optimizer::from_key))]
    optimizer: Option<Optimizer>,

    /// Learning rate [default: the optimizer's customary one]
    #[arg(long, value_name = "RATE")]
    learning_rate: Option<f64>,

    /// What momentum, nesterov or rmsprop keep of their memory at each step [default: 0.9]
    #[arg(long, value_name = "SHARE")]
    momentum: Option<f64>,

    /// Weight decay of adamw [default: 0.01]
    #[arg(long, value_name = "RATE")]
    weight_decay: Option<f64>,

    /// Largest norm of a gradient: longer ones are shortened to it
    #[arg(long, value_name = "NORM")]
    clip: Option<f64>,

    /// Examples in a batch
    #[arg(long, default_value_t = 30)]
    batch: usize,

    /// Folder with MNIST's four IDX files, gzipped or not [default: the digits of this project]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Print one JSON document of all runs instead of lines
    #[arg(long)]
    pub json: bool,

    /// Print depth × initialization instead: how far gradients differ before training, and what training reaches
    #[arg(long, conflicts_with_all = ["json", "activation", "depth", "init", "std"])]
    pub table: bool,
}

/// A value by its key.
fn named<T: Clone + Send + Sync + 'static, const N: usize>(
    keys: [&'static str; N],
    from_key: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(keys).try_map(move |key| from_key(&key).ok_or("no such name"))
}

impl Args {
    /// What to run, in this order: all seeds of an activation, then the next.
    ///
    /// # Errors
    /// A sentence about the value that cannot run.
    pub fn settings(&self) -> Result<Vec<Settings>, String> {
        let seeds = self.seeds(1)?;
        let runs = self.activations()?.into_iter().flat_map(|a| seeds.clone().map(move |seed| (a, seed)));
        runs.map(|(activation, seed)| self.recipe(activation, seed)?.check().map_err(sentence)).collect()
    }

    /// The seeds to run, `count` of them unless told otherwise.
    ///
    /// # Errors
    /// Seeds beyond the largest.
    pub fn seeds(&self, count: u32) -> Result<std::ops::RangeInclusive<u32>, String> {
        let count = self.seeds.unwrap_or(count);
        let beyond = || format!("{count} seeds from {} on go beyond the largest, {}", self.seed, u32::MAX);
        Ok(self.seed..=self.seed.checked_add(count - 1).ok_or_else(beyond)?)
    }

    /// What to run, not checked yet but for what belongs together.
    ///
    /// # Errors
    /// An option that the chosen initializer or optimizer does not have.
    pub fn recipe(&self, activation: Activation, seed: u32) -> Result<Recipe, String> {
        let tutorial = Recipe::tutorial(activation, seed);
        let Self { steps, depth, width, residual, dropout, norm, clip, batch, .. } = *self;
        let initializer = match (self.init.unwrap_or(tutorial.initializer), self.std) {
            (Initializer::Normal { .. }, Some(std)) => Initializer::Normal { std },
            (other, Some(_)) => return Err(format!("{} has no --std; only normal has", other.key())),
            (other, None) => other,
        };
        let optimizer = self.optimizer()?;
        let loss = self.loss.unwrap_or(tutorial.loss);
        Ok(Recipe {
            depth,
            width,
            initializer,
            norm,
            residual,
            dropout,
            loss,
            optimizer,
            clip,
            batch,
            steps,
            ..tutorial
        })
    }

    fn optimizer(&self) -> Result<Optimizer, String> {
        let mut optimizer = self.optimizer.unwrap_or(Optimizer::Adam(Adam::TENSORFLOW));
        let key = optimizer.key();
        if let Some(kept) = self.momentum {
            optimizer = optimizer.with_kept(kept).ok_or_else(|| format!("{key} has no --momentum"))?;
        }
        if let Some(decay) = self.weight_decay {
            let none = || format!("{key} has no --weight-decay; only adamw has");
            optimizer = optimizer.with_weight_decay(decay).ok_or_else(none)?;
        }
        Ok(self.learning_rate.map_or(optimizer, |rate| optimizer.with_learning_rate(rate)))
    }

    fn activations(&self) -> Result<Vec<Activation>, String> {
        let slope = self.slope.unwrap_or(Activation::TEXT_SLOPE);
        match self.activation {
            None => Ok(Scenario::ALL.map(|scenario| scenario.activation(slope)).to_vec()),
            Some(Activation::LeakyRelu { .. }) => Ok(vec![Activation::LeakyRelu { slope }]),
            Some(other) if self.slope.is_some() => Err(format!("{} has no slope; only leaky has", other.key())),
            Some(other) => Ok(vec![other]),
        }
    }
}

fn sentence(error: SettingsError) -> String {
    error.to_string()
}
