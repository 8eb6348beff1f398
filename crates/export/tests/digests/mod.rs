//! What exports of one experiment must be, byte for byte, wherever they are made: natively and in every browser.

use export::{DataIdentity, FileIdentity, Format, Source};
use lab::{Experiment, Split};
use std::ops::ControlFlow;

const QUERY: &str =
    "steps=24&width=6&depth=3&seeds=2&run=gelu,norm:batch,dropout:0.25&run=tanh,residual:yes,label:=1%2B1";

/// The SHA-256 of each format. They pin the program to itself: a change of a format, of the version of this project, of the
/// trainer or of the compression is a new constant.
const EXPECTED: [(&str, &str); 5] = [
    ("tensorboard", "05ac5f70c652ddecca2177415e9de63ed355da0b9eab0f18f5b1d43fd1700252"),
    ("csv", "29995605f73947141572bd07c28642d0a8ae178179edc2c92fea78b517f494cd"),
    ("json", "f862b9e53164b918ab8703054d369d2f6f6abfa312151489c057ccdcc443720d"),
    ("weights", "6ae19d4d018e186ee556b802c977e277c753bdd57d7159af350eb5342d6b28ee"),
    ("scripts", "c9ea868b6277ec363f3f067efc13dfba346f22b2494c2861c08fa0c5a5d986c2"),
];

/// Images and labels of the IDX format: 60 of 5 × 5 pixels that depend on their place, in three classes.
fn idx() -> [Vec<u8>; 2] {
    let header = [[0, 0, 8, 3], [0, 0, 0, 60], [0, 0, 0, 5], [0, 0, 0, 5]].concat();
    let pixels = (0..60 * 25u32).map(|i| if i % 3 == 0 { (i * 37 % 251) as u8 } else { 0 });
    let labels = [0, 0, 8, 1, 0, 0, 0, 60].into_iter().chain((0..60).map(|i| i % 3));
    [header.into_iter().chain(pixels).collect(), labels.collect()]
}

/// The digests that are found, and those that are expected.
pub fn found_and_expected() -> [Vec<String>; 2] {
    let [images, labels] = idx();
    let split = Split::from_idx([&images, &labels, &images, &labels]).expect("well-formed files");
    let files = [("images", &images), ("labels", &labels)].map(|(name, bytes)| FileIdentity::of(name, bytes));
    let data = DataIdentity::new("synthetic", &split, files.to_vec());
    let (experiment, errors) = Experiment::from_query(QUERY);
    assert_eq!(errors, []);
    let source = Source { experiment: &experiment, split: &split, data: &data };
    let found = Format::ALL.map(|format| {
        let record = |run: lab::experiment::Run| {
            export::record(run.settings, &split, format.need(), |_, _| ControlFlow::Continue(())).expect("a run")
        };
        let records: Vec<_> = experiment.runs().into_iter().map(record).collect();
        let file = export::write(format, source, &records).expect("a file");
        format!("{}: {}", format.key(), FileIdentity::of(&file.name, &file.bytes).sha256)
    });
    [found.to_vec(), EXPECTED.map(|(key, digest)| format!("{key}: {digest}")).to_vec()]
}
