//! The command line, parsed once into settings that can run.

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;
use vanishing_gradients::lab::{Plan, Scenario, Settings};
use vanishing_gradients::nn::Activation;

/// Train deep networks on MNIST and watch their gradients vanish, or not.
///
/// Prints loss and accuracy of the training batch at iterations 0, 200, 400 and so on. The same settings and seed give the
/// same fingerprint here and in every browser.
#[derive(Parser)]
#[command(name = "headless", version, max_term_width = 100)]
pub struct Args {
    /// Hidden activation; without it the three scenarios run one after another: sigmoid, relu, leaky
    #[arg(long, value_name = "NAME", value_parser = activation_parser())]
    activation: Option<Activation>,

    /// What leaky ReLU multiplies negative inputs by, from 0 to 1 [default: 0.01]
    #[arg(long)]
    slope: Option<f64>,

    /// Seed of the first run
    #[arg(long, default_value_t = 1)]
    seed: u32,

    /// Runs of each activation, with seeds that count up from the first, at most 10,000
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    seeds: u32,

    /// Training steps
    #[arg(long, default_value_t = 2_500)]
    steps: u32,

    /// Layers of weights
    #[arg(long, default_value_t = 6)]
    depth: usize,

    /// Units of a hidden layer
    #[arg(long, default_value_t = 10)]
    width: usize,

    /// Folder with MNIST's four IDX files, gzipped or not [default: the digits of this project]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Print one JSON document of all runs instead of lines
    #[arg(long)]
    pub json: bool,
}

fn activation_parser() -> impl TypedValueParser<Value = Activation> {
    let keys = PossibleValuesParser::new(Activation::ALL.map(Activation::key));
    keys.try_map(|key| Activation::from_key(&key).ok_or("no such activation"))
}

impl Args {
    /// What to run, in this order: all seeds of an activation, then the next.
    ///
    /// # Errors
    /// A sentence about the value that cannot run.
    pub fn settings(&self) -> Result<Vec<Settings>, String> {
        let sized = |activation, seed| {
            let settings = Settings::tutorial(activation, seed).with_size(self.depth, self.width, self.steps);
            settings.map_err(|error| error.to_string())
        };
        let beyond = || format!("{} seeds from {} on go beyond the largest, {}", self.seeds, self.seed, u32::MAX);
        let last_seed = self.seed.checked_add(self.seeds - 1).ok_or_else(beyond)?;
        let seeds = || self.seed..=last_seed;
        self.activations()?.into_iter().flat_map(|a| seeds().map(move |seed| sized(a, seed))).collect()
    }

    fn activations(&self) -> Result<Vec<Activation>, String> {
        let slope = self.slope.unwrap_or(Activation::TEXT_SLOPE);
        let slope = Plan::default().with_slope(slope).map_err(|error| error.to_string())?.slope();
        match self.activation {
            None => Ok(Scenario::ALL.map(|scenario| scenario.activation(slope)).to_vec()),
            Some(Activation::LeakyRelu { .. }) => Ok(vec![Activation::LeakyRelu { slope }]),
            Some(other) if self.slope.is_some() => Err(format!("{} has no slope; only leaky has", other.key())),
            Some(other) => Ok(vec![other]),
        }
    }
}
