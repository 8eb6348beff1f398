//! The native half of the benchmark in one program: writes the task of each net (`export`), runs our trainer or candle as a
//! child process of the driver (`run`), and turns the driver's results into a table and a picture (`report`).

mod candle;
mod contestant;
mod export;
mod ours;
mod report;

use anyhow::{Error, Result};
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Print the names of the nets.
    Nets,
    /// Write a net's task: sizes, start weights, batches, and the losses of our trainer.
    Export { net: String, activation: String, folder: PathBuf },
    /// Read a number of steps from each line of stdin, train that many, and answer with a line of JSON.
    Run { contestant: Contestant, net: String, activation: String, folder: PathBuf },
    /// Write RESULTS.md and results.svg into a folder, from the driver's JSON.
    Report { results: PathBuf, folder: PathBuf },
}

#[derive(Clone, Copy, ValueEnum)]
enum Contestant {
    OursNative,
    Candle,
}

fn main() -> ExitCode {
    match run(Args::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Nets => {
            ::ours::Net::ALL.iter().for_each(|net| println!("{}", net.name));
            Ok(())
        }
        Task::Export { net, activation, folder } => export::write(&find(&net, &activation)?, &folder),
        Task::Run { contestant: Contestant::OursNative, net, activation, .. } => {
            contestant::serve(ours::Ours::new(find(&net, &activation)?)?)
        }
        Task::Run { contestant: Contestant::Candle, net, activation, folder } => {
            contestant::serve(candle::Candle::new(find(&net, &activation)?, &folder)?)
        }
        Task::Report { results, folder } => report::write(&results, &folder),
    }
}

fn find(net: &str, activation: &str) -> Result<::ours::Net> {
    ::ours::Net::find(net, activation).map_err(Error::msg)
}
