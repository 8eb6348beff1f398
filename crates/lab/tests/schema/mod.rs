//! Golden fixtures as `tests/golden/SCHEMA.md` describes them, parsed and checked: names of SCHEMA.md, shapes that fit.

use nn::optimizer::{Adam, RmsProp};
use nn::{Activation, Optimizer};
use serde::Deserialize;
use std::collections::BTreeMap;

pub enum Fixture {
    Net(Net),
    Points(Points),
}

/// `[layer][in][out]`, or `[layer][example][unit]`.
pub type Cube = Vec<Vec<Vec<f64>>>;

#[derive(Deserialize)]
pub struct Net {
    pub sizes: Vec<usize>,
    pub loss: LossName,
    pub x: Option<Vec<Vec<f64>>>,
    pub x_u8: Option<Vec<Vec<u8>>>,
    pub labels: Vec<u8>,
    #[serde(rename = "W0")]
    pub w0: Cube,
    pub b0: Vec<Vec<f64>>,
    pub batches: Vec<Vec<u32>>,
    /// The `[in, out]` of each sampled weight, by layer.
    #[serde(default)]
    pub sample_index: Vec<Vec<[usize; 2]>>,
    /// How many rows of z, a, p and dz are given; all where it is missing.
    pub z_rows: Option<usize>,
    pub optimizers: BTreeMap<String, Rule>,
    pub cases: Vec<Case>,
}

impl Net {
    /// All of its examples.
    pub fn rows(&self) -> Vec<u32> {
        (0..self.labels.len() as u32).collect()
    }
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossName {
    SoftmaxXentMean,
    HalfSqMean,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Rule {
    Sgd { lr: f64 },
    Adam { lr: f64, beta1: f64, beta2: f64, eps: f64 },
    Momentum { lr: f64, momentum: f64 },
    Rmsprop { lr: f64, rho: f64, eps: f64 },
}

#[derive(Deserialize)]
pub struct Case {
    pub activation: String,
    pub forward: Forward,
    pub grad: Grad,
    pub train: BTreeMap<String, Train>,
}

#[derive(Deserialize)]
pub struct Forward {
    pub loss: f64,
    pub z: Cube,
    pub a: Cube,
    pub p: Option<Vec<Vec<f64>>>,
}

#[derive(Deserialize)]
pub struct Grad {
    pub dz: Cube,
    pub db: Vec<Vec<f64>>,
    #[serde(rename = "dW")]
    pub dw: Option<Cube>,
    #[serde(rename = "dW_summary")]
    pub dw_summary: Option<Vec<Summary>>,
    #[serde(rename = "mean_abs_dW")]
    pub mean_abs_dw: Vec<f64>,
}

#[derive(Deserialize)]
pub struct Train {
    pub loss_before_step: Vec<f64>,
    pub after: BTreeMap<usize, After>,
}

#[derive(Deserialize)]
pub struct After {
    #[serde(rename = "W")]
    pub w: Option<Cube>,
    #[serde(rename = "W_summary")]
    pub w_summary: Option<Vec<Summary>>,
    pub b: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
pub struct Summary {
    pub sum: f64,
    pub sumsq: f64,
    pub mean_abs: f64,
    pub samples: Vec<f64>,
}

#[derive(Deserialize)]
pub struct Points {
    pub z: Vec<f64>,
    pub activations: BTreeMap<String, Curve>,
    pub softmax_xent: Vec<Logits>,
}

#[derive(Deserialize)]
pub struct Curve {
    pub f: Vec<f64>,
    pub df: Vec<f64>,
}

#[derive(Deserialize)]
pub struct Logits {
    pub logits: Vec<f64>,
    pub label: usize,
    pub loss: f64,
    pub p: Vec<f64>,
    pub dlogits: Vec<f64>,
}

impl Fixture {
    pub fn parse(json: &str) -> Result<Self, String> {
        let sentence = |error: serde_json::Error| error.to_string();
        let value: serde_json::Value = serde_json::from_str(json).map_err(sentence)?;
        if value.get("sizes").is_some() {
            let net: Net = serde_json::from_str(json).map_err(sentence)?;
            net.check_shapes()?;
            Ok(Self::Net(net))
        } else if value.get("softmax_xent").is_some() {
            serde_json::from_str(json).map_err(sentence).map(Self::Points)
        } else {
            Err("is neither a net (no “sizes”) nor points (no “softmax_xent”)".into())
        }
    }
}

impl Net {
    fn check_shapes(&self) -> Result<(), String> {
        let [inputs, .., classes] = self.sizes[..] else { return Err("“sizes” name fewer than two layers".into()) };
        let x: Vec<usize> = match (&self.x, &self.x_u8) {
            (Some(x), None) => x.iter().map(Vec::len).collect(),
            (None, Some(x)) => x.iter().map(Vec::len).collect(),
            _ => return Err("either “x” or “x_u8” must be there".into()),
        };
        let n = self.labels.len();
        let shapes = self.sizes.windows(2).map(|pair| vec![pair[1]; pair[0]]);
        let fits =
            |fits: bool, name: &str| fits.then_some(()).ok_or_else(|| format!("“{name}” does not fit the others"));
        fits(n > 0 && x == vec![inputs; n], "x")?;
        fits(self.labels.iter().all(|&label| usize::from(label) < classes), "labels")?;
        fits(self.w0.iter().map(|w| w.iter().map(Vec::len).collect::<Vec<_>>()).eq(shapes), "W0")?;
        fits(self.b0.iter().map(Vec::len).eq(self.sizes[1..].iter().copied()), "b0")?;
        let is_batch = |rows: &Vec<u32>| !rows.is_empty() && rows.iter().all(|&row| (row as usize) < n);
        fits(!self.batches.is_empty() && self.batches.iter().all(is_batch), "batches")?;
        fits(self.z_rows.is_none_or(|rows| rows <= n), "z_rows")?;
        fits(!self.cases.is_empty(), "cases")
    }
}

impl Rule {
    pub fn optimizer(&self) -> Optimizer {
        match *self {
            Self::Sgd { lr } => Optimizer::Sgd { learning_rate: lr },
            Self::Momentum { lr, momentum } => Optimizer::Momentum { learning_rate: lr, momentum },
            Self::Rmsprop { lr, rho, eps } => Optimizer::RmsProp(RmsProp { learning_rate: lr, rho, epsilon: eps }),
            Self::Adam { lr, beta1, beta2, eps } => {
                Optimizer::Adam(Adam { learning_rate: lr, beta1, beta2, epsilon_hat: eps })
            }
        }
    }
}

/// The activation that a fixture names.
pub fn activation(name: &str) -> Result<Activation, String> {
    if let Some(slope) = name.strip_prefix("leaky_relu_") {
        let slope = slope.parse().map_err(|_| format!("the slope of “{name}” is no number"))?;
        return Ok(Activation::LeakyRelu { slope });
    }
    Activation::from_key(name).ok_or_else(|| format!("“{name}” is no activation of SCHEMA.md"))
}
