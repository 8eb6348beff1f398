//! Tests that only a browser can answer: `cargo xtask test` runs them in headless Chromium.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// RUSTFLAGS in the environment would silently replace those of `.cargo/config.toml`.
#[wasm_bindgen_test]
fn the_trainer_has_simd128() {
    assert!(cfg!(target_feature = "simd128"));
}
