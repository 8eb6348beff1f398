//! The recorded run: the default plan, trained here on the page's own digits. Runs are deterministic, so it is
//! the run that a reader's browser makes by default.

use std::path::Path;

use super::{Error, escape};
use lab::{Experiment, Finding, Plan};

/// An experiment that has run to its end.
#[derive(Debug)]
pub struct Recording {
    pub experiment: Experiment,
}

impl Recording {
    /// Trains the default plan on the digits of `folder`.
    pub fn make(folder: &Path) -> Result<Self, Error> {
        let split = folder::load(folder).map_err(Error::recording)?;
        let experiment = Experiment::record(Plan::default(), &split).map_err(Error::recording)?;
        Ok(Self { experiment })
    }

    /// Says whose numbers stand near it; the page puts the reader's own run in its place.
    pub fn tag(&self) -> String {
        format!("<span class=\"tag\" data-run-tag>recorded, seed {}</span>", self.experiment.plan.seed)
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
