//! The formats. A format is a variant and its row in [`Format::about`]; flags, menus and tests walk [`Format::ALL`].

use super::record::{Need, Record};
use super::{ExportError, Source, report, safetensors, scripts, tables, tensorboard};
use lab::Detail;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    TensorBoard,
    Csv,
    Json,
    Weights,
    Scripts,
}

/// What there is to know about a format.
pub(crate) struct About {
    key: &'static str,
    label: &'static str,
    help: &'static str,
    need: Need,
    pub file_name: &'static str,
    pub media_type: &'static str,
    pub write: fn(Source, &[Record]) -> Result<Vec<u8>, ExportError>,
}

const ZIP: &str = "application/zip";

impl Format {
    pub const ALL: [Self; 5] = [Self::TensorBoard, Self::Csv, Self::Json, Self::Weights, Self::Scripts];

    pub(crate) fn about(self) -> About {
        let samples = |detail| Need { detail, samples: true, ..Need::default() };
        match self {
            Self::TensorBoard => About {
                key: "tensorboard",
                label: "TensorBoard logs",
                help: "TensorBoard event files: scalars at every sample, histograms at logged steps",
                need: samples(Detail::Everything),
                file_name: "vanishing-gradients-tensorboard.zip",
                media_type: ZIP,
                write: tensorboard::write,
            },
            Self::Csv => About {
                key: "csv",
                label: "CSV tables",
                help: "CSV tables: one row for each run, step and layer, and one row for each run",
                need: samples(Detail::Curves),
                file_name: "vanishing-gradients-csv.zip",
                media_type: ZIP,
                write: tables::write,
            },
            Self::Json => About {
                key: "json",
                label: "JSON document",
                help: "One JSON document with everything that was measured",
                need: samples(Detail::Everything),
                file_name: "vanishing-gradients.json",
                media_type: "application/json",
                write: report::write,
            },
            Self::Weights => About {
                key: "weights",
                label: "Weights",
                help: "Initial and final weights of every run as safetensors",
                need: Need { networks: true, ..Need::default() },
                file_name: "vanishing-gradients-weights.zip",
                media_type: ZIP,
                write: safetensors::write,
            },
            Self::Scripts => About {
                key: "scripts",
                label: "Python scripts",
                help: "Scripts for PyTorch, Keras and JAX that train the same runs on the same batches and compare the loss",
                need: Need { networks: true, trajectory: true, ..Need::default() },
                file_name: "vanishing-gradients-scripts.zip",
                media_type: ZIP,
                write: scripts::write,
            },
        }
    }

    /// The name on the command line.
    pub fn key(self) -> &'static str {
        self.about().key
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.key() == key)
    }

    /// The name that a reader sees.
    pub fn label(self) -> &'static str {
        self.about().label
    }

    /// One line of help.
    pub fn help(self) -> &'static str {
        self.about().help
    }

    pub fn file_name(self) -> &'static str {
        self.about().file_name
    }

    pub fn media_type(self) -> &'static str {
        self.about().media_type
    }

    /// What must be recorded of each run.
    pub fn need(self) -> Need {
        self.about().need
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_differ_in_their_names_and_their_files() {
        for (i, format) in Format::ALL.into_iter().enumerate() {
            assert_eq!(Format::from_key(format.key()), Some(format));
            let others = || Format::ALL[..i].iter();
            assert!(others().all(|other| other.label() != format.label()), "{format:?}");
            assert!(others().all(|other| other.file_name() != format.file_name()), "{format:?}");
        }
        assert_eq!(Format::from_key("parquet"), None);
    }
}
