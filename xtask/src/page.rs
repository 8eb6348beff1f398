//! Builds and serves the page with Trunk.
//!
//! Trunk compiles, links and calls the press; it is told everything by `Trunk.toml` and `index.html`, so that plain
//! `trunk serve` does the same. Added here: the tools, wasm-opt and esbuild on what will be published, and the sizes.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools::Tools;
use crate::{process, sizes};

/// The public URL of a page that works under any path: all its addresses are relative.
pub const ANYWHERE: &str = "./";

/// The publishable page in `dist/`.
pub fn build(root: &Path, tools: &Tools, public_url: &str) -> Result<()> {
    println!("building the page (about 3 minutes the first time)");
    process::run(tools.command("trunk").args(["build", "--public-url", public_url]).current_dir(root))?;
    let dist = root.join("dist");
    if let Some(wasm_opt) = tools.wasm_opt()? {
        for path in files(&dist, "wasm")? {
            let is_trainer = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("worker"));
            optimise(&path, &wasm_opt, if is_trainer { &[] } else { &PAGE_OPTIONS })?;
        }
    }
    if let Some(esbuild) = tools.esbuild()? {
        for path in files(&dist, "js")?.into_iter().chain(files(&dist, "css")?) {
            minify(&path, &esbuild)?;
        }
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

/// What the compiler may have used, all of it in every browser since 2021 but SIMD, which the page asks for by name. All
/// features that wasm-opt knows would be too many: it would write some that no browser reads yet.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// wasm-opt is to make files small and nothing else: where it inlines what the compiler left apart, V8 runs out of registers
/// and a training step takes 5 % longer.
const OPTIONS: [&str; 2] = ["-Oz", "--skip-pass=inlining-optimizing"];

/// What the page's own program gets besides: common subexpressions taken out make it smaller, but larger by 1.2 KB once it is
/// compressed.
const PAGE_OPTIONS: [&str; 1] = ["--skip-pass=local-cse"];

/// The files of a folder with this ending.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.retain(|path| path.extension() == Some(OsStr::new(ending)));
    Ok(files)
}

/// Rewrites a wasm file, a trainer's without further options.
pub fn optimise(path: &Path, wasm_opt: &Path, options: &[&str]) -> Result<()> {
    println!("wasm-opt {}", path.file_name().unwrap_or_default().to_string_lossy());
    process::run(Command::new(wasm_opt).args(FEATURES).args(OPTIONS).args(options).arg("-o").arg(path).arg(path))
}

/// Rewrites a script or a style sheet without what only people read. Trunk can do so too, but then takes the comments out of
/// the HTML in which the press finds its places.
fn minify(path: &Path, esbuild: &Path) -> Result<()> {
    let out = format!("--outfile={}", path.display());
    let options = ["--minify", "--allow-overwrite", "--charset=utf8", "--log-level=warning"];
    process::run(Command::new(esbuild).args(options).arg(out).arg(path))
}
