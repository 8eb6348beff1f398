//! Networks of any shape, with any numbers and any label, as safetensors files, read back with the crate `safetensors`.

#![no_main]

use ::safetensors::{Dtype, SafeTensors};
use arbitrary::Arbitrary;
use export::safetensors::{State, file};
use export::{Names, Network, RunReport, Tensor};
use fuzz::{SLACK, begin_with, within};
use lab::Experiment;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    is_final: bool,
    fingerprint: u64,
    /// Fan-in, fan-out and a number of each layer.
    layers: Vec<(u8, u8, f32)>,
    label: &'a str,
}

fn seeds() -> Vec<Vec<u8>> {
    // Two layers; a further one is announced by an odd byte.
    let layer = [1, 3, 2, 0, 0, 128, 63];
    vec![[&[1, 1, 2, 3, 4, 5, 6, 7, 8][..], &layer, &layer, &[0], "\"a\\b\0\u{2028}".as_bytes()].concat()]
}

/// W `[fan_in, fan_out]` and b `[fan_out]` of each layer.
fn network(input: &Input) -> Network {
    let tensor = |l: usize, name, shape: Vec<usize>, value: f32| Tensor {
        name: format!("layer{}.{name}", l + 1),
        values: (0..shape.iter().product::<usize>()).map(|i| f32::from_bits(value.to_bits() ^ i as u32)).collect(),
        shape,
    };
    let layers = input.layers.iter().enumerate().flat_map(|(l, &(fan_in, fan_out, value))| {
        let [fan_in, fan_out] = [fan_in, fan_out].map(|units| usize::from(units % 8));
        [tensor(l, "w", vec![fan_in, fan_out], value), tensor(l, "b", vec![fan_out], -value)]
    });
    Network { tensors: layers.collect(), fingerprint: input.fingerprint }
}

/// The report of the tutorial's first run.
fn report() -> RunReport {
    let tutorial = Experiment::tutorial();
    RunReport::new(&Names::of(&tutorial), &tutorial.runs()[0])
}

thread_local!(static REPORT: RefCell<RunReport> = RefCell::new(report()));

fuzz_target!(init: begin_with(seeds()), |input: Input| {
    REPORT.with_borrow_mut(|report| {
        report.label = input.label.to_owned();
        let network = network(&input);
        let n_bytes: usize = network.tensors.iter().map(|tensor| 256 + 4 * tensor.values.len()).sum();
        within(SLACK + 4 * n_bytes + 32 * input.label.len(), || check(&network, report, input.is_final));
    });
});

fn check(network: &Network, report: &RunReport, is_final: bool) {
    let bytes = file(network, report, if is_final { State::Final } else { State::Initial });
    let bytes = bytes.expect("every network can be written");
    let (_, header) = SafeTensors::read_metadata(&bytes).expect("a header");
    let metadata = header.metadata().as_ref().expect("metadata");
    assert_eq!((&metadata["label"], &metadata["link"]), (&report.label, &report.link));
    let tensors = SafeTensors::deserialize(&bytes).expect("tensors");
    assert_eq!(tensors.len(), network.tensors.len());
    for tensor in &network.tensors {
        let found = tensors.tensor(&tensor.name).expect("the tensor");
        assert_eq!((found.dtype(), found.shape()), (Dtype::F32, &tensor.shape[..]));
        assert!(found.data().iter().copied().eq(tensor.values.iter().flat_map(|value| value.to_le_bytes())));
    }
}
