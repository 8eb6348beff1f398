//! Writes what every contestant is given: the net, our start weights, our batches, and what our trainer finds with them. All
//! numbers are little-endian. The digits themselves are read from `static/mnist`.

use crate::ours::fingerprint;
use anyhow::{Context, Error, Result};
use lab::Detail;
use lab::data::Batches;
use lab::run::Progress;
use nn::Mlp;
use ours::{Net, start};
use std::fs;
use std::path::Path;

pub const TASK: &str = "task.json";
/// W `[fan_in, fan_out]` and b `[fan_out]` of each layer.
pub const WEIGHTS: &str = "weights.f32";
/// The examples of each batch, `[steps, batch]`.
pub const ROWS: &str = "rows.u32";
/// The loss of each step, `[steps]`.
pub const LOSSES: &str = "losses.f32";
/// The hash of all parameters after each step, `[steps]`.
pub const FINGERPRINTS: &str = "fingerprints.json";

pub fn write(net: &Net, out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let write = |name: &str, bytes: Vec<u8>| {
        let path = out.join(name);
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    };
    let split = folder::load(&folder::bundled())?;
    let mut training = start(net, Detail::Curves, &split).map_err(Error::msg)?;
    let weights = weights(training.mlp());
    let (mut losses, mut fingerprints) = (Vec::new(), Vec::new());
    while losses.len() < net.steps {
        if let Progress::Measured(measured) = training.advance_measured(&split)? {
            losses.push(measured.sample.loss);
            fingerprints.push(fingerprint(&training));
        }
    }
    write(TASK, serde_json::to_vec(&net.task())?)?;
    write(WEIGHTS, weights.into_iter().flat_map(f32::to_le_bytes).collect())?;
    write(ROWS, rows(net, split.train.len())?.into_iter().flat_map(u32::to_le_bytes).collect())?;
    write(LOSSES, losses.into_iter().flat_map(f32::to_le_bytes).collect())?;
    write(FINGERPRINTS, serde_json::to_vec(&fingerprints)?)
}

/// W then b of each layer.
fn weights(mlp: &Mlp<f32>) -> Vec<f32> {
    let parameters = mlp.parameters();
    let layers = mlp.layers().iter();
    layers.flat_map(|layer| layer.weights(parameters).chain(layer.unpadded(&parameters[layer.b.clone()]))).collect()
}

/// The examples of all batches, one batch after the other.
fn rows(net: &Net, n_examples: usize) -> Result<Vec<u32>> {
    let batches = Batches::new(n_examples, net.batch, Net::SEED);
    let mut batches = batches.context("there are fewer digits than a batch needs")?;
    Ok((0..net.steps).flat_map(|_| batches.next_batch().to_vec()).collect())
}
