//! The experiments in a terminal. Trains what the command line asks for, on all cores, and prints the tutorial's log lines or one
//! JSON document on standard output; a progress bar goes to standard error if that is a terminal. Exit code 0 is success, 1 a
//! failure of the data or of a run, 2 an invalid command line. A closed pipe, as from `head`, is not a failure.

mod args;
mod lines;
mod report;
mod table;
mod train;

use args::{Args, Output};
use folder::FolderError;
use indicatif::{ProgressBar, ProgressStyle};
use lab::Split;
use lab::experiment::Run;
use lab::run::CannotTrain;
use report::{Log, Report, RunReport};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use thiserror::Error;
use train::Message;

/// Why the program ends without success.
#[derive(Debug, Error)]
enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("{}: {error}", folder.display())]
    CannotTrain { folder: PathBuf, error: CannotTrain },
    #[error("{runs} of {of} runs diverged")]
    Diverged { runs: usize, of: usize },
    #[error("there are no threads to train on: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Folder(_) | Self::CannotTrain { .. } | Self::Diverged { .. } | Self::Threads(_) | Self::Output(_) => {
                1
            }
        }
    }
}

fn main() -> ExitCode {
    let Err(failure) = Args::parse().and_then(|args| run(&args)) else { return ExitCode::SUCCESS };
    if failure.exit_code() != 0 {
        // If standard error is closed too, the message is lost.
        _ = writeln!(io::stderr(), "headless: {failure}");
    }
    failure.exit_code().into()
}

fn run(args: &Args) -> Result<(), Failure> {
    if args.output == Output::Table {
        return print_table(args);
    }
    let runs = args.runs(&args.experiment)?;
    let split = open(args)?;
    let printer = Printer { is_silent: args.output != Output::Lines, bar: bar(&runs) };
    let reports = train_all(args, runs, &split, &printer)?;
    printer.bar.finish_and_clear();
    let (n_diverged, n_runs) = (reports.iter().filter(|run| run.diverged.is_some()).count(), reports.len());
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.output {
        Output::Json => {
            let report = Report::new(args.data.clone(), &split, reports);
            serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Output::Csv => report::write_csv(&reports, &mut out)?,
        Output::Lines | Output::Table => {}
    }
    out.flush()?;
    if n_diverged == 0 { Ok(()) } else { Err(Failure::Diverged { runs: n_diverged, of: n_runs }) }
}

/// Loads the data set, prints the notes about it, and starts the threads.
fn open(args: &Args) -> Result<Arc<Split>, Failure> {
    rayon::ThreadPoolBuilder::new().num_threads(args.n_jobs).build_global()?;
    let (split, notes) = folder::load_with_notes(&args.data)?;
    for note in notes {
        // If standard error is closed, the note is lost.
        _ = writeln!(io::stderr(), "headless: {}: {note}", args.data.display());
    }
    Ok(Arc::new(split))
}

/// Trains all runs and prints their lines in the order of the runs.
fn train_all(args: &Args, runs: Vec<Run>, split: &Arc<Split>, printer: &Printer) -> Result<Vec<RunReport>, Failure> {
    let messages = train::all(runs.clone(), split, &printer.bar);
    runs.iter().zip(messages).map(|(run, messages)| report(args, run, messages, printer)).collect()
}

/// Prints the messages of one run as they arrive, and returns them as a report.
fn report(
    args: &Args,
    run: &Run,
    messages: impl IntoIterator<Item = Message>,
    printer: &Printer,
) -> Result<RunReport, Failure> {
    let mut report = RunReport::new(&args.experiment, run);
    printer.line(&lines::heading(&args.experiment, run))?;
    for message in messages {
        match message {
            Message::Logged(measured) => {
                printer.line(&lines::logged(&measured.sample))?;
                report.logs.push(Log::new(&measured));
            }
            Message::Ended(end) => {
                printer.line(&lines::end(&end))?;
                report.end(&end);
            }
            Message::Failed(error) => return Err(Failure::CannotTrain { folder: args.data.clone(), error }),
        }
    }
    Ok(report)
}

fn print_table(args: &Args) -> Result<(), Failure> {
    let experiments = table::rows(&args.experiment).map_err(|error| Failure::Usage(error.to_string()))?;
    let runs: Result<Vec<Vec<Run>>, _> = experiments.iter().map(|experiment| args.runs(experiment)).collect();
    let runs = runs?.concat();
    let split = open(args)?;
    let printer = Printer { is_silent: false, bar: bar(&runs) };
    printer.line(&table::heading(&args.experiment))?;
    let mut cells = table::cells(runs, &split, &printer.bar);
    let n_runs = args.experiment.variants().len() * args.n_seeds as usize;
    for row in &experiments {
        let of_row: Result<Vec<_>, CannotTrain> = cells.by_ref().take(n_runs).collect();
        let of_row = of_row.map_err(|error| Failure::CannotTrain { folder: args.data.clone(), error })?;
        printer.line(&table::line(row, &of_row))?;
    }
    printer.bar.finish_and_clear();
    Ok(())
}

/// Prints lines on standard output without disturbing the progress bar.
struct Printer {
    is_silent: bool,
    bar: ProgressBar,
}

impl Printer {
    fn line(&self, line: &str) -> io::Result<()> {
        if self.is_silent {
            return Ok(());
        }
        self.bar.suspend(|| writeln!(io::stdout(), "{line}"))
    }
}

/// The progress of all runs; invisible if standard error is not a terminal.
fn bar(runs: &[Run]) -> ProgressBar {
    let bar = ProgressBar::new(runs.iter().map(|run| u64::from(run.settings.recipe().steps)).sum());
    let style = ProgressStyle::with_template("{wide_bar} step {human_pos} of {human_len}, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
