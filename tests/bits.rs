//! Same settings and seed, same bits: here natively, in `wasm.rs` in a browser, against the same constants.

#![cfg(not(target_arch = "wasm32"))]

mod runs;

use vanishing_gradients::folder;

#[test]
fn runs_end_in_their_fingerprints() {
    let split = folder::load(&folder::bundled()).unwrap();
    let hex = |name, fingerprint| format!("{name}: {fingerprint:#018x}");
    let found = runs::all().into_iter().map(|run| hex(run.name, runs::fingerprint(run.recipe, &split)));
    let expected = runs::all().into_iter().map(|run| hex(run.name, run.fingerprint));
    assert_eq!(found.collect::<Vec<String>>(), expected.collect::<Vec<String>>());
}
