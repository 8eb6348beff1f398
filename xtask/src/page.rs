//! Builds and serves the page with Trunk.
//!
//! Trunk compiles, links and calls the press; it is told everything by `Trunk.toml` and `index.html`, so that plain
//! `trunk serve` does the same. Added here: the tools, wasm-opt on what will be published, and the sizes.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools::Tools;
use crate::{process, sizes};

/// The publishable page in `dist/`.
pub fn build(root: &Path, tools: &Tools, public_url: &str) -> Result<()> {
    println!("building the page (about 3 minutes the first time)");
    process::run(tools.command("trunk").args(["build", "--public-url", public_url]).current_dir(root))?;
    let dist = root.join("dist");
    if let Some(wasm_opt) = tools.wasm_opt()? {
        optimise(&dist, &wasm_opt)?;
    }
    sizes::print(&dist)
}

/// Builds the page, serves it on this machine only, and builds it anew whenever a source changes.
pub fn serve(root: &Path, tools: &Tools, port: u16, open: bool) -> Result<()> {
    println!("building the page (about 3 minutes the first time), then serving http://127.0.0.1:{port}/");
    let port = port.to_string();
    let mut trunk = tools.command("trunk");
    trunk.args(["serve", "--address", "127.0.0.1", "--port", &port]).current_dir(root);
    if open {
        trunk.arg("--open");
    }
    process::run(&mut trunk)
}

/// Rewrites each wasm file: the worker for speed, the rest for size.
fn optimise(dist: &Path, wasm_opt: &Path) -> Result<()> {
    for entry in fs::read_dir(dist).with_context(|| format!("cannot read {}", dist.display()))? {
        let path = entry?.path();
        if path.extension() != Some(OsStr::new("wasm")) {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let level = if name.starts_with("worker") { "-O3" } else { "-Oz" };
        println!("wasm-opt {level} {name}");
        process::run(Command::new(wasm_opt).args([level, "--all-features", "-o"]).arg(&path).arg(&path))?;
    }
    Ok(())
}
