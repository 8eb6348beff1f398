//! Same settings and seed, same bits: here natively, in `wasm.rs` in a browser, against the same constants.

#![cfg(not(target_arch = "wasm32"))]

mod runs;

use std::hash::Hasher;

#[test]
fn runs_end_in_their_fingerprints() {
    let split = folder::load(&folder::bundled()).unwrap();
    let [found, expected] = runs::found_and_expected(&split);
    assert_eq!(found, expected);
}

/// The version of the trainer in links, and what it pins: FNV-1a of all fingerprints. Changed pins need a new row, and a new version.
const VERSIONS: [(u32, u64); 1] = [(1, 0xf02a_7090_65ff_2720)];

#[test]
fn a_change_of_the_bits_is_a_new_version() {
    let mut hasher = fnv::FnvHasher::default();
    runs::all().iter().for_each(|run| hasher.write(&run.fingerprint.to_le_bytes()));
    assert_eq!(VERSIONS.last(), Some(&(lab::run::VERSION, hasher.finish())), "{:#x}", hasher.finish());
}
