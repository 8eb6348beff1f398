//! What is trained: a net, its batch and its activation. One seed, one optimizer, one loss for all.

use serde::Serialize;
use vanishing_gradients::nn::Activation;
use vanishing_gradients::nn::optimizer::Adam;

/// A net of the bench.
#[derive(Clone, Copy)]
pub struct Net {
    /// The widths, hidden ones as width × layers; also the name of its folder.
    pub name: &'static str,
    pub n_hidden: usize,
    pub width: usize,
    /// Examples in a batch.
    pub batch: usize,
    pub activation: Activation,
    /// Steps of a run, at most.
    pub steps: usize,
}

impl Net {
    pub const ALL: [Self; 3] = [
        Self { name: "784-10x5-10", n_hidden: 5, width: 10, batch: 30, activation: Activation::Relu, steps: 2_500 },
        Self { name: "784-256x2-10", n_hidden: 2, width: 256, batch: 64, activation: Activation::Relu, steps: 500 },
        Self { name: "784-128x10-10", n_hidden: 10, width: 128, batch: 64, activation: Activation::Relu, steps: 500 },
    ];

    /// Weights and batches of every run.
    pub const SEED: u32 = 1;
    pub const ADAM: Adam = Adam::TENSORFLOW;

    /// The net of a name, with an activation named by its key.
    pub fn find(name: &str, activation: &str) -> Result<Self, String> {
        let names = Self::ALL.map(|net| net.name).join(", ");
        let net = Self::ALL.into_iter().find(|net| net.name == name);
        let net = net.ok_or_else(|| format!("there is no net “{name}”, only {names}"))?;
        let activation = Activation::from_key(activation).filter(|f| PEERS_HAVE.contains(f));
        let activation = activation.ok_or("the activation is to be one that every peer has: relu or sigmoid")?;
        Ok(Self { activation, ..net })
    }

    /// Layer widths, input first.
    pub fn sizes(&self) -> Vec<usize> {
        let hidden = std::iter::repeat_n(self.width, self.n_hidden);
        std::iter::once(784).chain(hidden).chain([10]).collect()
    }

    /// The net as the peers read it.
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

const PEERS_HAVE: [Activation; 2] = [Activation::Relu, Activation::Sigmoid];

/// A net and how it trains, to be written as `task.json`.
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
    fn a_net_is_found_by_its_name_or_told_which_there_are() {
        let net = Net::find("784-256x2-10", "sigmoid").unwrap();
        assert_eq!((net.sizes(), net.activation), (vec![784, 256, 256, 10], Activation::Sigmoid));
        let sentence = Net::find("784-10", "relu").err().unwrap();
        assert_eq!(sentence, "there is no net “784-10”, only 784-10x5-10, 784-256x2-10, 784-128x10-10");
        assert!(Net::find("784-10x5-10", "leaky").is_err());
    }
}
