//! What every peer is given: the net, our start weights, our batches, and the losses that our trainer finds with them. All
//! numbers little-endian; the digits themselves are read from `static/mnist`.

use crate::ours;
use ::ours::Net;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use vanishing_gradients::folder;

pub const TASK: &str = "task.json";
/// `[fan_in, fan_out]` and `[fan_out]` of each layer.
pub const WEIGHTS: &str = "weights.f32";
/// `[steps, batch]`.
pub const ROWS: &str = "rows.u32";
/// `[steps]`.
pub const LOSSES: &str = "losses.f32";

pub fn write(net: &Net, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let write = |name: &str, bytes: Vec<u8>| {
        let path = folder.join(name);
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    };
    let digits = folder::load(&folder::bundled())?.train;
    let mut losses = vec![0.0; net.steps];
    ours::start(net, &digits)?.train(&digits, &mut losses);
    let mut start = ours::start(net, &digits)?;
    write(TASK, serde_json::to_vec(&net.task())?)?;
    write(WEIGHTS, start.weights().into_iter().flat_map(f32::to_le_bytes).collect())?;
    write(ROWS, start.rows(net.steps).into_iter().flat_map(u32::to_le_bytes).collect())?;
    write(LOSSES, losses.into_iter().flat_map(f32::to_le_bytes).collect())
}
