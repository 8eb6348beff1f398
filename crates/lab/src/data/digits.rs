//! Labelled digits, ready to train on: pixels in [0, 1], sparse, and a class from 0 to 9.

use super::idx::{self, IdxError};
use nn::SparseRows;
use std::fmt;

/// MNIST's four files, in the order that a trainer takes them: images and labels to train on, then those held out.
pub const FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

pub const CLASSES: usize = 10;
pub const PIXELS: usize = 28 * 28;

#[derive(Clone, Debug)]
pub struct Digits {
    /// `[examples, 784]`, pixel / 255.
    pub x: SparseRows<f32>,
    /// `[examples]`, 0 to 9.
    pub labels: Vec<u8>,
}

/// The digits to train on and those held out.
#[derive(Clone, Debug)]
pub struct Split {
    pub train: Digits,
    pub held_out: Digits,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DigitsError {
    Images(IdxError),
    Labels(IdxError),
    Size { rows: usize, cols: usize },
    Counts { images: usize, labels: usize },
    Label { found: u8, example: usize },
}

impl fmt::Display for DigitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Images(error) | Self::Labels(error) => error.fmt(f),
            Self::Size { rows, cols } => write!(f, "the images are {rows} × {cols} pixels, but MNIST's are 28 × 28"),
            Self::Counts { images, labels } => write!(f, "there are {images} images but {labels} labels"),
            Self::Label { found, example } => {
                write!(f, "label {found} of example {example} is no digit from 0 to 9")
            }
        }
    }
}

impl std::error::Error for DigitsError {}

impl Digits {
    /// Reads an image and a label file, both inflated.
    ///
    /// # Errors
    /// What [`idx`] refuses, images of another size than 28 × 28, unequal counts, or a label above 9.
    pub fn from_idx(images: &[u8], labels: &[u8]) -> Result<Self, DigitsError> {
        let images = idx::images(images).map_err(DigitsError::Images)?;
        let labels = idx::labels(labels).map_err(DigitsError::Labels)?;
        if (images.rows, images.cols) != (28, 28) {
            return Err(DigitsError::Size { rows: images.rows, cols: images.cols });
        }
        let count = images.pixels.len() / PIXELS;
        if count != labels.len() {
            return Err(DigitsError::Counts { images: count, labels: labels.len() });
        }
        if let Some((example, &found)) = labels.iter().enumerate().find(|&(_, &label)| usize::from(label) >= CLASSES) {
            return Err(DigitsError::Label { found, example });
        }
        let palette = std::array::from_fn(|v| v as f32 / 255.0);
        let x = SparseRows::new(PIXELS, palette, images.pixels);
        Ok(Self { x, labels: labels.to_vec() })
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(n: u8, rows: u8, cols: u8) -> Vec<u8> {
        let header = [0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, rows, 0, 0, 0, cols];
        let pixels = usize::from(n) * usize::from(rows) * usize::from(cols);
        header.into_iter().chain(vec![51; pixels]).collect()
    }

    fn labels(labels: &[u8]) -> Vec<u8> {
        [0, 0, 8, 1, 0, 0, 0, labels.len() as u8].iter().chain(labels).copied().collect()
    }

    #[test]
    fn pixels_become_fractions() {
        let digits = Digits::from_idx(&images(2, 28, 28), &labels(&[3, 9])).unwrap();
        assert_eq!((digits.len(), digits.x.width(), digits.x.row(1).next()), (2, 784, Some((0, 0.2))));
    }

    #[test]
    fn files_that_do_not_belong_together_get_a_sentence() {
        let sentence = |i: Vec<u8>, l: Vec<u8>| Digits::from_idx(&i, &l).unwrap_err().to_string();
        let wrong_size = sentence(images(1, 14, 28), labels(&[1]));
        assert_eq!(wrong_size, "the images are 14 × 28 pixels, but MNIST's are 28 × 28");
        assert_eq!(sentence(images(2, 28, 28), labels(&[1])), "there are 2 images but 1 labels");
        assert_eq!(sentence(images(2, 28, 28), labels(&[1, 10])), "label 10 of example 1 is no digit from 0 to 9");
    }
}
