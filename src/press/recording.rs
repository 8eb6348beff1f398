//! The recorded run: the default plan, trained here on the page's own digits. Runs are deterministic, so it is
//! the run that a reader's browser makes by default.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::{Error, escape};
use crate::data::{Digits, Split};
use crate::lab::{Experiment, Finding, Plan};

/// An experiment that has run to its end.
#[derive(Debug)]
pub struct Recording {
    pub experiment: Experiment,
}

impl Recording {
    /// Trains the default plan on the digits of `folder`.
    pub fn make(folder: &Path) -> Result<Self, Error> {
        let split = Split { train: digits(folder, "train")?, held_out: digits(folder, "t10k")? };
        let experiment = Experiment::record(Plan::default(), &split)
            .map_err(|error| Error::Recording { sentence: error.to_string() })?;
        Ok(Self { experiment })
    }

    /// The number of a finding, marked so that the page can put the reader's own in its place.
    pub fn measured(&self, key: &str) -> Result<String, String> {
        let finding = Finding::parse(key).map_err(|error| error.to_string())?;
        let value =
            finding.value(&self.experiment).ok_or_else(|| format!("the recorded run has no number for `{key}`"))?;
        let text = escape(&finding.text(value));
        Ok(format!("<data class=\"measured\" data-finding=\"{key}\" value=\"{value}\">{text}</data>"))
    }
}

/// The digits of MNIST's two files whose names begin with `part`.
fn digits(folder: &Path, part: &str) -> Result<Digits, Error> {
    let images = folder.join(format!("{part}-images-idx3-ubyte.gz"));
    let labels = folder.join(format!("{part}-labels-idx1-ubyte.gz"));
    Digits::from_idx(&inflate(&images)?, &inflate(&labels)?)
        .map_err(|error| Error::Recording { sentence: format!("{}: {error}", images.display()) })
}

fn inflate(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(|source| Error::file(path, source))?;
    let mut bytes = Vec::new();
    MultiGzDecoder::new(file).read_to_end(&mut bytes).map_err(|source| Error::file(path, source))?;
    Ok(bytes)
}
