//! Same settings and seed, same bits: here natively, in `wasm.rs` in a browser, against the same constants.

#![cfg(not(target_arch = "wasm32"))]

mod runs;

#[test]
fn runs_end_in_their_fingerprints() {
    let split = folder::load(&folder::bundled()).unwrap();
    let [found, expected] = runs::found_and_expected(&split);
    assert_eq!(found, expected);
}
