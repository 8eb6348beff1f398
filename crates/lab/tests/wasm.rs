//! The trainer in a browser, against the constants that the native `bits.rs` checks: weights are bit-identical.

#![cfg(target_arch = "wasm32")]

mod runs;
mod text;

use flate2::read::GzDecoder;
use lab::Split;
use std::io::Read;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn inflate(gzip: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut bytes).expect("a bundled file inflates");
    bytes
}

#[wasm_bindgen_test]
fn runs_end_in_their_fingerprints() {
    let files: [Vec<u8>; 4] = [
        inflate(include_bytes!("../../../static/mnist/train-images-idx3-ubyte.gz")),
        inflate(include_bytes!("../../../static/mnist/train-labels-idx1-ubyte.gz")),
        inflate(include_bytes!("../../../static/mnist/t10k-images-idx3-ubyte.gz")),
        inflate(include_bytes!("../../../static/mnist/t10k-labels-idx1-ubyte.gz")),
    ];
    let split = Split::from_idx(files.each_ref().map(|file| &file[..])).expect("bundled digits are digits");
    let [found, expected] = runs::found_and_expected(&split);
    found.iter().for_each(|line| console_log!("{line}"));
    assert_eq!(found, expected);
}
