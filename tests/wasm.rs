//! The trainer in a browser, against the constants that the native `bits.rs` checks: weights are bit-identical.

#![cfg(target_arch = "wasm32")]

mod runs;

use flate2::read::GzDecoder;
use std::io::Read;
use vanishing_gradients::data::Digits;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn inflate(gzip: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut bytes).expect("a bundled file inflates");
    bytes
}

#[wasm_bindgen_test]
fn the_default_runs_end_in_their_fingerprints() {
    let images = inflate(include_bytes!("../static/mnist/train-images-idx3-ubyte.gz"));
    let labels = inflate(include_bytes!("../static/mnist/train-labels-idx1-ubyte.gz"));
    let digits = Digits::from_idx(&images, &labels).expect("bundled digits are digits");
    for (activation, expected) in runs::FINGERPRINTS {
        let found = runs::fingerprint(activation, &digits);
        console_log!("{activation:?}: {found:016x}");
        assert_eq!(format!("{found:016x}"), format!("{expected:016x}"), "{activation:?}");
    }
}
