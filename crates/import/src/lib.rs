//! A reader's own images: from the files that were dropped or chosen to the four IDX files that a trainer takes.
//!
//! Accepts IDX files (MNIST, Fashion-MNIST, KMNIST, EMNIST), gzipped or not, and PNG, JPEG, GIF or BMP images in a folder for each
//! class; either of them also in a zip. Every image becomes 28 × 28 gray pixels, light on dark as in MNIST. Knows no file system,
//! network, clock, thread or global. The bytes are not trusted: memory and work stay within [`Limits`], and no input panics.
//! The same files give the same bytes on every machine: resampling is integer arithmetic.

mod budget;
mod canvas;
mod classes;
mod error;
mod folders;
mod idx;
mod name;
mod note;
mod picture;
mod plan;
mod set;
mod source;

pub use budget::Limits;
pub use error::{Defect, ImportError};
pub use note::Note;

use budget::Budget;
use serde::{Deserialize, Serialize};
use source::Sources;

/// Rows, and columns, of an image that a trainer gets.
pub const SIDE: usize = 28;
/// EMNIST, digits and letters, has the most classes of the data sets in this format.
pub const MAX_CLASSES: usize = 62;

/// One of the files that were dropped or chosen.
#[derive(Clone, Debug)]
pub struct File {
    /// May contain folders, with / or \ between them: `cats/1.png`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A data set that a trainer can take.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Training images and labels, then held-out images and labels, as `lab::data::Split::from_idx` takes them.
    pub idx: [Vec<u8>; 4],
    pub n_train: usize,
    pub n_held_out: usize,
    pub rows: usize,
    pub cols: usize,
    /// The name of each class, in the order of the labels.
    pub classes: Vec<String>,
    /// What was done with the images that their owner should know.
    pub notes: Vec<Note>,
    pub identity: Identity,
}

/// Tells data sets apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The name of the zip, of the folder or of the IDX files.
    pub name: String,
    /// CRC-32 of the four IDX files, one after the other.
    pub crc32: u32,
}

/// The data set that an IDX file of this name belongs to, such as `emnist-letters`; empty for MNIST's own names. None if the name
/// does not promise an IDX file.
pub fn idx_set(name: &str) -> Option<String> {
    let name = name::Name::new(name);
    name.promises_idx().then(|| name.set())
}

/// Reads a data set.
///
/// # Errors
/// Files that hold no images, that do not belong together, that are damaged, or that exceed the limits.
pub fn read(files: Vec<File>, limits: &Limits) -> Result<Imported, ImportError> {
    let mut budget = Budget::new(*limits);
    let mut sources = Sources::new(files, &mut budget)?;
    let mut notes = Vec::new();
    let found = source::sort(&mut sources, &mut budget, &mut notes)?;
    let read = if found.idx.is_empty() {
        folders::read(&mut sources, found.images, &mut budget, &mut notes)?
    } else {
        idx::read(&mut sources, found.idx, &mut budget, &mut notes)?
    };
    drop(sources);
    let set::Read { name, classes, sets, sizes } = read;
    notes.extend(sizes.note());
    let mut sets = sets;
    notes.extend(set::make_light_on_dark(&mut sets));
    notes.extend(set::untrained(&sets, &classes));
    let [train, held_out] = sets;
    let (n_train, n_held_out) = (train.len(), held_out.len());
    let [train, held_out] = [train.into_idx(), held_out.into_idx()];
    let idx: [Vec<u8>; 4] = [train.0, train.1, held_out.0, held_out.1];
    let mut crc = flate2::Crc::new();
    idx.iter().for_each(|file| crc.update(file));
    let identity = Identity { name, crc32: crc.sum() };
    Ok(Imported { idx, n_train, n_held_out, rows: SIDE, cols: SIDE, classes, notes, identity })
}
