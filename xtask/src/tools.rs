//! Installs the tools that build the page.
//!
//! They go under `target/tools/`. Outside of it, only rustup may add the wasm32 target, rustfmt and clippy. A tool that is
//! there or on PATH in the same version is not installed again. The version of wasm-bindgen is that of Cargo.lock. wasm-opt is
//! never taken from PATH: that of some distributions breaks the page.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_lock::Lockfile;

use crate::{process, system};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
const GECKODRIVER: &str = "0.37.1";

/// The versions of the programs from npm, and of all that they depend on, with hashes.
const NPM_PACKAGE: &str = include_str!("../npm/package.json");
const NPM_LOCK: &str = include_str!("../npm/package-lock.json");

/// Trunk itself does little work, so it is compiled without optimization: 6 minutes of CPU time instead of 15.
const FAST_TO_COMPILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// The tools' folder, and a PATH that begins with it.
pub struct Tools {
    folder: PathBuf,
    path: OsString,
}

impl Tools {
    /// Finds or installs the tools that build the page.
    pub fn install(root: &Path) -> Result<Self> {
        let tools = Self::install_for_wasm(root)?;
        tools.trunk()?;
        Ok(tools)
    }

    /// Finds or installs the tools that build wasm.
    pub fn install_for_wasm(root: &Path) -> Result<Self> {
        let folder = root.join("target/tools");
        let old_path = env::var_os("PATH").unwrap_or_default();
        let entries = std::iter::once(folder.join("bin")).chain(env::split_paths(&old_path));
        let path = env::join_paths(entries).context("cannot add the tools' folder to PATH")?;
        let tools = Self { folder, path };
        Self::wasm_target()?;
        tools.wasm_bindgen(&wasm_bindgen_version(root)?)?;
        Ok(tools)
    }

