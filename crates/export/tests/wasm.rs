//! Exports in a browser, against the constants that the native `bytes.rs` checks: page and terminal write the same bytes.

#![cfg(target_arch = "wasm32")]

mod digests;

use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn exports_are_the_same_bytes_everywhere() {
    let [found, expected] = digests::found_and_expected();
    found.iter().for_each(|line| console_log!("{line}"));
    assert_eq!(found, expected);
}
