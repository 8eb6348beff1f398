//! The exported files: their flags, and how they are written. A file gets its name when it is complete; until then it has another
//! one.

use chart::Figure;
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, value_parser};
use export::{File, Format};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The group of the flags that ask for files.
const FILES: &str = "files";

/// At least one of these flags is given where a folder is.
pub fn group() -> ArgGroup {
    ArgGroup::new(FILES).args(["export", "figure"]).multiple(true)
}

/// The flags of exported files.
pub fn flags() -> [Arg; 4] {
    let format = |format: &Format| PossibleValue::new(format.key()).help(format.help());
    let figure = |figure: &dyn Figure| PossibleValue::new(figure.key()).help(figure.title());
    let folder = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("DIR").value_parser(value_parser!(PathBuf)).help(help)
    };
    [
        Arg::new("export")
            .long("export")
            .value_name("FORMAT")
            .action(ArgAction::Append)
            .value_parser(Format::ALL.iter().map(format).collect::<Vec<_>>())
            .help("Write a file of the experiment after training; may be repeated"),
        Arg::new("figure")
            .long("figure")
            .value_name("KEY")
            .action(ArgAction::Append)
            .value_parser(chart::figures().map(figure).collect::<Vec<_>>())
            .help("Write a figure as KEY.svg and its data as KEY.csv after training, as the link shows it; may be repeated"),
        folder("out", "Folder of the exported files; it is made if it is missing [default: the current folder]")
            .requires(FILES),
        folder("logdir", "Write TensorBoard event files there during training, one folder for each run"),
    ]
}

/// The formats of `--export`, each once.
pub fn formats(matches: &ArgMatches) -> Vec<Format> {
    let keys: Vec<&String> = matches.get_many("export").into_iter().flatten().collect();
    Format::ALL.into_iter().filter(|format| keys.iter().any(|key| *key == format.key())).collect()
}

/// The figures of `--figure`, each once.
pub fn figures(matches: &ArgMatches) -> Vec<&'static dyn Figure> {
    let keys: Vec<&String> = matches.get_many("figure").into_iter().flatten().collect();
    chart::figures().filter(|figure| keys.iter().any(|key| *key == figure.key())).collect()
}

/// Writes the file into a folder, which is made if it is missing. Replaces a file of that name. Returns the path.
pub fn write(folder: &Path, file: &File) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join(&file.name);
    let partial = folder.join(format!(".{}.{}.partial", file.name, std::process::id()));
    let written = fs::write(&partial, &file.bytes).and_then(|()| fs::rename(&partial, &path));
    if written.is_err() {
        // The first error is the one to report.
        _ = fs::remove_file(&partial);
    }
    written.map(|()| path)
}
