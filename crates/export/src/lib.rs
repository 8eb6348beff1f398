//! Experiments as files. An export is a function of the experiment and the data set: runs are deterministic to the bit, so the
//! exporter trains them again and needs nothing from a live page. The page and the terminal therefore write identical bytes.
//!
//! First [`check_size`], then [`record`] each run, in parallel or one after the other, then [`write`] all records, in the order
//! of [`Experiment::runs`]. A figure becomes a file in the same way: [`figure_needs`], [`write_figure`]. Knows no clock, thread, file system or JavaScript. `docs/files.md` documents every file.

mod archive;
pub mod event_file;
mod figure;
mod format;
mod identity;
mod link;
mod names;
mod network;
mod png;
mod record;
mod report;
pub mod safetensors;
mod scripts;
mod size;
mod tables;
mod tensorboard;

pub use figure::{FigureKind, check_figure_size, figure_provenance, needs as figure_needs, write_figure};
pub use format::Format;
pub use identity::{DataIdentity, FileIdentity};
pub use names::Names;
pub use network::{Network, Tensor};
pub use png::png_with_text;
pub use record::{Need, Record, Stopped, Trajectory, record};
pub use report::{Log, Report, RunReport, VERSION};
pub use size::{MAX_BYTES, check_size};
pub use tables::write_runs;

use lab::{Experiment, Split};
use thiserror::Error;

/// What is exported: the experiment and its data.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub experiment: &'a Experiment,
    pub split: &'a Split,
    pub data: &'a DataIdentity,
}

/// An exported file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Why there is no file.
#[derive(Debug, Error)]
pub enum ExportError {
    #[error("the export “{label}” needs about {} MB, but at most {} MB are allowed", bytes.div_ceil(1_000_000), limit / 1_000_000)]
    TooLarge { label: &'static str, bytes: u64, limit: u64 },
    #[error("the experiment has {expected} runs, but {found} were recorded")]
    Runs { found: usize, expected: usize },
    #[error("the export “{label}” needs {what}, which were not recorded")]
    NotRecorded { label: &'static str, what: &'static str },
    #[error("the image is no PNG file")]
    Png,
    #[error("the archive cannot be written: {0}")]
    Archive(#[from] zip::result::ZipError),
    #[error("the file cannot be written: {0}")]
    Io(#[from] std::io::Error),
    #[error("the JSON document cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes the file of a format. `records` are those of all runs of the experiment, in their order, with at least what
/// [`Format::need`] says.
///
/// # Errors
/// The records are not those of the experiment, or lack what the format needs.
pub fn write(format: Format, source: Source, records: &[Record]) -> Result<File, ExportError> {
    let expected = source.experiment.runs().len();
    if records.len() != expected {
        return Err(ExportError::Runs { found: records.len(), expected });
    }
    let about = format.about();
    let bytes = (about.write)(source, records)?;
    Ok(File { name: about.file_name.to_owned(), media_type: about.media_type, bytes })
}
