//! A folder with MNIST's four IDX files, gzipped or not: what the terminal, the press and the tests train on. Native only,
//! for a page has no files. The bytes are hostile: no file is read, and no gzip inflated, beyond the size of MNIST's largest.

use flate2::bufread::MultiGzDecoder;
use lab::data::digits::FILES;
use lab::data::{Digits, DigitsError, Split};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Bytes of MNIST's training images, its largest file: 60,000 of 28 × 28 behind a header of 16.
pub const MOST_BYTES: u64 = 16 + 60_000 * 28 * 28;

#[derive(Debug)]
pub enum FolderError {
    /// The folder cannot be looked into.
    Folder { folder: PathBuf, error: io::Error },
    /// Neither the gzipped file nor the plain one is there.
    Missing { folder: PathBuf, name: &'static str },
    /// A file cannot be read, or inflated.
    Read { file: PathBuf, error: io::Error },
    /// A file is larger than any of MNIST's.
    Long { file: PathBuf },
    /// The bytes are no digits.
    Digits { file: PathBuf, error: DigitsError },
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { folder, error } => {
                write!(f, "{}: {error}; expected a folder with MNIST's four files", folder.display())
            }
            Self::Missing { folder, name } => {
                write!(f, "{}: holds neither {name}.gz nor {name}", folder.display())
            }
            Self::Read { file, error } => write!(f, "{}: cannot be read: {error}", file.display()),
            Self::Long { file } => {
                write!(f, "{}: holds more than {MOST_BYTES} bytes, the size of MNIST's largest file", file.display())
            }
            Self::Digits { file, error } => write!(f, "{}: {error}", file.display()),
        }
    }
}

impl std::error::Error for FolderError {}

/// The digits that come with the project: `static/mnist` here, or else where the program was built.
pub fn bundled() -> PathBuf {
    let here = PathBuf::from("static/mnist");
    if here.is_dir() { here } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(here) }
}

/// Reads the digits to train on (`train-…`) and those held out (`t10k-…`).
///
/// # Errors
/// A folder or file that is missing, unreadable or too large, or bytes that [`Digits::from_idx`] refuses.
pub fn load(folder: &Path) -> Result<Split, FolderError> {
    folder.read_dir().map_err(|error| FolderError::Folder { folder: folder.to_owned(), error })?;
    let [images, labels, held_out_images, held_out_labels] = FILES;
    let train = digits(folder, images, labels)?;
    Ok(Split { train, held_out: digits(folder, held_out_images, held_out_labels)? })
}

fn digits(folder: &Path, images: &'static str, labels: &'static str) -> Result<Digits, FolderError> {
    let (images_file, images) = find(folder, images)?;
    let (labels_file, labels) = find(folder, labels)?;
    Digits::from_idx(&images, &labels).map_err(|error| {
        let file = match error {
            DigitsError::Images(_) | DigitsError::Size { .. } => images_file,
            DigitsError::Labels(_) | DigitsError::Counts { .. } | DigitsError::Label { .. } => labels_file,
        };
        FolderError::Digits { file, error }
    })
}

/// The path and the bytes of `name.gz` or, if that is not there, of `name`.
fn find(folder: &Path, name: &'static str) -> Result<(PathBuf, Vec<u8>), FolderError> {
    for file in [folder.join(format!("{name}.gz")), folder.join(name)] {
        match File::open(&file) {
            Ok(opened) => return read(&file, opened).map(|bytes| (file, bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(FolderError::Read { file, error }),
        }
    }
    Err(FolderError::Missing { folder: folder.to_owned(), name })
}

/// A file's bytes, inflated if they begin as gzip does, whatever the file is called.
fn read(file: &Path, opened: File) -> Result<Vec<u8>, FolderError> {
    let bytes = inflated(opened).map_err(|error| FolderError::Read { file: file.to_owned(), error })?;
    bytes.ok_or_else(|| FolderError::Long { file: file.to_owned() })
}

/// None if there is more than MNIST's largest file holds.
fn inflated(opened: File) -> io::Result<Option<Vec<u8>>> {
    let mut source = BufReader::new(opened);
    let mut bytes = Vec::new();
    if source.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(source).take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    }
    Ok((bytes.len() as u64 <= MOST_BYTES).then_some(bytes))
}
