//! TensorBoard event files that grow during training.

use export::event_file;
use lab::run::Measured;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The event file of one run.
pub struct EventFile(BufWriter<File>);

impl EventFile {
    /// Makes the file and its folder. TensorBoard would mix the events of two trainings, so the file must be new.
    pub fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = BufWriter::new(File::create_new(path)?);
        file.write_all(&event_file::header())?;
        file.flush()?;
        Ok(Self(file))
    }

    /// Appends a sample. A logged one is written through, so that TensorBoard shows it.
    pub fn append(&mut self, measured: &Measured, is_logged: bool) -> io::Result<()> {
        self.0.write_all(&event_file::events(measured))?;
        if is_logged { self.0.flush() } else { Ok(()) }
    }

    /// Writes the rest.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
