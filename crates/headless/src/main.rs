//! The experiments in a terminal. Trains what the command line asks for, on all cores, and prints the tutorial's log lines or one
//! JSON document on standard output, and writes files on request; a progress bar goes to standard error if that is a terminal. Exit code 0 is success, 1 a
//! failure of the data or of a run, 2 an invalid command line. A closed pipe, as from `head`, is not a failure.

mod args;
mod command;
mod files;
mod lines;
mod logdir;
mod table;
mod train;

use args::{Args, Output};
use chart::Palette;
use export::{
    DataIdentity, ExportError, FigureKind, FileIdentity, Log, Names, Need, Record, Report, RunReport, Source,
    event_file,
};
use folder::FolderError;
use indicatif::{ProgressBar, ProgressStyle};
use lab::Split;
use lab::data::dataset::MNIST_FILES;
use lab::experiment::Run;
use lab::run::CannotTrain;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use thiserror::Error;
use train::{Job, Message};

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
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error("{}: {error}{}", path.display(), advice(error))]
    File { path: PathBuf, error: io::Error },
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Folder(_)
            | Self::CannotTrain { .. }
            | Self::Diverged { .. }
            | Self::Threads(_)
            | Self::Output(_)
            | Self::Export(_)
            | Self::File { .. } => 1,
        }
    }
}

/// What to do about an event file that exists, to follow the error.
fn advice(error: &io::Error) -> &'static str {
    if error.kind() == io::ErrorKind::AlreadyExists {
        "; --logdir needs a folder without event files of these runs"
    } else {
        ""
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
    let (split, identity) = open(args)?;
    for format in &args.formats {
        export::check_size(*format, &args.experiment, &split, export::MAX_BYTES)?;
    }
    for figure in &args.figures {
        export::check_figure_size(*figure, &args.experiment.runs())?;
    }
    let printer = Printer { is_silent: args.output != Output::Lines, bar: bar(&runs) };
    let (reports, records) = train_all(args, runs, &split, &printer)?;
    printer.bar.finish_and_clear();
    let (n_diverged, n_runs) = (reports.iter().filter(|run| run.diverged.is_some()).count(), reports.len());
    print(args, &identity, reports)?;
    write_files(args, Source { experiment: &args.experiment, split: &split, data: &identity }, &records, &printer)?;
    if n_diverged == 0 { Ok(()) } else { Err(Failure::Diverged { runs: n_diverged, of: n_runs }) }
}

/// Writes what `--export` and `--figure` ask for.
fn write_files(args: &Args, source: Source, records: &[Record], printer: &Printer) -> Result<(), Failure> {
    let write = |file: export::File| {
        let written = files::write(&args.out, &file);
        let path = written.map_err(|error| Failure::File { path: args.out.join(&file.name), error })?;
        Ok::<_, Failure>(printer.line(&format!("Wrote {}", path.display()))?)
    };
    for format in &args.formats {
        write(export::write(*format, source, records)?)?;
    }
    for figure in &args.figures {
        for kind in [FigureKind::Svg(Palette::Light), FigureKind::Csv] {
            write(export::write_figure(*figure, kind, &args.link, source, records)?)?;
        }
    }
    Ok(())
}

