//! What the first view of the page weighs, as it is sent.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The first view, compressed: HTML, CSS, JS and wasm.
const LIMIT: usize = 250_000;
/// Not needed for it: the digits, which come after it, and the figures, which come when the reader does.
const LATER: [&str; 2] = ["mnist", "figures"];

struct Weight {
    path: PathBuf,
    raw: usize,
    brotli: usize,
}

/// Prints a table of the first view's files and their sum beside its limit.
pub fn print(dist: &Path) -> Result<()> {
    let mut weights = Vec::new();
    weigh(dist, dist, &mut weights)?;
    weights.sort_by(|a, b| b.brotli.cmp(&a.brotli).then_with(|| a.path.cmp(&b.path)));

    println!("\n{:>12} {:>10}  first view, bytes", "raw", "brotli");
    for weight in &weights {
        println!("{:>12} {:>10}  {}", weight.raw, weight.brotli, weight.path.display());
    }
    let raw: usize = weights.iter().map(|weight| weight.raw).sum();
    let brotli: usize = weights.iter().map(|weight| weight.brotli).sum();
    println!("{raw:>12} {brotli:>10}  in all, without {}", LATER.map(|name| format!("{name}/")).join(" and "));
    if brotli > LIMIT {
        println!("warning: the first view is {} bytes over its limit of {LIMIT}", brotli - LIMIT);
    } else {
        println!("{:>23}  left of {LIMIT}", LIMIT - brotli);
    }
    Ok(())
}

fn weigh(dist: &Path, folder: &Path, weights: &mut Vec<Weight>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let relative = path.strip_prefix(dist).unwrap_or(&path).to_path_buf();
        if LATER.iter().any(|name| relative.starts_with(name)) {
            continue;
        }
        if path.is_dir() {
            weigh(dist, &path, weights)?;
        } else {
            let bytes = fs::read(&path)?;
            weights.push(Weight { path: relative, raw: bytes.len(), brotli: compressed(&bytes)? });
        }
    }
    Ok(())
}

/// Bytes after brotli at its best quality, as a static host would store them.
fn compressed(bytes: &[u8]) -> Result<usize> {
    const QUALITY: u32 = 11;
    const WINDOW: u32 = 22;
    let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, QUALITY, WINDOW);
    out.write_all(bytes)?;
    Ok(out.into_inner().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_finished_and_small() {
        let size = compressed(&b"vanishing gradients ".repeat(1000)).unwrap();
        assert!((10..200).contains(&size), "{size} bytes");
    }

    #[test]
    fn digits_and_figures_are_not_part_of_the_first_view() {
        let dist = std::env::temp_dir().join(format!("xtask-sizes-{}", std::process::id()));
        for (name, text) in [("index.html", "page"), ("mnist/x.gz", "digits"), ("figures/a.svg", "figure")] {
            let path = dist.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut weights = Vec::new();
        weigh(&dist, &dist, &mut weights).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        let names: Vec<_> = weights.iter().map(|weight| weight.path.to_string_lossy().into_owned()).collect();
        assert_eq!(names, ["index.html"]);
    }
}
