//! What is wrong, as one sentence each: the file, the byte, what was found and what was expected.

use super::MAX_CLASSES;
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportError {
    #[error("{file}: {defect}")]
    File { file: String, defect: Defect },
    #[error("there are no files")]
    NoFiles,
    #[error("the files have {found} bytes together, but at most {limit} are read")]
    TooLarge { found: u64, limit: usize },
    #[error("there are {found} files, but at most {limit} are read")]
    TooMany { found: usize, limit: usize },
    #[error(
        "{} images; {first} begins with {found}, but IDX files were expected, or PNG, JPEG, GIF or \
         BMP images in a folder for each class, or a zip of them",
        none_holds(*n_files)
    )]
    NoImages { n_files: usize, first: String, found: String },
    #[error("{file}: holds IDX {found}, but there is no IDX file of {missing} that belongs to it")]
    Unpaired { file: String, found: String, missing: String },
    #[error(
        "{first} and {second} both hold {found}; names with “train” and “test” tell training and held-out files apart"
    )]
    Twice { first: String, second: String, found: String },
    #[error("there are {} data sets, {}; only one can be read", names.len(), names.join(", "))]
    ManySets { names: Vec<String> },
    #[error("{file}: is in no folder, but images must be in a folder for each class")]
    NoFolder { file: String },
    #[error("all images are of one class, {class}, but at least 2 are needed")]
    OneClass { class: String },
    #[error("there are {found} classes, but at most {MAX_CLASSES} are read; {first} and {last} are two of them")]
    Classes { found: usize, first: String, last: String },
    #[error("no class has more than one image, so none can be held out")]
    NothingToHoldOut,
    #[error("no image is left to train on")]
    NothingToTrainOn,
}

impl ImportError {
    /// The file that the sentence begins with, if it does.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File { file, .. } | Self::Unpaired { file, .. } | Self::NoFolder { file } => Some(file),
            Self::Twice { first, .. } => Some(first),
            Self::NoFiles
            | Self::TooLarge { .. }
            | Self::TooMany { .. }
            | Self::NoImages { .. }
            | Self::ManySets { .. }
            | Self::OneClass { .. }
            | Self::Classes { .. }
            | Self::NothingToHoldOut
            | Self::NothingToTrainOn => None,
        }
    }
}

/// A defect of one file.
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
pub enum Defect {
    #[error("more than {limit} bytes of memory would be needed at the same time")]
    Memory { limit: usize },
    #[error("{bytes} bytes of memory cannot be allocated")]
    Allocation { bytes: usize },
    #[error("all files together are larger than {limit} bytes when inflated and decoded")]
    Work { limit: u64 },
    #[error("byte {byte}: reading stops at the limit of {limit} bytes")]
    Inflated { byte: u64, limit: u64 },
    #[error("byte {byte} of the inflated data: {cause}")]
    Inflate { byte: u64, cause: String },
    #[error("this is no readable zip: {cause}")]
    Zip { cause: String },
    #[error("byte {byte}: this file of the zip cannot be read: {cause}")]
    Zipped { byte: u64, cause: String },
    #[error("a zip inside a zip is not read; unpack it first")]
    Nested,
    #[error("byte 0: found {found}, but expected {expected}")]
    Content { found: String, expected: String },
    #[error("byte {byte}: the file ends, but the header of IDX {kind} has {expected} bytes")]
    Header { byte: u64, kind: String, expected: u64 },
    #[error("byte {byte}: the header promises 0 {what}, but at least 1 was expected")]
    Zero { byte: u64, what: String },
    #[error("byte 4: the header promises {dims} bytes of data, but at most {limit} are read")]
    Huge { dims: String, limit: u64 },
    #[error("byte 8: the header promises images of {cols} × {rows} pixels, but at most {limit} × {limit} are read")]
    IdxSide { cols: u32, rows: u32, limit: u32 },
    #[error("byte 4: the header promises {dims} bytes of data, but {found} follow it")]
    Length { dims: String, found: u64 },
    #[error("byte 4: the header promises {dims} bytes of data, but more follow it")]
    Trailing { dims: String },
    #[error("byte 4: the header promises {found} labels, but {images} holds {expected} images")]
    Counts { found: u32, images: String, expected: u32 },
    #[error("byte {byte}: found label {found}, but labels go from 0 to {MAX_CLASSES}")]
    Label { byte: usize, found: u8 },
    #[error("the image has {width} × {height} pixels, but at most {limit} × {limit} are read")]
    Side { width: u32, height: u32, limit: u32 },
    #[error("the image needs {bytes} bytes when decoded, but at most {limit} are read")]
    ImageBytes { bytes: u64, limit: u64 },
    #[error("this {format} image cannot be decoded: {cause}")]
    Decode { format: String, cause: String },
}

impl Defect {
    /// The error of a file with this defect.
    pub fn of(self, file: &str) -> ImportError {
        ImportError::File { file: file.to_owned(), defect: self }
    }
}

/// The start of a sentence that ends with “images”.
fn none_holds(n_files: usize) -> String {
    if n_files == 1 { "the file holds no".to_owned() } else { format!("none of the {n_files} files holds") }
}

/// The first bytes of a file as hexadecimal digits, and as text if they are.
pub fn quoted(bytes: &[u8]) -> String {
    let bytes = bytes.get(..4).unwrap_or(bytes);
    if bytes.is_empty() {
        return "an empty file".to_owned();
    }
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let is_text = bytes.iter().all(|byte| byte.is_ascii_graphic());
    if is_text { format!("0x{hex} (“{}”)", String::from_utf8_lossy(bytes)) } else { format!("0x{hex}") }
}
