//! Labeled images, ready to train on: pixels in [0, 1], stored sparsely, and a class for each image.

use super::idx::{self, IdxError};
use nn::SparseRows;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// MNIST's four files in the order in which a trainer expects them: training images and labels, then held-out images and labels.
pub const MNIST_FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

/// EMNIST, digits and letters, has the most classes of the data sets in this format.
const MAX_CLASSES: usize = 62;

#[derive(Clone, Debug)]
pub struct Dataset {
    /// `[examples, pixels]`, pixel / 255.
    pub x: SparseRows<f32>,
    /// The class of each example, `[examples]`, from 0.
    pub labels: Vec<u8>,
    /// Pixels in a row of an image.
    pub columns: usize,
}

/// Training and held-out examples; all images have the same size.
#[derive(Clone, Debug)]
pub struct Split {
    pub train: Dataset,
    pub held_out: Dataset,
    /// One more than the largest label, and at least 2.
    n_classes: usize,
}

#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
pub enum DatasetError {
    #[error(transparent)]
    Images(IdxError),
    #[error(transparent)]
    Labels(IdxError),
    #[error("{name} is no whole gzip file")]
    Gzip { name: String },
    #[error("there are {images} images but {labels} labels")]
    Counts { images: usize, labels: usize },
    #[error("images have {pixels} pixels, but 2 to 65,536 are needed")]
    Pixels { pixels: usize },
    #[error("label {found} of example {example} is too large: there may be {MAX_CLASSES} classes, counted from 0")]
    Label { found: u8, example: usize },
    #[error("images to train on have {train} pixels, but held-out images have {held_out}")]
    Sizes { train: usize, held_out: usize },
}

impl Dataset {
    /// Reads an image file and a label file, both inflated.
    ///
    /// # Errors
    /// Bytes that [`idx`] refuses, unequal counts, images of less than 2 or more than 65,536 pixels, or a label above 61.
    pub fn from_idx(images: &[u8], labels: &[u8]) -> Result<Self, DatasetError> {
        let images = idx::images(images).map_err(DatasetError::Images)?;
        let labels = idx::labels(labels).map_err(DatasetError::Labels)?;
        let pixels = images.rows * images.cols;
        if !(2..=1 << 16).contains(&pixels) {
            return Err(DatasetError::Pixels { pixels });
        }
        let count = images.pixels.len() / pixels;
        if count != labels.len() {
            return Err(DatasetError::Counts { images: count, labels: labels.len() });
        }
        if let Some((example, &found)) = labels.iter().enumerate().find(|&(_, &label)| label as usize >= MAX_CLASSES) {
            return Err(DatasetError::Label { found, example });
        }
        let palette = std::array::from_fn(|v| v as f32 / 255.0);
        let x = SparseRows::new(pixels, palette, images.pixels);
        Ok(Self { x, labels: labels.to_vec(), columns: images.cols })
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

impl Split {
    /// Combines two data sets.
    ///
    /// # Errors
    /// Their images have different sizes.
    pub fn new(train: Dataset, held_out: Dataset) -> Result<Self, DatasetError> {
        if train.x.width() != held_out.x.width() {
            return Err(DatasetError::Sizes { train: train.x.width(), held_out: held_out.x.width() });
        }
        let largest = train.labels.iter().chain(&held_out.labels).max().copied().unwrap_or_default();
        let n_classes = (usize::from(largest) + 1).max(2);
        Ok(Self { train, held_out, n_classes })
    }

    /// Reads the contents of [`MNIST_FILES`], in that order and inflated.
    ///
    /// # Errors
    /// As [`Dataset::from_idx`] and [`new`](Self::new).
    pub fn from_idx([images, labels, held_out_images, held_out_labels]: [&[u8]; 4]) -> Result<Self, DatasetError> {
        Self::new(Dataset::from_idx(images, labels)?, Dataset::from_idx(held_out_images, held_out_labels)?)
    }

    /// Pixels of an image.
    pub fn n_inputs(&self) -> usize {
        self.train.x.width()
    }

    pub fn n_classes(&self) -> usize {
        self.n_classes
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
        let digits = Dataset::from_idx(&images(2, 28, 28), &labels(&[3, 9])).unwrap();
        assert_eq!((digits.len(), digits.x.width(), digits.x.row(1).next()), (2, 784, Some((0, 0.2))));
    }

    #[test]
    fn a_split_has_the_size_and_the_classes_of_its_images() {
        let set =
            |rows, classes: &[u8]| Dataset::from_idx(&images(classes.len() as u8, rows, 5), &labels(classes)).unwrap();
        let split = Split::new(set(4, &[0, 2]), set(4, &[6])).unwrap();
        assert_eq!((split.n_inputs(), split.n_classes()), (20, 7));
        let sentence = Split::new(set(4, &[1]), set(3, &[1])).unwrap_err().to_string();
        assert_eq!(sentence, "images to train on have 20 pixels, but held-out images have 15");
    }

    #[test]
    fn files_that_do_not_belong_together_get_a_sentence() {
        let sentence = |i: Vec<u8>, l: Vec<u8>| Dataset::from_idx(&i, &l).unwrap_err().to_string();
        assert_eq!(sentence(images(1, 1, 1), labels(&[1])), "images have 1 pixels, but 2 to 65,536 are needed");
        let header = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0];
        let large = header.into_iter().chain([9; 257 * 256]).collect();
        assert_eq!(sentence(large, labels(&[1])), "images have 65792 pixels, but 2 to 65,536 are needed");
        assert_eq!(sentence(images(2, 28, 28), labels(&[1])), "there are 2 images but 1 labels");
        let expected = "label 62 of example 1 is too large: there may be 62 classes, counted from 0";
        assert_eq!(sentence(images(2, 28, 28), labels(&[1, 62])), expected);
    }
}
