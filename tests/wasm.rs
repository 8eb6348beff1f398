//! The trainer in a browser, against the constants that the native `bits.rs` checks: weights are bit-identical.

#![cfg(target_arch = "wasm32")]

mod runs;

use flate2::read::GzDecoder;
use std::io::Read;
use vanishing_gradients::data::{Digits, Split};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn inflate(gzip: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut bytes).expect("a bundled file inflates");
    bytes
}

fn digits(images: &[u8], labels: &[u8]) -> Digits {
    Digits::from_idx(&inflate(images), &inflate(labels)).expect("bundled digits are digits")
}

#[wasm_bindgen_test]
fn runs_end_in_their_fingerprints() {
    let train = digits(
        include_bytes!("../static/mnist/train-images-idx3-ubyte.gz"),
        include_bytes!("../static/mnist/train-labels-idx1-ubyte.gz"),
    );
    let held_out = digits(
        include_bytes!("../static/mnist/t10k-images-idx3-ubyte.gz"),
        include_bytes!("../static/mnist/t10k-labels-idx1-ubyte.gz"),
    );
    let split = Split { train, held_out };
    for run in runs::all() {
        let found = runs::fingerprint(run.recipe, &split);
        console_log!("{}: {found:#018x}", run.name);
        assert_eq!(format!("{found:016x}"), format!("{:016x}", run.fingerprint), "{}", run.name);
    }
}
