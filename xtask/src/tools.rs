//! The tools that the page is built with, and how each is installed.
//!
//! Everything goes under `target/tools/`; nothing of the machine is changed, except that rustup may get the wasm32
//! target. A tool that is already there, or on PATH in the very same version, is not installed again. The version of
//! wasm-bindgen has one source, Cargo.lock. It never takes wasm-opt from PATH: some distributions' breaks the page.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{lock, process};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";
const BINARYEN: Npm =
    Npm { package: "binaryen", version: "132.0.0", program: "wasm-opt", says: "wasm-opt version 132 " };
const ESBUILD: Npm = Npm { package: "esbuild", version: "0.28.2", program: "esbuild", says: "0.28.2" };
const GECKODRIVER: &str = "0.37.1";

/// One waits for Trunk's compilation, not for Trunk: 6 minutes of processor time instead of 15.
const FAST_TO_COMPILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// A program from npm.
struct Npm {
    package: &'static str,
    version: &'static str,
    program: &'static str,
    /// How its answer to `--version` begins.
    says: &'static str,
}

/// The tools' folder and a PATH on which they come first.
pub struct Tools {
    folder: PathBuf,
    path: OsString,
}

impl Tools {
    /// The tools that build the page, installed where they are missing.
    pub fn install(root: &Path) -> Result<Self> {
        let tools = Self::install_for_wasm(root)?;
        tools.trunk()?;
        Ok(tools)
    }

    /// The tools that build wasm, installed where they are missing.
    pub fn install_for_wasm(root: &Path) -> Result<Self> {
        let folder = root.join("target/tools");
        let old_path = env::var_os("PATH").unwrap_or_default();
        let entries = std::iter::once(folder.join("bin")).chain(env::split_paths(&old_path));
        let path = env::join_paths(entries).context("PATH cannot be extended by the tools' folder")?;
        let tools = Self { folder, path };
        Self::wasm_target()?;
        tools.wasm_bindgen(&lock::version(root, "wasm-bindgen")?)?;
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

    /// rustfmt and clippy, which a toolchain of rustup's minimal profile lacks.
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

    /// wasm-bindgen and its test runner, from a small crate of our own around the library that both are.
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

    /// wasm-opt, or none where there is no Node to run it with.
    pub fn wasm_opt(&self) -> Result<Option<PathBuf>> {
        self.npm_program(&BINARYEN)
    }

    /// esbuild, or none where there is no npm to get it from.
    pub fn esbuild(&self) -> Result<Option<PathBuf>> {
        self.npm_program(&ESBUILD)
    }

    fn npm_program(&self, Npm { version, program, says, .. }: &Npm) -> Result<Option<PathBuf>> {
        if !process::is_installed(process::NPM) {
            println!("npm is not installed: building without {program}, the page gets a little larger");
            return Ok(None);
        }
        let folder = self.folder.join("npm");
        let path = folder.join("node_modules/.bin").join(program);
        let said = process::output(Command::new(&path).arg("--version")).unwrap_or_default();
        if !said.starts_with(says) {
            println!("installing {program} {version} (once, some seconds)");
            fs::create_dir_all(&folder)?;
            // Both at once: npm would take out what it is not told of.
            let packages = [BINARYEN, ESBUILD].map(|Npm { package, version, .. }| format!("{package}@{version}"));
            let quietly = ["--silent", "--no-save", "--no-audit", "--no-fund"];
            process::run(Command::new(process::NPM).arg("install").args(quietly).args(packages).current_dir(&folder))?;
        }
        Ok(Some(path))
    }

    /// Firefox's driver, which Debian does not package.
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

    /// Whether `program --version` begins with "program version".
    fn has(&self, program: &str, version: &str) -> bool {
        let said = process::output(self.command(program).arg("--version"));
        said.is_ok_and(|said| said.split_whitespace().take(2).eq([program, version]))
    }
}

/// A crate with the two programs of wasm-bindgen. `cargo install wasm-bindgen-cli` would compile a TLS stack as well.
/// Without optimisation it costs 140 s of processor time once, with it 290 s, and saves 0.6 s a build.
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
