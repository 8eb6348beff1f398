//! Builds and serves the page with Trunk.
//!
//! Trunk compiles, links and calls the press; `Trunk.toml` and `index.html` configure it, so that plain `trunk serve` does the
//! same. For what will be published, this module also runs esbuild (`bindings`) and wasm-opt, draws pictures, names files by their final
//! content (`publish`), and prints the sizes.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::publish::Site;
use crate::tools::Tools;
use crate::{bindings, process, publish, remap, sizes};

/// The public URL of a page that works under any path: all its addresses are relative.
pub const ANYWHERE: &str = "./";

/// Builds the publishable page in `dist/`.
pub fn build(root: &Path, tools: &Tools, public_url: &str, site: &Site) -> Result<()> {
    println!("building the page (about 3 minutes the first time)");
    let mut trunk = tools.command("trunk");
    trunk.args(["build", "--public-url", public_url]).envs([remap::variable(root)]).current_dir(root);
    process::run(&mut trunk)?;
    let dist = root.join("dist");
    publish::copy(root, &dist)?;
    let press = ["run", "--release", "--quiet", "-p", "press", "--", "--images"];
    process::run(Command::new("cargo").args(press).arg(&dist).current_dir(root))?;
    if let Some(esbuild) = tools.esbuild()? {
        for path in files(&dist, "js")?.into_iter().chain(files(&dist, "css")?) {
            let wasm =
                path.with_file_name(format!("{}_bg.wasm", path.file_stem().unwrap_or_default().to_string_lossy()));
            if wasm.exists() {
                bindings::shorten(&path, &wasm, &esbuild)?;
            } else {
                minify(&path, &esbuild)?;
            }
        }
    }
    if let Some(wasm_opt) = tools.wasm_opt()? {
        for path in files(&dist, "wasm")? {
            optimize(&path, &wasm_opt)?;
        }
    }
    publish::publish(&dist, site)?;
    sizes::print(&dist)
}

/// Builds the page, serves it on this machine only, and rebuilds it when a source changes.
pub fn serve(root: &Path, tools: &Tools, port: u16, open: bool) -> Result<()> {
    println!("building the page (about 3 minutes the first time), then serving http://127.0.0.1:{port}/");
    let port = port.to_string();
    let mut trunk = tools.command("trunk");
    trunk.args(["serve", "--address", "127.0.0.1", "--port", &port]).envs([remap::variable(root)]).current_dir(root);
    if open {
        trunk.arg("--open");
    }
    process::run(&mut trunk)
}

/// What the compiler may use. With all features of wasm-opt, it would emit some that no browser supports yet.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Where wasm-opt inlines what the compiler did not, V8 spills registers and a training step takes 5 % longer. `-Oz` writes fewer
/// bytes, but these are more after compression; sorted by name, similar functions are near each other, which compresses better.
const OPTIONS: [&str; 5] =
    ["--gufa", "-Os", "--converge", "--skip-pass=inlining-optimizing", "--reorder-functions-by-name"];

/// The files in a folder with this extension.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.retain(|path| path.extension() == Some(OsStr::new(extension)));
    Ok(files)
}

/// Shrinks a wasm file in place.
pub fn optimize(path: &Path, wasm_opt: &Path) -> Result<()> {
    println!("wasm-opt {}", path.file_name().unwrap_or_default().to_string_lossy());
    process::run(Command::new(wasm_opt).args(FEATURES).args(OPTIONS).arg("-o").arg(path).arg(path))
}

/// Minifies a script or a style sheet in place. Trunk could do it, but it would also remove the HTML comments that the press
/// replaces.
fn minify(path: &Path, esbuild: &Path) -> Result<()> {
    let out = format!("--outfile={}", path.display());
    let options = ["--minify", "--allow-overwrite", "--charset=utf8", "--log-level=warning"];
    process::run(Command::new(esbuild).args(options).arg(out).arg(path))
}
