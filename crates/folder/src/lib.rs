//! Data sets on disk, for native programs: the terminal, the press and the tests. Finds the files; the crate `import` says what is
//! in them. The limits of [`import::Limits`] apply while files are read, too.

use import::{ImportError, Imported, Limits};
use lab::data::{DatasetError, Split};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Folders within folders that are looked into.
const MAX_DEPTH: usize = 8;

#[derive(Debug, Error)]
pub enum FolderError {
    #[error("{}: {error}; expected a folder with IDX files or with images in a folder for each class, or a zip", path.display())]
    Missing { path: PathBuf, error: io::Error },
    #[error("{}: cannot be read: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("{}: this and the files before it have more than {limit} bytes together", path.display())]
    TooLarge { path: PathBuf, limit: usize },
    #[error("{}: this is more than {limit} files and folders", path.display())]
    TooMany { path: PathBuf, limit: usize },
    /// `at` is the path up to the file that the error names, or else the path and a colon.
    #[error("{at}{error}")]
    Import { at: String, error: ImportError },
    #[error("{}: {error}", path.display())]
    Dataset { path: PathBuf, error: DatasetError },
}

/// The digits that come with the project: `static/mnist` here, or else where the program was built.
pub fn bundled() -> PathBuf {
    let here = PathBuf::from("static/mnist");
    if here.is_dir() { here } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(here) }
}

/// Reads a data set, and drops the notes about it.
///
/// # Errors
/// As [`load_imported`].
pub fn load(path: &Path) -> Result<Split, FolderError> {
    load_imported(path).map(|(_, split)| split)
}

/// Reads a data set from a folder with IDX files or with images in a folder for each class, from a zip of them, or from an IDX file
/// and those beside it that belong to it.
///
/// # Errors
/// A path that is missing, unreadable or too large, or files that [`import::read`] refuses.
pub fn load_imported(path: &Path) -> Result<(Imported, Split), FolderError> {
    let imported = import(path, &Limits::default())?;
    match Split::from_idx(imported.idx.each_ref().map(Vec::as_slice)) {
        Ok(split) => Ok((imported, split)),
        Err(error) => Err(FolderError::Dataset { path: path.to_owned(), error }),
    }
}

/// Reads a data set as IDX files.
///
/// # Errors
/// As [`load_imported`].
pub fn import(path: &Path, limits: &Limits) -> Result<Imported, FolderError> {
    let metadata = fs::metadata(path).map_err(|error| FolderError::Missing { path: path.to_owned(), error })?;
    let mut reader = Reader { limits, n_bytes: 0, n_seen: 0, files: Vec::new() };
    let folder = if metadata.is_dir() { path } else { path.parent().unwrap_or(path) };
    if metadata.is_dir() {
        reader.folder(path, "", 0)?;
    } else {
        reader.file_and_its_set(path)?;
    }
    import::read(reader.files, limits).map_err(|error| {
        let is_of_file = error.file().is_some();
        let at = if is_of_file { folder.join("").display().to_string() } else { format!("{}: ", path.display()) };
        FolderError::Import { at, error }
    })
}

/// Files as they are read, in the order of their names.
struct Reader<'a> {
    limits: &'a Limits,
    n_bytes: usize,
    /// Files and folders that were looked at; links can lead back, so folders count too.
    n_seen: usize,
    files: Vec<import::File>,
}

impl Reader<'_> {
    /// Reads a folder and those in it, or only the IDX files if it has some. `prefix` is the folder's name within the data set, with a slash at its end if it has one.
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), FolderError> {
        let mut entries = entries(folder)?;
        if entries.iter().any(|(path, own)| import::idx_set(own).is_some() && path.is_file()) {
            entries.retain(|(_, own)| import::idx_set(own).is_some());
        }
        for (path, own) in entries {
            let name = format!("{prefix}{own}");
            self.n_seen += 1;
            if self.n_seen > self.limits.max_files {
                return Err(FolderError::TooMany { path, limit: self.limits.max_files });
            }
            let metadata = fs::metadata(&path).map_err(|error| FolderError::Read { path: path.clone(), error })?;
            if metadata.is_dir() && depth < MAX_DEPTH {
                self.folder(&path, &format!("{name}/"), depth + 1)?;
            } else if metadata.is_file() {
                self.file(&path, name)?;
            }
        }
        Ok(())
    }

    /// Reads a file and, if its name is that of an IDX file, those beside it that belong to the same data set.
    fn file_and_its_set(&mut self, path: &Path) -> Result<(), FolderError> {
        let own = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(set) = import::idx_set(&own) else { return self.file(path, own) };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        for (path, own) in entries(parent)? {
            if import::idx_set(&own).as_deref() == Some(&set) && path.is_file() {
                self.file(&path, own)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: String) -> Result<(), FolderError> {
        let failed = |error| FolderError::Read { path: path.to_owned(), error };
        let mut bytes = Vec::new();
        let free = self.limits.max_bytes.saturating_sub(self.n_bytes);
        File::open(path).map_err(failed)?.take(free as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() > free {
            return Err(FolderError::TooLarge { path: path.to_owned(), limit: self.limits.max_bytes });
        }
        self.n_bytes += bytes.len();
        self.files.push(import::File { name, bytes });
        Ok(())
    }
}

/// What is in a folder, by name, without hidden files.
fn entries(folder: &Path) -> Result<Vec<(PathBuf, String)>, FolderError> {
    let failed = |error| FolderError::Read { path: folder.to_owned(), error };
    let mut entries = Vec::new();
    for entry in folder.read_dir().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && name != "__MACOSX" {
            entries.push((entry.path(), name));
        }
    }
    entries.sort();
    Ok(entries)
}
