//! Same settings and seed, same bits: here natively, in `wasm.rs` in a browser, against the same constants.

#![cfg(not(target_arch = "wasm32"))]

mod runs;

use vanishing_gradients::folder;

#[test]
fn runs_end_in_their_fingerprints() {
    let split = folder::load(&folder::bundled()).unwrap();
    let found: Vec<u64> = runs::all().iter().map(|run| runs::fingerprint(run.recipe, &split)).collect();
    for (run, found) in runs::all().iter().zip(found) {
        println!("{}: {found:#018x}", run.name);
        assert_eq!(format!("{found:016x}"), format!("{:016x}", run.fingerprint), "{}", run.name);
    }
}
