//! Builds and runs the benchmark: our trainer and other libraries, in one browser and native, in the same rounds.
//!
//! `bench/` is a separate workspace with the profile, wasm-bindgen and wasm-opt of the page's worker. This module builds it,
//! exports the task of each net, and writes a plan for `bench/browser/driver.mjs`, which runs the contestants. Then
//! `bench/native` writes the table and the picture. All other files are in `target/bench/`. With `--page`,
//! `bench/browser/page.mjs` times the built page instead.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::publish::Site;
use crate::tools::{Tools, WASM_TARGET, wasm_bindgen_version};
use crate::{engines, page, process, system};

/// What to compare.
#[derive(clap::Args)]
pub struct Options {
    /// The number of turns of each contestant, or page.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The nets to train; all by default.
    #[arg(long, value_delimiter = ',')]
    net: Vec<String>,
    /// The contestants to compare ours with; all by default.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The activation of the hidden layers: relu or sigmoid.
    #[arg(long, default_value = "relu")]
    activation: String,
    /// Instead, build the page and time it: from opening it to the end of the experiment, and the experiment again.
    #[arg(long, conflicts_with_all = ["net", "only"])]
    page: bool,
    /// With --page: folders with other builds of the page, which take turns with this one.
    #[arg(long, requires = "page")]
    beside: Vec<PathBuf>,
}

struct Folders {
    bench: PathBuf,
    target: PathBuf,
}

pub fn run(root: &Path, options: &Options) -> Result<()> {
    let folders = Folders { bench: root.join("bench"), target: root.join("target/bench") };
    if options.page {
        return time_page(root, &folders, options);
    }
    let chrome = system::chrome()?;
    let npm = system::npm()?;
    let ours = build_wasm(root, &folders)?;
    let native = build_native(&folders)?;
    install_libraries(&npm, &folders)?;

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

/// Builds the page and times it as its reader experiences it.
fn time_page(root: &Path, folders: &Folders, options: &Options) -> Result<()> {
    let (chrome, npm) = (system::chrome()?, system::npm()?);
    page::build(root, &Tools::install(root)?, page::ANYWHERE, &Site::default())?;
    install_libraries(&npm, folders)?;
    let others = options.beside.iter().map(|folder| {
        fs::canonicalize(folder).with_context(|| format!("cannot find the built page {}", folder.display()))
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

/// Builds our trainer for the browser. Returns the folder with the module.
fn build_wasm(root: &Path, folders: &Folders) -> Result<PathBuf> {
    let (page, bench) = (wasm_bindgen_version(root)?, wasm_bindgen_version(&folders.bench)?);
    ensure!(page == bench, "Cargo.lock has wasm-bindgen {page}, but bench/Cargo.lock has {bench}");
    println!("building our trainer for the browser (about a minute the first time)");
    let tools = Tools::install_for_wasm(root)?;
    process::run(cargo(folders).args([
        "build",
        "--quiet",
        "--profile",
        "page",
        "-p",
        "ours",
        "--target",
        WASM_TARGET,
    ]))?;
    let built = folders.target.join("cargo").join(WASM_TARGET).join("page/ours.wasm");
    let ours = folders.target.join("ours");
    process::run(tools.command("wasm-bindgen").args(["--target", "web", "--out-dir"]).arg(&ours).arg(built))?;
    if let Some(wasm_opt) = tools.wasm_opt()? {
        page::optimize(&ours.join("ours_bg.wasm"), &wasm_opt)?;
    }
    Ok(ours)
}

/// Builds the program with our native trainer, candle and the report. Returns its path.
fn build_native(folders: &Folders) -> Result<PathBuf> {
    println!("building the native contestants (about 6 minutes the first time)");
    process::run(cargo(folders).args(["build", "--quiet", "--release", "-p", "native"]))?;
    Ok(folders.target.join("cargo/release").join(format!("native{}", env::consts::EXE_SUFFIX)))
}

fn cargo(folders: &Folders) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(&folders.bench).env("CARGO_TARGET_DIR", folders.target.join("cargo"));
    command
}

fn install_libraries(npm: &Path, folders: &Folders) -> Result<()> {
    println!("installing the libraries for the browser from npm");
    let quietly = ["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"];
    process::run(Command::new(npm).args(quietly).current_dir(folders.bench.join("browser")))
        .context("npm cannot install the packages of bench/browser")
}

/// The nets on the command line, or all nets.
fn nets(native: &Path, options: &Options) -> Result<Vec<String>> {
    if !options.net.is_empty() {
        return Ok(options.net.clone());
    }
    let names = process::output(Command::new(native).arg("nets"))?;
    Ok(names.lines().map(str::to_owned).collect())
}

/// The command line, without the path of the program.
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
    fn the_benchmark_has_the_profiles_of_the_page() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let page = profiles(&root.join("Cargo.toml"));
        let mut bench = profiles(&root.join("bench/Cargo.toml"));
        let packages = bench["page"]["package"].as_table_mut().unwrap();
        // `ours` is the benchmark's own.
        packages.remove("ours").unwrap();
        assert_eq!(page, bench);
    }
}
