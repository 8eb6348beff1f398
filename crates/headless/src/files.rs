//! The exported files: their flags, and how they are written. A file gets its name when it is complete; until then it has another
//! one.

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use export::{File, Format};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The flags of exported files.
pub fn flags() -> [Arg; 3] {
    let format = |format: &Format| PossibleValue::new(format.key()).help(format.help());
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
        folder("out", "Folder of the exported files; it is made if it is missing [default: the current folder]")
            .requires("export"),
        folder("logdir", "Write TensorBoard event files there during training, one folder for each run"),
    ]
}

/// The formats of `--export`, each once.
pub fn formats(matches: &ArgMatches) -> Vec<Format> {
    let keys: Vec<&String> = matches.get_many("export").into_iter().flatten().collect();
    Format::ALL.into_iter().filter(|format| keys.iter().any(|key| *key == format.key())).collect()
}

/// Writes the file into a folder, which is made if it is missing. Replaces a file of that name. Returns the path.
pub fn write(folder: &Path, file: &File) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join(file.name);
    let partial = folder.join(format!(".{}.{}.partial", file.name, std::process::id()));
    let written = fs::write(&partial, &file.bytes).and_then(|()| fs::rename(&partial, &path));
    if written.is_err() {
        // The first error is the one to report.
        _ = fs::remove_file(&partial);
    }
    written.map(|()| path)
}
