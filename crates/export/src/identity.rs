//! Which data a run was trained on.

use lab::Split;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Identifies a data set by the SHA-256 of its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataIdentity {
    /// The name that the reader or the program gave.
    pub name: String,
    /// Examples to train on.
    pub train: usize,
    /// Held-out examples.
    pub held_out: usize,
    /// Pixels of an image.
    pub pixels: usize,
    pub classes: usize,
    pub files: Vec<FileIdentity>,
}

/// One IDX file, inflated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileIdentity {
    pub name: String,
    pub bytes: usize,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

impl DataIdentity {
    /// The name of the digits that come with the project, for the page and the terminal.
    pub const BUNDLED: &'static str = "the 10,000 digits of this project";

    /// `files` are those that `split` was read from, in the order of [`MNIST_FILES`](lab::data::dataset::MNIST_FILES).
    pub fn new(name: &str, split: &Split, files: Vec<FileIdentity>) -> Self {
        Self {
            name: name.to_owned(),
            train: split.train.len(),
            held_out: split.held_out.len(),
            pixels: split.n_inputs(),
            classes: split.n_classes(),
            files,
        }
    }
}

impl FileIdentity {
    /// `bytes` are those of the IDX file, inflated.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { name: name.to_owned(), bytes: bytes.len(), sha256 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of FIPS 180-2, appendix B.1.
    #[test]
    fn a_file_is_identified_by_its_sha256() {
        let identity = FileIdentity::of("abc", b"abc");
        assert_eq!(identity.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((identity.name.as_str(), identity.bytes), ("abc", 3));
    }
}
