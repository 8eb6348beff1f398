//! The data card of the bundled digits: contents, source, license, split and checksums.

use std::fmt::Write;

use super::digits::{N_CLASSES, PACKAGE, PACKAGE_SHA256};
use super::split::{Digit, SEED, Split};

pub struct Checksum {
    pub name: String,
    pub sha256: String,
    pub bytes: usize,
}

pub const LICENSE: &str = include_str!("LICENSE.mnist");

pub fn readme(split: &Split, checksums: &[Checksum]) -> String {
    let n_all = split.train.len() + split.held_out.len();
    let (n_train, n_held_out) = (split.train.len(), split.held_out.len());
    let counts = counts(split);
    let sums: String = checksums.iter().map(|sum| format!("{}  {}\n", sum.sha256, sum.name)).collect();
    let sizes: String = checksums.iter().map(|sum| format!("| `{}` | {} |\n", sum.name, sum.bytes)).collect();
    format!(
        "\
# {n_all} handwritten digits of MNIST

This folder is written by `cargo xtask data` and checked by `cargo xtask data --check`. Do not edit it by hand.

**Contents.** Gray images of handwritten digits, 28 by 28 pixels, one byte for each pixel (0 is paper, 255 is ink), with labels
from 0 to 9. The files are in MNIST's IDX format, compressed with gzip, and have the names of MNIST's four files. `train-*` is
the training set. `t10k-*` is the held-out set: {n_held_out} digits, which are not from MNIST's test set.

**Source.** MNIST by Yann LeCun and Corinna Cortes, made from NIST Special Databases 1 and 3. These are the first
{n_all} images of its training set, taken from the npm package `{PACKAGE}` by Juan Cazala, whose tarball has the
SHA-256 `{PACKAGE_SHA256}`. The package stores v/255
rounded to three decimals; round(255·x) gives back every byte v.

**License.** The digits: Creative Commons Attribution-ShareAlike 3.0. The package: MIT. See `LICENSE`.

**Split.** The package groups its digits by class. Each class is shuffled and its first tenth is held out (rounded by largest
remainder, so that the total is {n_held_out}). Then both sets are shuffled. The shuffle is that of Fisher and Yates, from the
last item down, with Xoshiro256++ seeded by `seed_from_u64({SEED})`; a random number below n is the high half of n times 64
random bits. Order of draws: classes 0 to 9, training set, held-out set.

| digit | train | held out | all |
|---|---:|---:|---:|
{counts}| all | {n_train} | {n_held_out} | {n_all} |

**Limits.** The images are few, clean and centered, and the problem is long solved: good for watching a network learn, useless
for ranking methods. A writer can be in both sets, because the package does not name the writers.

## Files

SHA-256, with and without compression:

```
{sums}```

| file | bytes |
|---|---:|
{sizes}"
    )
}

/// One table row for each class.
fn counts(split: &Split) -> String {
    let count = |digits: &[Digit], label| digits.iter().filter(|digit| usize::from(digit.label) == label).count();
    (0..N_CLASSES).fold(String::new(), |mut rows, label| {
        let (train, held_out) = (count(&split.train, label), count(&split.held_out, label));
        let _ = writeln!(rows, "| {label} | {train} | {held_out} | {} |", train + held_out);
        rows
    })
}

/// The name and SHA-256 of each file in a card, from its lines of 64 hexadecimal digits, two spaces and a name.
pub fn checksums(card: &str) -> Vec<(String, String)> {
    let is_sha256 = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    card.lines()
        .filter_map(|line| line.split_once("  "))
        .filter(|(sha256, _)| is_sha256(sha256))
        .map(|(sha256, name)| (name.to_owned(), sha256.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_survive_the_card() {
        let digit = |label| Digit { label, image: Vec::new() };
        let split = Split { train: vec![digit(0), digit(9), digit(9)], held_out: vec![digit(0)] };
        let sum = Checksum { name: "x.gz".to_owned(), sha256: "0f".repeat(32), bytes: 5 };
        let card = readme(&split, &[sum]);
        assert_eq!(checksums(&card), [("x.gz".to_owned(), "0f".repeat(32))]);
        assert!(card.contains("| 9 | 2 | 0 | 2 |"));
        assert!(card.contains("| all | 3 | 1 | 4 |"));
    }
}
