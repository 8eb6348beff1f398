//! Writes exported files. A file gets its name when it is complete: until then it has another one.

use export::File;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Writes the file into a folder, which is made if it is missing. Replaces a file of that name. Returns the path.
pub fn write(folder: &Path, file: &File) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join(file.name);
    let partial = folder.join(format!(".{}.{}.partial", file.name, std::process::id()));
    let written = fs::write(&partial, &file.bytes).and_then(|()| fs::rename(&partial, &path));
    if written.is_err() {
        // The first error is the one to report.
        _ = fs::remove_file(&partial);
    }
    written.map(|()| path)
}
