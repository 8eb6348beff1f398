//! Same settings and seed, same bits: here natively, in `wasm.rs` in a browser, against the same constants.

#![cfg(not(target_arch = "wasm32"))]

mod runs;

use vanishing_gradients::folder;

#[test]
fn the_default_runs_end_in_their_fingerprints() {
    let split = folder::load(&folder::bundled()).unwrap();
    for (activation, expected) in runs::FINGERPRINTS {
        let found = runs::fingerprint(activation, &split);
        println!("{activation:?}: {found:016x}");
        assert_eq!(format!("{found:016x}"), format!("{expected:016x}"), "{activation:?}");
    }
}
