//! Networks as safetensors files: the length of a JSON header as `u64`, the header, the numbers, all little-endian.
//!
//! Written by hand, because the crate `safetensors` writes metadata in the order of a randomly seeded hash map: its bytes differ
//! from run to run. The tests read the files with the crate.

use super::archive::Archive;
use super::network::Network;
use super::record::Record;
use super::report::{self, RunReport};
use super::{ExportError, Format, Names, Source};
use serde_json::{Map, Value, json};

/// The header's length is a multiple of this, so that the numbers are aligned.
const ALIGNMENT: usize = 8;

/// A moment of a run of which there is a network.
#[derive(Clone, Copy)]
pub enum State {
    Initial,
    Final,
}

impl State {
    fn key(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Final => "final",
        }
    }
}

/// The archive with the networks of every run. A run that diverged has no final network.
pub fn write(source: Source, records: &[Record]) -> Result<Vec<u8>, ExportError> {
    let names = Names::of(source.experiment);
    let mut archive = Archive::new();
    archive.add("experiment.json", &report::provenance(source, records)?)?;
    for (run, record) in source.experiment.runs().iter().zip(records) {
        let initial = record.initial.as_ref();
        let initial =
            initial.ok_or_else(|| ExportError::NotRecorded { label: Format::Weights.label(), what: "the networks" })?;
        let report = RunReport::of(&names, run, record);
        for (state, network) in
            std::iter::once((State::Initial, initial)).chain(record.last.as_ref().map(|last| (State::Final, last)))
        {
            archive.add(&format!("{}/{}.safetensors", report.folder, state.key()), &file(network, &report, state)?)?;
        }
    }
    archive.finish()
}

/// One network with its provenance in the metadata.
pub fn file(network: &Network, run: &RunReport, state: State) -> Result<Vec<u8>, ExportError> {
    let mut header = Map::new();
    let step = match state {
        State::Initial => 0,
        State::Final => run.settings.steps,
    };
    let metadata = json!({
        "fingerprint": format!("{:016x}", network.fingerprint),
        "format": "vanishing-gradients network",
        "generator": concat!("vanishing-gradients ", env!("CARGO_PKG_VERSION")),
        "label": run.label,
        "link": run.link,
        "seed": run.seed.to_string(),
        "state": state.key(),
        "step": step.to_string(),
        "version": report::VERSION.to_string(),
    });
    header.insert("__metadata__".into(), metadata);
    let mut end = 0;
    for tensor in &network.tensors {
        let start = end;
        end += 4 * tensor.values.len();
        let about: Value = json!({ "dtype": "F32", "shape": tensor.shape, "data_offsets": [start, end] });
        header.insert(tensor.name.clone(), about);
    }
    let mut header = serde_json::to_vec(&header)?;
    header.resize(header.len().next_multiple_of(ALIGNMENT), b' ');
    let mut bytes = Vec::with_capacity(8 + header.len() + end);
    bytes.extend((header.len() as u64).to_le_bytes());
    bytes.extend(header);
    let numbers = network.tensors.iter().flat_map(|tensor| &tensor.values);
    numbers.for_each(|number| bytes.extend(number.to_le_bytes()));
    Ok(bytes)
}
