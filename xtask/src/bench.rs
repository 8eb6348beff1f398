//! Builds the bench and runs it: our trainer beside others, in one browser and natively, in the same rounds.
//!
//! `bench/` is a workspace of its own and is built as the page's worker is: same profile, same wasm-bindgen, same wasm-opt.
//! This file builds, exports each net's task and hands a plan to `bench/browser/driver.mjs`, which does the timing; then
//! `bench/native` writes the table and the picture. Everything but these two lies in `target/bench/`. With `--page` it is the
//! built page that is timed, by `bench/browser/page.mjs`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::tools::{Tools, WASM_TARGET};
use crate::{engines, lock, page, process, system};

/// What to compare.
#[derive(clap::Args)]
pub struct Options {
    /// How often every trainer, or page, has its turn.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The nets to train; all by default.
    #[arg(long, value_delimiter = ',')]
    net: Vec<String>,
    /// The trainers to run beside ours; all by default.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The activation of the hidden layers: relu or sigmoid.
    #[arg(long, default_value = "relu")]
    activation: String,
    /// Instead, time the kernels and write bench/KERNELS.md.
    #[arg(long, conflicts_with_all = ["page", "net", "only"])]
    kernels: bool,
    /// Instead, build the page and time it: from opening it to the end of the experiment, and the experiment again.
    #[arg(long, conflicts_with_all = ["net", "only"])]
    page: bool,
    /// With --page, folders of other built pages, which take turns with this one.
    #[arg(long, requires = "page")]
    beside: Vec<PathBuf>,
}

/// The folders of the bench.
struct Folders {
    bench: PathBuf,
    target: PathBuf,
}

pub fn run(root: &Path, options: &Options) -> Result<()> {
    let folders = Folders { bench: root.join("bench"), target: root.join("target/bench") };
    if options.kernels {
        println!("building and timing the kernels (about 6 minutes the first time)");
        return process::run(cargo(&folders).args(["bench", "--quiet", "-p", "native", "--bench", "kernels"]));
    }
    if options.page {
        return whole_page(root, &folders, options);
    }
    let chrome = system::chrome()?;
    let npm = system::npm()?;
    let ours = wasm(root, &folders)?;
    let native = native(&folders)?;
    install_peers(&npm, &folders)?;

    let nets = nets(&native, options)?;
    let tasks = folders.target.join("tasks");
    for net in &nets {
        process::run(Command::new(&native).args(["export", net, &options.activation]).arg(tasks.join(net)))?;
    }
    let results = folders.target.join("results.json");
    let plan = json!({
        "nets": nets,
        "activation": options.activation,
        "rounds": options.rounds,
        "only": options.only,
        "command": command_line(),
        "chrome": chrome,
        "flags": engines::CHROMIUM_FLAGS,
        "python": env::var("PYTHON").unwrap_or_else(|_| "python3".into()),
        "native": native,
        "bench": folders.bench,
        "ours": ours,
        "tasks": tasks,
        "digits": root.join("static/mnist"),
        "results": results,
    });
    drive(&folders, "driver.mjs", &plan)?;
    process::run(Command::new(native).arg("report").arg(results).arg(folders.bench))
}

/// The built page, as its reader waits for it.
fn whole_page(root: &Path, folders: &Folders, options: &Options) -> Result<()> {
    let (chrome, npm) = (system::chrome()?, system::npm()?);
    page::build(root, &Tools::install(root)?, page::ANYWHERE)?;
    install_peers(&npm, folders)?;
    let others = options.beside.iter().map(|folder| {
        fs::canonicalize(folder).with_context(|| format!("there is no built page in {}", folder.display()))
    });
    let dists = std::iter::once(Ok(root.join("dist"))).chain(others).collect::<Result<Vec<PathBuf>>>()?;
    let plan = json!({
        "dists": dists,
        "loads": options.rounds,
        "chrome": chrome,
        "flags": engines::CHROMIUM_FLAGS,
    });
    drive(folders, "page.mjs", &plan)
}

/// Runs a script of `bench/browser` with a plan.
fn drive(folders: &Folders, script: &str, plan: &Value) -> Result<()> {
    fs::create_dir_all(&folders.target)?;
    let path = folders.target.join("plan.json");
    fs::write(&path, plan.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
    process::run(Command::new("node").arg(folders.bench.join("browser").join(script)).arg(path))
}

/// Our trainer as a module for the browser: its folder.
fn wasm(root: &Path, folders: &Folders) -> Result<PathBuf> {
    let (page, bench) = (lock::version(root, "wasm-bindgen")?, lock::version(&folders.bench, "wasm-bindgen")?);
    if page != bench {
        bail!("Cargo.lock has wasm-bindgen {page}, bench/Cargo.lock {bench}; they must be the same");
    }
    println!("building our trainer for the browser (about a minute the first time)");
    let tools = Tools::install_for_wasm(root)?;
    process::run(cargo(folders).args([
        "build",
        "--quiet",
        "--profile",
        "page-worker",
        "-p",
        "ours",
        "--target",
        WASM_TARGET,
    ]))?;
    let built = folders.target.join("cargo").join(WASM_TARGET).join("page-worker/ours.wasm");
    let ours = folders.target.join("ours");
    process::run(tools.command("wasm-bindgen").args(["--target", "web", "--out-dir"]).arg(&ours).arg(built))?;
    if let Some(wasm_opt) = tools.wasm_opt()? {
        page::optimise(&ours.join("ours_bg.wasm"), &wasm_opt, &[])?;
    }
    Ok(ours)
}

/// The program with our native trainer, candle and the report.
fn native(folders: &Folders) -> Result<PathBuf> {
    println!("building the native trainers (about 6 minutes the first time)");
    process::run(cargo(folders).args(["build", "--quiet", "--release", "-p", "native"]))?;
    Ok(folders.target.join("cargo/release").join(format!("native{}", env::consts::EXE_SUFFIX)))
}

fn cargo(folders: &Folders) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(&folders.bench).env("CARGO_TARGET_DIR", folders.target.join("cargo"));
    command
}

fn install_peers(npm: &Path, folders: &Folders) -> Result<()> {
    println!("installing the browser's trainers from npm");
    let quietly = ["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"];
    process::run(Command::new(npm).args(quietly).current_dir(folders.bench.join("browser")))
        .context("npm cannot install what bench/browser/package-lock.json names; it needs its registry, or its cache")
}

/// The nets asked for, or all that there are.
fn nets(native: &Path, options: &Options) -> Result<Vec<String>> {
    if !options.net.is_empty() {
        return Ok(options.net.clone());
    }
    let names = process::output(Command::new(native).arg("nets"))?;
    Ok(names.lines().map(str::to_owned).collect())
}

/// What was typed, without the names of folders.
fn command_line() -> String {
    let words = ["cargo".into(), "xtask".into()].into_iter().chain(env::args().skip(1));
    words.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(manifest: &Path) -> toml::Table {
        let text = fs::read_to_string(manifest).unwrap();
        let manifest: toml::Table = toml::from_str(&text).unwrap();
        let mut profiles = manifest["profile"].as_table().unwrap().clone();
        profiles.retain(|name, _| name.starts_with("page"));
        profiles
    }

    #[test]
    fn the_trainer_is_measured_as_the_page_builds_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let page = profiles(&root.join("Cargo.toml"));
        let mut bench = profiles(&root.join("bench/Cargo.toml"));
        let packages = bench["page-worker"]["package"].as_table_mut().unwrap();
        packages.remove("ours").expect("the bench's own package has the library's level");
        assert_eq!(page, bench);
    }
}
