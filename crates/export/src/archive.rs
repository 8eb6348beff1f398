//! Zip archives whose bytes depend on their contents alone.

use super::ExportError;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// An archive in memory.
pub struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    pub fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    /// Adds a file, deflated. Its time is the earliest that a zip archive can hold, 1980-01-01, whatever the clock says.
    ///
    /// # Errors
    /// The archive already has this name.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        self.0.start_file(name, options)?;
        Ok(self.0.write_all(bytes)?)
    }

    /// The archive's bytes.
    ///
    /// # Errors
    /// None that is known: memory does not fail.
    pub fn finish(self) -> Result<Vec<u8>, ExportError> {
        Ok(self.0.finish()?.into_inner())
    }
}
