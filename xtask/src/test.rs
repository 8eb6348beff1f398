//! Runs every check of the project, the quick ones first.
//!
//! No step is skipped: what it needs is found, installed or asked for. Only advisories need more of the network than the package
//! registries (`dependencies.rs`). `engines.rs` runs further browsers.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::engines::Engine;
use crate::publish::Site;
use crate::tools::Tools;
use crate::{data, dependencies, fuzz, page, process, steps, system};

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

type Step = fn(&Path) -> Result<()>;

const STEPS: [(&str, Step); 11] = [
    ("tools and browser", tools),
    ("formatting", formatting),
    ("licenses, advisories and sources", dependencies::check),
    ("clippy, native", clippy_native),
    ("clippy, wasm", clippy_wasm),
    ("clippy, fuzz targets", fuzz::check),
    ("the bundled digits", digits),
    ("native tests", native_tests),
    ("wasm tests in headless Chromium", wasm_tests),
    ("building the page", build),
    ("browser tests of the built page", browser_tests),
];

/// Runs all steps. Stops at the first failure unless `keep_going`.
pub fn run(root: &Path, keep_going: bool) -> Result<()> {
    steps::run(STEPS.map(|(name, step)| (name, move || step(root))), keep_going)
}

fn formatting(root: &Path) -> Result<()> {
    process::run(cargo(root).args(["fmt", "--all", "--check"]))
}

/// Finds or installs what the later steps need, so that a missing browser is reported before minutes of compilation.
fn tools(root: &Path) -> Result<()> {
    Tools::install_lints()?;
    system::chrome()?;
    system::chromedriver()?;
    system::npm()?;
    let tools = Tools::install(root)?;
    tools.wasm_opt()?;
    tools.esbuild()?;
    tools.cargo_deny()
}

fn clippy_native(root: &Path) -> Result<()> {
    process::run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn clippy_wasm(root: &Path) -> Result<()> {
    let packages = [
        "-p",
        "vanishing-gradients",
        "-p",
        "worker",
        "-p",
        "lab",
        "-p",
        "import",
        "-p",
        "export",
        "--lib",
        "--test",
        "wasm",
    ];
    process::run(cargo(root).arg("clippy").args(WASM).args(packages).args(["--", "-D", "warnings"]))
}

fn digits(root: &Path) -> Result<()> {
    data::check(root)
}

fn native_tests(root: &Path) -> Result<()> {
    process::run(cargo(root).args(["test", "--workspace", "--no-fail-fast"]))
}

fn wasm_tests(root: &Path) -> Result<()> {
    process::run(&mut Engine::Chromium.wasm_tests(root, &Tools::install(root)?)?)
}

fn build(root: &Path) -> Result<()> {
    page::build(root, &Tools::install(root)?, page::ANYWHERE, &Site::default())
}

fn browser_tests(root: &Path) -> Result<()> {
    let folder = root.join("tests/browser");
    process::run(
        Command::new(system::npm()?).args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder),
    )?;
    // Node finds the files `*.test.mjs` in its working directory.
    process::run(
        Command::new("node")
            .args(["--test", "--test-reporter=spec"])
            .env("CHROME", system::chrome()?)
            .current_dir(&folder),
    )
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}
