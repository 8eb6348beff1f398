//! The query of an address as an experiment. What was read comes back from the address that is written for it.

#![no_main]

use fuzz::{SLACK, begin_with, within};
use lab::Experiment;
use libfuzzer_sys::fuzz_target;

fn seeds() -> Vec<Vec<u8>> {
    [
        "",
        "?seed=7&slope=0.2&depth=12",
        "seed=1&depth=12&run=sigmoid,norm:batch&run=leaky,slope:0.2&run=tanh,width:64,label:Wide,+no+norm&seeds=3",
        "loss=half-squared&optimizer=rmsprop&momentum=0.5&clip=2&batch=64&steps=5000&width=128",
        "init=normal&std=0.01&norm=layer&residual=yes&dropout=0.5&rate=1e-3&run=%CE%B2,label:%F0%9F%91%8D",
    ]
    .map(|query| query.as_bytes().to_vec())
    .into()
}

fuzz_target!(init: begin_with(seeds()), |query: &str| {
    within(SLACK + 256 * query.len(), || {
        let (experiment, errors) = Experiment::from_query(query);
        errors.iter().for_each(|error| assert!(!error.to_string().is_empty()));
        let written = experiment.to_query();
        assert_eq!(Experiment::from_query(&written), (experiment, vec![]), "{written}");
    });
});
