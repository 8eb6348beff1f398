//! Runs every check of the project, in the order in which a mistake is found soonest.
//!
//! Nothing is skipped: what a step needs is found, installed or asked for. Further browsers are the task of `engines.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::engines::Engine;
use crate::steps::{self, Count, counted};
use crate::tools::Tools;
use crate::{data, page, process, system};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

type Step = fn(&Path, &mut Count) -> Result<()>;

const STEPS: [(&str, Step); 9] = [
    ("tools and browser", tools),
    ("formatting", formatting),
    ("clippy, native", clippy_native),
    ("clippy, wasm", clippy_wasm),
    ("the bundled digits", digits),
    ("native tests", native_tests),
    ("wasm tests in headless Chromium", wasm_tests),
    ("building the page", build),
    ("browser tests of the built page", browser_tests),
];

/// Runs all steps up to the first that fails, or all of them with `keep_going`.
pub fn run(root: &Path, keep_going: bool) -> Result<()> {
    steps::run(STEPS.map(|(name, step)| (name, move |count: &mut Count| step(root, count))), keep_going)
}

fn formatting(root: &Path, _: &mut Count) -> Result<()> {
    process::run(cargo(root).args(["fmt", "--all", "--check"]))
}

/// Whatever a later step will need, so that a missing browser is told now and not after minutes of compiling.
fn tools(root: &Path, _: &mut Count) -> Result<()> {
    Tools::install_lints()?;
    system::chrome()?;
    system::chromedriver()?;
    system::npm()?;
    let tools = Tools::install(root)?;
    tools.wasm_opt()?;
    tools.esbuild()?;
    Ok(())
}

fn clippy_native(root: &Path, _: &mut Count) -> Result<()> {
    process::run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn clippy_wasm(root: &Path, _: &mut Count) -> Result<()> {
    let packages = ["-p", "vanishing-gradients", "-p", "worker", "-p", "lab", "--lib", "--test", "wasm"];
    process::run(cargo(root).arg("clippy").args(WASM).args(packages).args(["--", "-D", "warnings"]))
}

fn digits(root: &Path, _: &mut Count) -> Result<()> {
    data::check(root)
}

fn native_tests(root: &Path, count: &mut Count) -> Result<()> {
    counted(cargo(root).args(["test", "--workspace", "--no-fail-fast"]), count)
}

fn wasm_tests(root: &Path, count: &mut Count) -> Result<()> {
    counted(&mut Engine::Chromium.wasm_tests(root, &Tools::install(root)?)?, count)
}

fn build(root: &Path, _: &mut Count) -> Result<()> {
    page::build(root, &Tools::install(root)?, page::ANYWHERE)
}

fn browser_tests(root: &Path, count: &mut Count) -> Result<()> {
    let folder = root.join("tests/browser");
    process::run(
        Command::new(system::npm()?).args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder),
    )?;
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-reporter=spec"])
        .args(test_files(&folder)?)
        .env("CHROME", system::chrome()?)
        .current_dir(&folder);
    counted(&mut command, count)
}

/// The files `*.test.mjs` of a folder, in the order of their names.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}
