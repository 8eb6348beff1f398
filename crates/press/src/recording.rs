//! The recorded run: the tutorial's experiment, trained on the page's digits. Runs are deterministic, so a reader's browser repeats
//! this run by default.

use super::Error;
use chart::Figure;
use lab::{Experiment, Finding, Results};
use maud::{Markup, html};
use std::path::Path;

/// The results of runs that have all ended.
#[derive(Debug)]
pub struct Recording {
    pub results: Results,
    /// The same experiment with several seeds.
    pub seeds: Results,
}

/// Enough to see how much a seed changes.
const SEEDS: u32 = 20;

impl Recording {
    /// Trains the tutorial's experiment on the digits of `folder`.
    ///
    /// # Errors
    /// The digits cannot be read or trained on.
    pub fn make(folder: &Path) -> Result<Self, Error> {
        let split = folder::load(folder).map_err(Error::recording)?;
        let results = Results::record(Experiment::tutorial(), &split).map_err(Error::recording)?;
        let seeds = Results::record(Experiment::tutorial().with_n_seeds(SEEDS), &split).map_err(Error::recording)?;
        Ok(Self { results, seeds })
    }

    /// The results that a figure shows: those of one seed if they suffice.
    pub fn of(&self, figure: &dyn Figure) -> &Results {
        if figure.min_seeds() > 1 { &self.seeds } else { &self.results }
    }

    /// The tag that names the run of the numbers near it; the page updates it.
    pub fn tag(&self) -> Markup {
        html! { span.tag data-run-tag { "recorded, seed " (self.results.experiment.seed()) } }
    }

    /// The number of a finding with four digits, marked so that the page can update it.
    ///
    /// # Errors
    /// No such finding, or none in this recording.
    pub fn measured(&self, key: &str) -> Result<Markup, String> {
        let finding = Finding::parse(key).map_err(|error| error.to_string())?;
        let value = finding.value(&self.results);
        let value = value.ok_or_else(|| format!("the recorded run has no number for `{key}`"))?;
        Ok(html! { data.measured translate="no" data-finding=(key) value=(rounded(value)) { (finding.text(value)) } })
    }
}

fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
