//! Trains what the command line asks for and prints the tutorial's log lines, or one JSON document, on standard output; a
//! progress bar goes to standard error if that is a terminal. Exit code 0 is success, 1 a failure of the data or of a run, 2
//! a command line that cannot be obeyed. A reader that stops reading, as `head` does, is no failure.

mod args;
mod report;
mod table;

use args::Args;
use clap::Parser;
use folder::{self, FolderError};
use indicatif::{ProgressBar, ProgressStyle};
use lab::data::Split;
use lab::training::{CannotTrain, LOG_EVERY};
use lab::{Settings, Training};
use report::{Data, Fields, Log, Report, Run};
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

enum Failure {
    Usage(String),
    Folder(FolderError),
    CannotTrain { folder: PathBuf, error: CannotTrain },
    Diverged { runs: usize, of: usize },
    Output(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(sentence) => sentence.fmt(f),
            Self::Folder(error) => error.fmt(f),
            Self::CannotTrain { folder, error } => write!(f, "{}: {error}", folder.display()),
            Self::Diverged { runs, of } => write!(f, "{runs} of {of} runs diverged"),
            Self::Output(error) => write!(f, "standard output: {error}"),
        }
    }
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Folder(_) | Self::CannotTrain { .. } | Self::Diverged { .. } | Self::Output(_) => 1,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn main() -> ExitCode {
    let result = match Args::try_parse() {
        Ok(args) => run(&args),
        Err(answer) if !answer.use_stderr() => answer.exit(), // --help and --version
        Err(error) => Err(Failure::Usage(error.to_string().trim_start_matches("error: ").trim_end().to_owned())),
    };
    let Err(failure) = result else { return ExitCode::SUCCESS };
    if failure.exit_code() != 0 {
        // If standard error is closed as well, there is nobody to tell.
        _ = writeln!(io::stderr(), "headless: {failure}");
    }
    failure.exit_code().into()
}

fn run(args: &Args) -> Result<(), Failure> {
    if args.table {
        return print_table(args);
    }
    let settings = args.settings().map_err(Failure::Usage)?;
    let folder = args.data.clone().unwrap_or_else(folder::bundled);
    let split = folder::load(&folder).map_err(Failure::Folder)?;
    let printer = Printer { is_silent: args.json, bar: bar(&settings) };
    let data = Data { folder: folder.clone(), train: split.train.len(), held_out: split.held_out.len() };
    let mut report = Report { data, runs: Vec::new() };
    for settings in settings {
        let training = Training::new(settings, &split.train);
        let training = training.map_err(|error| Failure::CannotTrain { folder: folder.clone(), error })?;
        report.runs.push(train(training, &split, &printer)?);
    }
    printer.bar.finish_and_clear();
    if args.json {
        let mut out = io::BufWriter::new(io::stdout().lock());
        serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
        out.flush()?;
    }
    let diverged = report.runs.iter().filter(|run| run.diverged.is_some()).count();
    if diverged == 0 { Ok(()) } else { Err(Failure::Diverged { runs: diverged, of: report.runs.len() }) }
}

fn print_table(args: &Args) -> Result<(), Failure> {
    let rows = table::ROWS.map(|(depth, init)| Ok((depth, init, table::row_settings(args, depth, init)?)));
    let rows: Vec<_> = rows.into_iter().collect::<Result<_, String>>().map_err(Failure::Usage)?;
    let folder = args.data.clone().unwrap_or_else(folder::bundled);
    let split = folder::load(&folder).map_err(Failure::Folder)?;
    let all: Vec<Settings> = rows.iter().flat_map(|(.., settings)| settings.clone()).collect();
    let printer = Printer { is_silent: false, bar: bar(&all) };
    printer.line(&table::heading())?;
    for (depth, initializer, settings) in rows {
        let cells = settings.iter().map(|&settings| table::cell(settings, &split, || printer.bar.inc(1)));
        let cells = cells.collect::<Result<Vec<_>, _>>();
        let cells = cells.map_err(|error| Failure::CannotTrain { folder: folder.clone(), error })?;
        printer.line(&table::line(depth, initializer, &cells))?;
    }
    printer.bar.finish_and_clear();
    Ok(())
}

/// Trains to the end, good or bad, and logs at every 200th step.
fn train(mut training: Training, split: &Split, printer: &Printer) -> io::Result<Run> {
    let settings = training.settings;
    let mut logs = Vec::new();
    let mut diverged = None;
    printer.line(&format_args!("Seed {}: {}", settings.seed, Fields::new(&settings)))?;
    while diverged.is_none() && !training.is_done() {
        match training.step(split) {
            Ok(Some(measured)) if measured.sample.step.is_multiple_of(LOG_EVERY) => {
                let log = Log::new(&measured.sample, measured.held_out.as_ref());
                printer.line(&log)?;
                logs.push(log);
            }
            Ok(_) => {}
            Err(error) => diverged = Some(error),
        }
        printer.bar.inc(1);
    }
    let run = Run::new(&settings, logs, diverged.map_or_else(|| Ok(training.outcome(split)), Err));
    printer.line(&run)?;
    Ok(run)
}

/// Standard output line by line, with the progress bar out of its way.
struct Printer {
    is_silent: bool,
    bar: ProgressBar,
}

impl Printer {
    fn line(&self, line: &dyn fmt::Display) -> io::Result<()> {
        if self.is_silent {
            return Ok(());
        }
        self.bar.suspend(|| writeln!(io::stdout(), "{line}"))
    }
}

/// The progress over all runs; draws nothing where standard error is no terminal.
fn bar(settings: &[Settings]) -> ProgressBar {
    let bar = ProgressBar::new(settings.iter().map(|settings| u64::from(settings.steps)).sum());
    let style = ProgressStyle::with_template("{wide_bar} step {human_pos} of {human_len}, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
