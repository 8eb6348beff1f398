//! Runs every check of the project, in the order in which a mistake is found soonest.
//!
//! A step is a heading and a function; it runs programs, shows what they print and counts the tests that they report.
//! It does not know what a test says. Nothing is skipped: what a step needs is found, installed or asked for.

mod count;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::tools::Tools;
use crate::{data, page, process, system};
use count::Count;

const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
/// What Chromium needs on a machine without a screen, run by whoever runs the tests.
pub const CHROMIUM_FLAGS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

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
    let mut count = Count::default();
    let mut rows: Vec<(&str, Duration, &str)> = Vec::new();
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        println!("\n=== {name}");
        let start = Instant::now();
        let failures_before = count.failed;
        let result = step(root, &mut count);
        if let Err(error) = &result {
            eprintln!("error: {name}: {error:#}");
            failed.push(name);
            // A step that fails without a failing test, such as clippy, counts as one.
            count.failed = count.failed.max(failures_before + 1);
        }
        rows.push((name, start.elapsed(), if result.is_ok() { "passed" } else { "FAILED" }));
        if result.is_err() && !keep_going {
            break;
        }
    }
    println!("\n=== summary");
    for (name, time, outcome) in rows {
        println!("{outcome}  {:>7.1} s  {name}", time.as_secs_f64());
    }
    println!("{count}");
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
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
    Tools::install(root)?.wasm_opt()?;
    Ok(())
}

fn clippy_native(root: &Path, _: &mut Count) -> Result<()> {
    process::run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn clippy_wasm(root: &Path, _: &mut Count) -> Result<()> {
    let targets = ["--lib", "--bin", "app", "--bin", "worker", "--test", "wasm"];
    process::run(cargo(root).arg("clippy").args(WASM).args(targets).args(["--", "-D", "warnings"]))
}

fn digits(root: &Path, _: &mut Count) -> Result<()> {
    data::check(root)
}

fn native_tests(root: &Path, count: &mut Count) -> Result<()> {
    counted(cargo(root).args(["test", "--workspace", "--no-fail-fast"]), count)
}

/// The tests run on what ships: the worker's own profile and features.
fn wasm_tests(root: &Path, count: &mut Count) -> Result<()> {
    let tools = Tools::install(root)?;
    let webdriver = root.join("target/webdriver.json");
    let options = serde_json::json!({ "binary": system::chrome()?, "args": CHROMIUM_FLAGS });
    let capabilities = serde_json::json!({ "goog:chromeOptions": options });
    fs::write(&webdriver, capabilities.to_string())?;
    let mut command = tools.command("cargo");
    command
        .args(["test", "--profile", "page-worker", "--no-default-features", "--test", "wasm"])
        .args(WASM)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", webdriver)
        .env("CHROMEDRIVER", system::chromedriver()?)
        .current_dir(root);
    counted(&mut command, count)
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

/// Runs a command, shows what it prints as it comes, and adds the tests that it reports.
fn counted(command: &mut Command, count: &mut Count) -> Result<()> {
    let mut child = match command.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return process::succeeded(command, Err(error)),
    };
    let before = *count;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            count.read(&line);
        }
    }
    let status = child.wait();
    process::succeeded(command, status)?;
    if *count == before {
        bail!("no test ran");
    }
    Ok(())
}
