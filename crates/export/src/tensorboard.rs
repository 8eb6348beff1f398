//! TensorBoard's logs: one folder with one event file for each run.

use super::archive::Archive;
use super::record::Record;
use super::{ExportError, Names, Source, event_file, report};

/// The archive with the folders of all runs.
pub fn write(source: Source, records: &[Record]) -> Result<Vec<u8>, ExportError> {
    let names = Names::of(source.experiment);
    let mut archive = Archive::new();
    archive.add("experiment.json", &report::provenance(source, records)?)?;
    for (run, record) in source.experiment.runs().iter().zip(records) {
        let events = record.samples.iter().flat_map(event_file::events);
        let bytes: Vec<u8> = event_file::header().into_iter().chain(events).collect();
        archive.add(&format!("{}/{}", names.folder(run), event_file::NAME), &bytes)?;
    }
    archive.finish()
}
