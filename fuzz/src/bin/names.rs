//! The names of a reader's files.

#![no_main]

use fuzz::{SLACK, begin_with, within};
use libfuzzer_sys::fuzz_target;

fn seeds() -> Vec<Vec<u8>> {
    ["emnist-letters-train-images-idx3-ubyte.gz", "C:\\a\\..\\t10k-labels.idx1-ubyte", "a.zip: Straße/ﬃ.png"]
        .map(|name| name.as_bytes().to_vec())
        .into()
}

fuzz_target!(init: begin_with(seeds()), |name: &str| {
    within(SLACK + 64 * name.len(), || {
        if let Some(set) = import::idx_set(name) {
            assert!(set.chars().all(|c| c.is_alphanumeric() || c == '-' || !c.is_ascii()), "{set:?}");
        }
    });
});
