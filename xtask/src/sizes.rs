//! Prints the compressed size of the page's first view.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The limit of the first view (HTML, CSS, JS and wasm) in bytes after brotli.
const LIMIT: usize = 350_000;
/// Folders that the first view does not need: the page loads the digits after it, and the figures when the reader gets there.
const LATER: [&str; 2] = ["mnist", "figures"];

/// A file and its size in bytes: as it is, after gzip (as GitHub Pages serves it) and after brotli.
struct File {
    path: PathBuf,
    sizes: [usize; 3],
}

/// Prints a table of the first view's files, their sum and the limit.
pub fn print(dist: &Path) -> Result<()> {
    let mut files = Vec::new();
    measure(dist, dist, &mut files)?;
    files.sort_by(|a, b| b.sizes[2].cmp(&a.sizes[2]).then_with(|| a.path.cmp(&b.path)));
    let total = [0, 1, 2].map(|i| files.iter().map(|file| file.sizes[i]).sum::<usize>());
    let row = |[raw, gzip, brotli]: [usize; 3], name: &str| println!("{raw:>12} {gzip:>10} {brotli:>10}  {name}");

    println!("\n{:>12} {:>10} {:>10}  first view, bytes", "raw", "gzip", "brotli");
    files.iter().for_each(|file| row(file.sizes, &file.path.to_string_lossy()));
    row(total, &format!("total, without {}", LATER.map(|name| format!("{name}/")).join(" and ")));
    let brotli = total[2];
    if brotli > LIMIT {
        println!("warning: the first view is {} bytes over its limit of {LIMIT}", brotli - LIMIT);
    } else {
        println!("{:>34}  left of {LIMIT}", LIMIT - brotli);
    }
    Ok(())
}

fn measure(dist: &Path, folder: &Path, files: &mut Vec<File>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let relative = path.strip_prefix(dist).unwrap_or(&path).to_path_buf();
        if LATER.iter().any(|name| relative.starts_with(name)) {
            continue;
        }
        if path.is_dir() {
            measure(dist, &path, files)?;
        } else {
            let bytes = fs::read(&path)?;
            files.push(File { path: relative, sizes: [bytes.len(), gzip(&bytes)?, brotli(&bytes)?] });
        }
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// At the best quality, as a host that compresses in advance.
fn brotli(bytes: &[u8]) -> Result<usize> {
    const QUALITY: u32 = 11;
    const WINDOW: u32 = 22;
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, QUALITY, WINDOW);
    encoder.write_all(bytes)?;
    Ok(encoder.into_inner().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_compressors_finish() {
        let text = b"vanishing gradients ".repeat(1000);
        for size in [gzip(&text).unwrap(), brotli(&text).unwrap()] {
            assert!((10..200).contains(&size), "{size} bytes");
        }
    }

    #[test]
    fn digits_and_figures_are_not_part_of_the_first_view() {
        let dist = std::env::temp_dir().join(format!("xtask-sizes-{}", std::process::id()));
        for (name, text) in [("index.html", "page"), ("mnist/x.gz", "digits"), ("figures/a.svg", "figure")] {
            let path = dist.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut files = Vec::new();
        measure(&dist, &dist, &mut files).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        let names: Vec<_> = files.iter().map(|file| file.path.to_string_lossy().into_owned()).collect();
        assert_eq!(names, ["index.html"]);
    }
}