    /// A command that finds the tools first.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", &self.path);
        command
    }

    fn wasm_target() -> Result<()> {
        let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
        if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).exists() {
            return Ok(());
        }
        println!("adding the Rust target {WASM_TARGET} (once, some seconds)");
        process::run(Command::new("rustup").args(["target", "add", WASM_TARGET]))
    }

    /// Finds or installs rustfmt and clippy, which rustup's minimal profile lacks.
    pub fn install_lints() -> Result<()> {
        for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
            if process::output(Command::new("cargo").args([subcommand, "--version"])).is_err() {
                println!("adding {component} (once, some seconds)");
                process::run(Command::new("rustup").args(["component", "add", component]))?;
            }
        }
        Ok(())
    }

    fn trunk(&self) -> Result<()> {
        if self.has("trunk", TRUNK) {
            return Ok(());
        }
        println!("installing Trunk {TRUNK} (once, about 4 minutes)");
        process::run(
            self.cargo_install()
                .args(["trunk", "--version", TRUNK, "--locked", "--no-default-features"])
                .envs(FAST_TO_COMPILE),
        )
    }

    /// wasm-bindgen and its test runner, built from a small crate around the library that contains both.
    fn wasm_bindgen(&self, version: &str) -> Result<()> {
        if self.has("wasm-bindgen", version) && self.has("wasm-bindgen-test-runner", version) {
            return Ok(());
        }
        println!("installing wasm-bindgen {version} (once, about 2 minutes)");
        let package = self.folder.join("wasm-bindgen");
        fs::create_dir_all(package.join("src/bin"))?;
        fs::write(package.join("Cargo.toml"), wasm_bindgen_manifest(version))?;
        for name in ["wasm-bindgen", "wasm-bindgen-test-runner"] {
            let main = wasm_bindgen_program(&name.replace('-', "_"));
            fs::write(package.join(format!("src/bin/{name}.rs")), main)?;
        }
        process::run(self.cargo_install().arg("--path").arg(package).arg("--force"))
    }

    /// Finds or installs wasm-opt; None without npm.
    pub fn wasm_opt(&self) -> Result<Option<PathBuf>> {
        self.npm_program("wasm-opt")
    }

    /// Finds or installs esbuild; None without npm.
    pub fn esbuild(&self) -> Result<Option<PathBuf>> {
        self.npm_program("esbuild")
    }

    fn npm_program(&self, program: &str) -> Result<Option<PathBuf>> {
        let Some(npm) = system::npm_if_installed()? else {
            println!("npm is not installed: without {program} the page is a little larger");
            return Ok(None);
        };
        let path = self.folder.join("node_modules/.bin").join(program);
        // Written last, so that it is the lock file of what is installed.
        let installed = self.folder.join("installed-lock.json");
        if !path.exists() || fs::read_to_string(&installed).ok().as_deref() != Some(NPM_LOCK) {
            println!("installing wasm-opt and esbuild from npm (once, some seconds)");
            fs::create_dir_all(&self.folder)?;
            fs::write(self.folder.join("package.json"), NPM_PACKAGE)?;
            fs::write(self.folder.join("package-lock.json"), NPM_LOCK)?;
            let quietly = ["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"];
            process::run(Command::new(npm).args(quietly).current_dir(&self.folder))?;
            fs::write(installed, NPM_LOCK)?;
        }
        Ok(Some(path))
    }

    /// Finds or installs cargo-deny.
    pub fn cargo_deny(&self) -> Result<()> {
        if self.has("cargo-deny", CARGO_DENY) {
            return Ok(());
        }
        println!("installing cargo-deny {CARGO_DENY} (once, about a minute)");
        process::run(
            self.cargo_install().args(["cargo-deny", "--version", CARGO_DENY, "--locked"]).envs(FAST_TO_COMPILE),
        )
    }

    /// Finds or installs Firefox's driver, which Debian does not package.
    pub fn geckodriver(&self) -> Result<&'static str> {
        let name = "geckodriver";
        if !self.has(name, GECKODRIVER) {
            println!("installing {name} {GECKODRIVER} (once, about 2 minutes)");
            process::run(
                self.cargo_install().args([name, "--version", GECKODRIVER, "--locked"]).envs(FAST_TO_COMPILE),
            )?;
        }
        Ok(name)
    }

    fn cargo_install(&self) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(["install", "--quiet", "--root"])
            .arg(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("build"));
        command
    }

    /// Whether `program --version` prints "program version".
    fn has(&self, program: &str, version: &str) -> bool {
        let answer = process::output(self.command(program).arg("--version"));
        answer.is_ok_and(|answer| answer.split_whitespace().take(2).eq([program, version]))
    }
}

/// The version of wasm-bindgen in a workspace's lock file.
pub fn wasm_bindgen_version(workspace: &Path) -> Result<String> {
    let path = workspace.join("Cargo.lock");
    let lock = Lockfile::load(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let package = lock.packages.iter().find(|package| package.name.as_str() == "wasm-bindgen");
    Ok(package.with_context(|| format!("{} has no package `wasm-bindgen`", path.display()))?.version.to_string())
}

/// A crate with the two programs of wasm-bindgen; `cargo install wasm-bindgen-cli` would also compile a TLS stack. It is not
/// optimized: that would take 150 s more CPU time once, and save 0.6 s per build.
fn wasm_bindgen_manifest(version: &str) -> String {
    format!(
        r#"[package]
name = "wasm-bindgen-programs"
version = "{version}"
edition = "2024"

[dependencies]
wasm-bindgen-cli = {{ version = "={version}", default-features = false }}

[profile.release]
opt-level = 0

[workspace]
"#
    )
}

fn wasm_bindgen_program(module: &str) -> String {
    format!(
        "fn main() -> Result<(), Box<dyn std::error::Error>> {{
    Ok(wasm_bindgen_cli::{module}::run_cli_with_args(std::env::args_os())?)
}}
"
    )
}
