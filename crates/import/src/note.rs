//! What an import did that the owner of the images should know, as one sentence each.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// Files that hold no images, such as a license, images beside IDX files, and files that are there gzipped too.
    Ignored { n: usize, first: String },
    /// Images beside the folders of the classes.
    NoFolder { n: usize, first: String },
    /// There was no held-out set.
    HeldOut { n: usize, of: usize },
    /// More images than a trainer takes.
    Thinned { n: usize, of: usize },
    /// Labels that were not 0, 1, 2 and so on.
    Renumbered { first: u8, last: u8, n: usize },
    /// Images of another size, `[cols, rows]`.
    Resampled { n: usize, smallest: [u32; 2], largest: [u32; 2] },
    /// Dark ink on light paper.
    Inverted,
    /// Dark ink on transparent paper.
    InvertedOnTransparent,
    /// EMNIST stores the columns of an image where MNIST stores its rows.
    Transposed,
    /// A class of which all images are held out.
    Untrained { class: String },
}

impl Display for Note {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ignored { n: 1, first } => write!(f, "1 file is not used: {first}"),
            Self::Ignored { n, first } => write!(f, "{n} files are not used, the first is {first}"),
            Self::NoFolder { n: 1, first } => write!(f, "1 image is in no class folder and is not used: {first}"),
            Self::NoFolder { n, first } => {
                write!(f, "{n} images are in no class folder and are not used, the first is {first}")
            }
            Self::HeldOut { n, of } => write!(
                f,
                "there is no held-out set, so a tenth of each class is held out: {n} of {of} images, evenly spaced in their order"
            ),
            Self::Thinned { n, of } => {
                write!(f, "{n} of {of} images are used: the same share of each class, evenly spaced in their order")
            }
            Self::Renumbered { first, last, n } => {
                write!(f, "the {n} labels from {first} to {last} are renumbered from 0 to {}", n.saturating_sub(1))
            }
            Self::Resampled { n, smallest, largest } if smallest == largest => {
                let [cols, rows] = smallest;
                write!(f, "{n} images of {cols} × {rows} pixels are resampled to 28 × 28")
            }
            Self::Resampled { n, smallest: [a, b], largest: [c, d] } => {
                write!(f, "{n} images of {a} × {b} to {c} × {d} pixels are resampled to 28 × 28")
            }
            Self::Inverted => {
                write!(f, "the images are dark on light and are inverted, because MNIST is light on dark")
            }
            Self::InvertedOnTransparent => {
                write!(f, "the images are dark on transparent paper and are inverted, because MNIST is light on dark")
            }
            Self::Transposed => write!(f, "rows and columns are exchanged, because EMNIST stores images by column"),
            Self::Untrained { class } => write!(f, "class {class} has held-out images but none to train on"),
        }
    }
}
