//! A folder with MNIST's four IDX files, gzipped or not, for native programs: the terminal, the press and the tests. The bytes are
//! not trusted: no file is read, and no gzip inflated, beyond the size of MNIST's largest.

use flate2::bufread::MultiGzDecoder;
use lab::data::dataset::MNIST_FILES;
use lab::data::{Dataset, DatasetError, Split};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Bytes of MNIST's training images, its largest file: 60,000 of 28 × 28 behind a header of 16.
pub const MAX_BYTES: u64 = 16 + 60_000 * 28 * 28;

#[derive(Debug, Error)]
pub enum FolderError {
    #[error("{}: {error}; expected a folder with MNIST's four files", folder.display())]
    Folder { folder: PathBuf, error: io::Error },
    #[error("{}: holds neither {name}.gz nor {name}", folder.display())]
    Missing { folder: PathBuf, name: &'static str },
    #[error("{}: cannot be read: {error}", file.display())]
    Read { file: PathBuf, error: io::Error },
    #[error("{}: holds more than {MAX_BYTES} bytes, the size of MNIST's largest file", file.display())]
    TooLarge { file: PathBuf },
    #[error("{}: {error}", file.display())]
    Dataset { file: PathBuf, error: DatasetError },
}

/// The digits that come with the project: `static/mnist` here, or else where the program was built.
pub fn bundled() -> PathBuf {
    let here = PathBuf::from("static/mnist");
    if here.is_dir() { here } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(here) }
}

/// Reads the digits to train on (`train-…`) and those held out (`t10k-…`).
///
/// # Errors
/// A folder or file that is missing, unreadable or too large, or bytes that [`Dataset::from_idx`] refuses.
pub fn load(folder: &Path) -> Result<Split, FolderError> {
    load_with(folder, |_, _| {})
}

/// As [`load`]. `on_file` gets the name and the inflated bytes of each file, in the order of [`MNIST_FILES`].
///
/// # Errors
/// As [`load`].
pub fn load_with(folder: &Path, mut on_file: impl FnMut(&'static str, &[u8])) -> Result<Split, FolderError> {
    folder.read_dir().map_err(|error| FolderError::Folder { folder: folder.to_owned(), error })?;
    let [images, labels, held_out_images, held_out_labels] = MNIST_FILES;
    let train = dataset(folder, images, labels, &mut on_file)?;
    let held_out = dataset(folder, held_out_images, held_out_labels, &mut on_file)?;
    Split::new(train, held_out).map_err(|error| FolderError::Dataset { file: folder.join(held_out_images), error })
}

fn dataset(
    folder: &Path,
    images: &'static str,
    labels: &'static str,
    on_file: &mut impl FnMut(&'static str, &[u8]),
) -> Result<Dataset, FolderError> {
    let mut find = |name| {
        let (file, bytes) = find(folder, name)?;
        on_file(name, &bytes);
        Ok((file, bytes))
    };
    let ((images_file, images), (labels_file, labels)) = (find(images)?, find(labels)?);
    Dataset::from_idx(&images, &labels).map_err(|error| {
        let file = match error {
            DatasetError::Images(_) | DatasetError::TooSmall { .. } | DatasetError::Sizes { .. } => images_file,
            DatasetError::Labels(_) | DatasetError::Counts { .. } | DatasetError::Label { .. } => labels_file,
        };
        FolderError::Dataset { file, error }
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
    bytes.ok_or_else(|| FolderError::TooLarge { file: file.to_owned() })
}

/// None if there is more than MNIST's largest file holds.
fn inflated(opened: File) -> io::Result<Option<Vec<u8>>> {
    let mut source = BufReader::new(opened);
    let mut bytes = Vec::new();
    if source.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(source).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        source.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    }
    Ok((bytes.len() as u64 <= MAX_BYTES).then_some(bytes))
}
