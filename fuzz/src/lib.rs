//! What the fuzz targets share: valid inputs to begin with, and a limit of memory for each execution.
//!
//! Functions that use large crates are `#[inline]`: they are then compiled only into the targets that call them. The fuzzer looks at
//! the counters of all code that is linked, after every execution.

mod measured;
mod samples;

pub use measured::measured;
pub use samples::{four_idx_files, gzipped, idx, picture, zipped};

use std::cell::Cell;
use std::path::PathBuf;

/// Bytes that an execution may hold besides those that follow from its input.
pub const SLACK: usize = 1 << 16;

/// Writes valid inputs into the folder that `cargo xtask fuzz` names. The fuzzer begins with them.
pub fn begin_with(seeds: impl IntoIterator<Item = Vec<u8>>) {
    let Some(folder) = std::env::var_os("FUZZ_SEEDS").map(PathBuf::from) else { return };
    for (i, seed) in seeds.into_iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{i}")), seed).expect("the folder of seeds can be written");
    }
}

/// Runs one execution and prints the bytes that it held at the same time, if no execution before held more.
///
/// # Panics
/// If it held more than `limit` bytes.
pub fn within<T>(limit: usize, execute: impl FnOnce() -> T) -> T {
    thread_local!(static LARGEST: Cell<u64> = const { Cell::new(0) });
    let mut result = None;
    let measured = allocation_counter::measure(|| result = Some(execute())).bytes_max;
    if measured > LARGEST.get() {
        LARGEST.set(measured);
        eprintln!("largest allocation: {measured}");
    }
    assert!(measured <= limit as u64, "{measured} bytes were held at the same time, but at most {limit} are allowed");
    result.expect("the execution has ended")
}

/// Imports files within small limits. What was imported is data that a trainer takes.
#[inline]
pub fn import_within(files: impl FnOnce() -> Vec<import::File>) -> Option<import::Imported> {
    let limits =
        import::Limits { max_bytes: 4 << 20, max_inflated: 2 << 20, max_image_bytes: 1 << 20, ..Default::default() };
    // The decoders have a state of their own, which is not counted.
    let imported = within(limits.max_bytes + (1 << 20), || import::read(files(), &limits).map_err(|e| e.to_string()));
    if let Ok(imported) = &imported {
        lab::Split::from_idx(imported.idx.each_ref().map(Vec::as_slice)).expect("a trainer takes it");
    }
    imported.ok()
}
