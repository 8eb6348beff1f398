//! What is trained: a net, its batch and its activation. Seed, optimizer and loss are the same for all.

use lab::{Recipe, Settings};
use nn::optimizer::Adam;
use nn::{Activation, Optimizer};
use serde::Serialize;

/// A net of the benchmark.
#[derive(Clone, Copy)]
pub struct Net {
    /// The widths of its layers, the hidden ones as width × number of layers. Also the name of its folder.
    pub name: &'static str,
    pub n_hidden: usize,
    pub width: usize,
    /// Examples in a batch.
    pub batch: usize,
    pub activation: Activation,
    /// The largest number of steps in a run.
    pub steps: usize,
}

impl Net {
    pub const ALL: [Self; 3] = [
        Self { name: "784-10x5-10", n_hidden: 5, width: 10, batch: 30, activation: Activation::Relu, steps: 2_500 },
        Self { name: "784-256x2-10", n_hidden: 2, width: 256, batch: 64, activation: Activation::Relu, steps: 500 },
        Self { name: "784-128x10-10", n_hidden: 10, width: 128, batch: 64, activation: Activation::Relu, steps: 500 },
    ];

    /// Pixels of a digit.
    pub const INPUTS: usize = 784;
    pub const CLASSES: usize = 10;
    /// The seed of start weights and batches.
    pub const SEED: u32 = 1;
    pub const ADAM: Adam = Adam::TENSORFLOW;

    /// Finds a net by its name and sets its activation.
    ///
    /// # Errors
    /// A name that does not exist, or an activation that some contestant lacks.
    pub fn find(name: &str, activation: &str) -> Result<Self, String> {
        let names = Self::ALL.map(|net| net.name).join(", ");
        let net = Self::ALL.into_iter().find(|net| net.name == name);
        let net = net.ok_or_else(|| format!("there is no net “{name}”, only {names}"))?;
        let activation = Activation::from_key(activation).filter(|f| ACTIVATIONS.contains(f));
        let activation = activation.ok_or("the activation must be one that every contestant has: relu or sigmoid")?;
        Ok(Self { activation, ..net })
    }

    /// Layer widths, input first.
    pub fn sizes(&self) -> Vec<usize> {
        let hidden = std::iter::repeat_n(self.width, self.n_hidden);
        std::iter::once(Self::INPUTS).chain(hidden).chain([Self::CLASSES]).collect()
    }

    /// The net as `Training` takes it.
    ///
    /// # Errors
    /// A value outside its range.
    pub fn settings(&self) -> Result<Settings, String> {
        let recipe = Recipe {
            depth: self.n_hidden + 1,
            width: self.width,
            optimizer: Optimizer::Adam(Self::ADAM),
            batch: self.batch,
            steps: self.steps as u32,
            ..Recipe::tutorial(self.activation, Self::SEED)
        };
        recipe.check().map_err(|error| error.to_string())
    }

    /// The net as the other contestants read it.
    pub fn task(&self) -> Task {
        Task {
            name: self.name,
            title: format!("{}, {}, batch {}", self.name.replace('x', "×"), self.activation.label(), self.batch),
            sizes: self.sizes(),
            batch: self.batch,
            activation: self.activation.key(),
            steps: self.steps,
            learning_rate: Self::ADAM.learning_rate,
            beta1: Self::ADAM.beta1,
            beta2: Self::ADAM.beta2,
            epsilon: Self::ADAM.epsilon_hat,
        }
    }
}

/// What every contestant has.
const ACTIVATIONS: [Activation; 2] = [Activation::Relu, Activation::Sigmoid];

/// A net and its training: the contents of `task.json`.
#[derive(Serialize)]
pub struct Task {
    name: &'static str,
    title: String,
    sizes: Vec<usize>,
    batch: usize,
    activation: &'static str,
    steps: usize,
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let net = Net::find("784-256x2-10", "sigmoid").unwrap();
        assert_eq!((net.sizes(), net.activation), (vec![784, 256, 256, 10], Activation::Sigmoid));
        assert_eq!(net.sizes(), net.settings().unwrap().architecture(Net::INPUTS, Net::CLASSES).sizes);
        let sentence = Net::find("784-10", "relu").err().unwrap();
        assert_eq!(sentence, "there is no net “784-10”, only 784-10x5-10, 784-256x2-10, 784-128x10-10");
        assert!(Net::find("784-10x5-10", "leaky").is_err());
    }
}