/// Prints the document or the table on standard output.
fn print(args: &Args, identity: &DataIdentity, reports: Vec<RunReport>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.output {
        Output::Json => {
            let folder = args.folder().to_string_lossy().into_owned();
            let report = Report::new(&args.experiment, identity, Some(&folder), reports);
            serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Output::Csv => export::write_runs(&reports, &mut out)?,
        Output::Lines | Output::Table => {}
    }
    Ok(out.flush()?)
}

/// Loads the data set, prints the notes about it, and starts the threads.
fn open(args: &Args) -> Result<(Arc<Split>, DataIdentity), Failure> {
    rayon::ThreadPoolBuilder::new().num_threads(args.n_jobs).build_global()?;
    let (imported, split) = folder::load_imported(&args.folder())?;
    for note in &imported.notes {
        // If standard error is closed, the note is lost.
        _ = writeln!(io::stderr(), "headless: {}: {note}", args.folder().display());
    }
    let name = if args.data.is_some() { &imported.identity.name } else { DataIdentity::BUNDLED };
    let files = MNIST_FILES.iter().zip(&imported.idx).map(|(name, bytes)| FileIdentity::of(name, bytes)).collect();
    let identity = DataIdentity::new(name, &split, files);
    Ok((Arc::new(split), identity))
}

/// Trains all runs and prints their lines in the order of the runs. Records are kept only for exports.
fn train_all(
    args: &Args,
    runs: Vec<Run>,
    split: &Arc<Split>,
    printer: &Printer,
) -> Result<(Vec<RunReport>, Vec<Record>), Failure> {
    let names = Names::of(&args.experiment);
    let need = args.formats.iter().fold(Need::default(), |need, format| need.and(format.need()));
    let of_figures = args.figures.iter().flat_map(|figure| export::figure_needs(*figure, &runs));
    let need = of_figures.fold(need, Need::and);
    let event_file = |run: &Run| Some(args.logdir.as_ref()?.join(names.folder(run)).join(event_file::NAME));
    let jobs: Vec<Job> = runs.iter().map(|run| Job { run: run.clone(), event_file: event_file(run) }).collect();
    if let Some(path) = jobs.iter().filter_map(|job| job.event_file.as_ref()).find(|path| path.exists()) {
        return Err(Failure::File { path: path.clone(), error: io::ErrorKind::AlreadyExists.into() });
    }
    let (mut reports, mut records) = (Vec::new(), Vec::new());
    for (run, messages) in runs.iter().zip(train::all(jobs, need, split, &printer.bar)) {
        printer.line(&lines::heading(&args.experiment, run))?;
        let (report, record) = report(args, RunReport::new(&names, run), messages, printer)?;
        reports.push(report);
        records.extend(record.filter(|_| !args.formats.is_empty() || !args.figures.is_empty()));
    }
    Ok((reports, records))
}

/// Prints the messages of one run as they arrive, and returns its report and its record.
fn report(
    args: &Args,
    mut report: RunReport,
    messages: impl IntoIterator<Item = Message>,
    printer: &Printer,
) -> Result<(RunReport, Option<Record>), Failure> {
    let (mut logs, mut record) = (Vec::new(), None);
    for message in messages {
        match message {
            Message::Logged(measured) => {
                printer.line(&lines::logged(&measured.sample))?;
                logs.push(Log::new(&measured));
            }
            Message::Ended(ended) => {
                printer.line(&lines::end(&ended.end))?;
                report.end(&ended.end);
                record = Some(*ended);
            }
            Message::CannotTrain(error) => return Err(Failure::CannotTrain { folder: args.folder(), error }),
            Message::CannotLog(path, error) => return Err(Failure::File { path, error }),
        }
    }
    report.logs = Some(logs);
    Ok((report, record))
}

fn print_table(args: &Args) -> Result<(), Failure> {
    let experiments = table::rows(&args.experiment).map_err(|error| Failure::Usage(error.to_string()))?;
    let runs: Result<Vec<Vec<Run>>, _> = experiments.iter().map(|experiment| args.runs(experiment)).collect();
    let runs = runs?.concat();
    let (split, _) = open(args)?;
    let printer = Printer { is_silent: false, bar: bar(&runs) };
    printer.line(&table::heading(&args.experiment))?;
    let mut cells = table::cells(runs, &split, &printer.bar);
    let n_runs = args.experiment.variants().len() * args.n_seeds as usize;
    for row in &experiments {
        let of_row: Result<Vec<_>, CannotTrain> = cells.by_ref().take(n_runs).collect();
        let of_row = of_row.map_err(|error| Failure::CannotTrain { folder: args.folder(), error })?;
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
