//! The tutorial's three scenarios: the same network and the same batches under three activations.

use nn::Activation;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    Sigmoid,
    Relu,
    Leaky,
}

impl Scenario {
    pub const ALL: [Self; 3] = [Self::Sigmoid, Self::Relu, Self::Leaky];

    /// The scenario's place in [`Self::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    pub fn key(self) -> &'static str {
        match self {
            Self::Sigmoid => "sigmoid",
            Self::Relu => "relu",
            Self::Leaky => "leaky",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.key() == key)
    }

    pub fn label(self) -> &'static str {
        self.activation(Activation::TEXT_SLOPE).label()
    }

    /// The hidden activation; `slope` matters to the leaky one only.
    pub fn activation(self, slope: f64) -> Activation {
        match self {
            Self::Sigmoid => Activation::Sigmoid,
            Self::Relu => Activation::Relu,
            Self::Leaky => Activation::LeakyRelu { slope },
        }
    }
}
