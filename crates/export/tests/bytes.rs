//! Same experiment, same bytes: here natively, in `wasm.rs` in a browser, against the same constants.

#![cfg(not(target_arch = "wasm32"))]

mod digests;

#[test]
fn exports_are_the_same_bytes_everywhere() {
    let [found, expected] = digests::found_and_expected();
    assert_eq!(found, expected);
}
