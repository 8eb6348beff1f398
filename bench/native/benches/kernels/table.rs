//! Criterion's medians as speeds beside their roofs.

use crate::kernel::Work;
use crate::roof::{FAR, NEAR, PEAK};
use std::fmt::Write;
use std::io;
use std::path::Path;

/// Up to here a kernel's bytes are taken to be as near as those of the small triad.
const NEAR_BYTES: f64 = (400 << 10) as f64;

/// A table of all kernels, for which Criterion has written its estimates into `folder`; also written to `path`.
pub fn write(rows: &[(String, Work)], folder: &Path, path: &Path) -> io::Result<String> {
    let mut timed = Vec::new();
    for (name, work) in rows {
        if let Some(nanoseconds) = median(folder, name)? {
            timed.push((name.as_str(), *work, nanoseconds));
        }
    }
    let table = markdown(&timed);
    std::fs::write(path, &table)?;
    Ok(table)
}

/// The median that Criterion found, in nanoseconds; none of what it was told to leave out.
fn median(folder: &Path, name: &str) -> io::Result<Option<f64>> {
    let named = |file: &Path| -> Option<serde_json::Value> { serde_json::from_slice(&std::fs::read(file).ok()?).ok() };
    for entry in folder.read_dir()? {
        let new = entry?.path().join("new");
        let id = named(&new.join("benchmark.json"));
        if id.is_some_and(|id| id["full_id"] == name) {
            let estimates = named(&new.join("estimates.json"));
            return Ok(estimates.and_then(|estimates| estimates["median"]["point_estimate"].as_f64()));
        }
    }
    Ok(None)
}

fn markdown(timed: &[(&str, Work, f64)]) -> String {
    let found = |wanted: &str| timed.iter().find(|(name, ..)| *name == wanted);
    let peak = found(PEAK).map_or(f64::NAN, |(_, work, ns)| work.flops / ns);
    let bandwidth = |name| found(name).map_or(f64::NAN, |(_, work, ns)| work.bytes / ns);
    let (near, far) = (bandwidth(NEAR), bandwidth(FAR));
    let mut out = format!(
        "# The kernels beside their roofs\n\n\
        Written by `cargo xtask bench --kernels`: one core, vectors of 128 bits, medians of Criterion. The roof is the lower of \
        {peak:.1} GFLOP/s, the fastest multiplying and adding in registers, and what the kernel computes from a byte times the \
        bandwidth, {near:.0} GB/s in 192 KB and {far:.0} in 6 MB.\n\n\
        | kernel | µs | GFLOP/s | roof | of roof | of peak |\n|---|--:|--:|--:|--:|--:|\n",
    );
    for (name, work, ns) in timed {
        let bandwidth = if work.bytes > NEAR_BYTES { far } else { near };
        let speed = work.flops / ns;
        let roof = if work.bytes > 0.0 { peak.min(work.flops / work.bytes * bandwidth) } else { peak };
        let (us, of_roof, of_peak) = (ns / 1e3, 100.0 * speed / roof, 100.0 * speed / peak);
        _ = if work.flops > 0.0 {
            writeln!(out, "| {name} | {us:.2} | {speed:.1} | {roof:.1} | {of_roof:.0} % | {of_peak:.0} % |")
        } else {
            let (moved, of_bandwidth) = (work.bytes / ns, 100.0 * work.bytes / ns / bandwidth);
            writeln!(out, "| {name} | {us:.2} | {moved:.1} GB/s | {bandwidth:.1} GB/s | {of_bandwidth:.0} % | |")
        };
    }
    out
}
