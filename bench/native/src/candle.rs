//! candle: its tensors, its backward pass and its AdamW without decay, as in its own examples. All digits are in one tensor,
//! and each step selects its rows, as our trainer does.

use crate::contestant::{Contestant, Proof};
use crate::export::{ROWS, WEIGHTS};
use anyhow::{Context, Result};
use candle_core::{D, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, loss, ops};
use nn::Activation;
use ours::Net;
use std::fs;
use std::path::Path;

pub struct Candle {
    net: Net,
    /// `[parameters]`.
    weights: Vec<f32>,
    /// `[steps, batch]`.
    rows: Tensor,
    /// `[examples, 784]`.
    x: Tensor,
    /// `[examples]`.
    labels: Tensor,
    layers: Vec<(Var, Var)>,
    optimizer: AdamW,
    /// The loss of each step of the run.
    losses: Vec<Tensor>,
}

impl Candle {
    /// `task` is the folder that `export` wrote.
    pub fn new(net: Net, task: &Path) -> Result<Self> {
        let digits = folder::load(&folder::bundled())?.train;
        let (n, width) = (digits.len(), digits.x.width());
        let mut pixels = vec![0.0f32; n * width];
        for (row, pixels) in pixels.chunks_exact_mut(width).enumerate() {
            digits.x.row(row).for_each(|(column, value)| pixels[column] = value);
        }
        let labels = digits.labels.iter().map(|&label| u32::from(label)).collect();
        let rows = numbers(&task.join(ROWS), u32::from_le_bytes)?;
        let mut candle = Self {
            weights: numbers(&task.join(WEIGHTS), f32::from_le_bytes)?,
            rows: Tensor::from_vec(rows, (net.steps, net.batch), &Device::Cpu)?,
            x: Tensor::from_vec(pixels, (n, width), &Device::Cpu)?,
            labels: Tensor::from_vec(labels, n, &Device::Cpu)?,
            layers: Vec::new(),
            optimizer: AdamW::new(Vec::new(), ParamsAdamW::default())?,
            losses: Vec::new(),
            net,
        };
        candle.reset()?;
        Ok(candle)
    }

    fn step(&mut self, step: usize) -> Result<Tensor> {
        // TensorFlow adds ε̂ to √v, candle adds ε to √v̂ = √v / √(1 − β₂ᵗ).
        let eps = Net::ADAM.epsilon_hat / (1.0 - Net::ADAM.beta2.powi(step as i32 + 1)).sqrt();
        self.optimizer.set_params(ParamsAdamW { eps, ..self.optimizer.params().clone() });
        let rows = self.rows.get(step)?;
        let mut a = self.x.index_select(&rows, 0)?;
        for (l, (w, b)) in self.layers.iter().enumerate() {
            a = a.matmul(w)?.broadcast_add(b)?;
            if l + 1 < self.layers.len() {
                a = match self.net.activation {
                    Activation::Relu => a.relu()?,
                    _ => ops::sigmoid(&a)?,
                };
            }
        }
        let loss = loss::cross_entropy(&a, &self.labels.index_select(&rows, D::Minus1)?)?;
        self.optimizer.backward_step(&loss)?;
        Ok(loss.detach())
    }
}

impl Contestant for Candle {
    fn label(&self) -> String {
        format!("candle {}", version("candle-core"))
    }

    fn note(&self) -> &'static str {
        "widest vectors, all cores"
    }

    fn reset(&mut self) -> Result<()> {
        let mut weights = self.weights.as_slice();
        let mut take = |shape: &[usize]| -> Result<Var> {
            let (head, rest) = weights.split_at(shape.iter().product());
            weights = rest;
            Ok(Var::from_slice(head, shape, &Device::Cpu)?)
        };
        let sizes = self.net.sizes();
        let layer = |pair: &[usize]| Ok((take(pair)?, take(&pair[1..])?));
        self.layers = sizes.windows(2).map(layer).collect::<Result<_>>()?;
        let variables = self.layers.iter().flat_map(|(w, b)| [w.clone(), b.clone()]).collect();
        let adam = Net::ADAM;
        let settings = ParamsAdamW {
            lr: adam.learning_rate,
            beta1: adam.beta1,
            beta2: adam.beta2,
            eps: adam.epsilon_hat,
            weight_decay: 0.0,
        };
        self.optimizer = AdamW::new(variables, settings)?;
        Ok(())
    }

    fn train(&mut self, steps: usize) -> Result<()> {
        self.losses = (0..steps).map(|step| self.step(step)).collect::<Result<_>>()?;
        Ok(())
    }

    fn proof(&self) -> Result<Proof> {
        Ok(Proof::Losses(self.losses.iter().map(Tensor::to_scalar).collect::<Result<_, _>>()?))
    }
}

fn numbers<T>(path: &Path, from_le_bytes: fn([u8; 4]) -> T) -> Result<Vec<T>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (numbers, _) = bytes.as_chunks();
    Ok(numbers.iter().copied().map(from_le_bytes).collect())
}

/// The version of a package in the benchmark's lock file.
fn version(package: &str) -> &'static str {
    let lock = include_str!("../../Cargo.lock");
    let after = lock.split_once(&format!("name = \"{package}\"\nversion = \"")).map_or("", |(_, after)| after);
    after.split('"').next().unwrap_or_default()
}
