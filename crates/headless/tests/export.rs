//! The files of the terminal program: where they are, and that none is left incomplete.

use export::Format;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use zip::ZipArchive;

const EVENT_FILE: &str = export::event_file::NAME;

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_headless")).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A path without anything there.
fn nowhere(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export").join(name);
    let _ = fs::remove_dir_all(&path);
    path
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

fn entry(archive: &[u8], name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    ZipArchive::new(Cursor::new(archive)).unwrap().by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn every_format_is_written_and_threads_change_no_byte() {
    let write = |name: &str, jobs: &str| {
        let out = nowhere(name);
        let mut args = vec!["--steps", "30", "--seeds", "2", "--jobs", jobs, "--out", out.to_str().unwrap()];
        Format::ALL.iter().for_each(|format| args.extend(["--export", format.key()]));
        let (code, printed, err) = run(&args);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        assert_eq!(printed.lines().filter(|line| line.starts_with("Wrote ")).count(), Format::ALL.len(), "{printed}");
        out
    };
    let (one, four) = (write("one", "1"), write("four", "4"));
    let mut expected = Format::ALL.map(|format| format.file_name().to_owned());
    expected.sort();
    assert_eq!(names(&one), expected);
    for name in expected {
        assert!(fs::read(one.join(&name)).unwrap() == fs::read(four.join(&name)).unwrap(), "{name}");
    }
}

#[test]
fn figures_are_written_as_the_link_shows_them_and_threads_change_no_byte() {
    let write = |name: &str, link: &str, jobs: &str| {
        let out = nowhere(name);
        let figures = ["--figure", "loss", "--figure", "histograms", "--out", out.to_str().unwrap()];
        let (code, printed, err) = run(&[&["--link", link, "--steps", "210", "--jobs", jobs], &figures[..]].concat());
        assert_eq!((code, err.as_str()), (Some(0), ""));
        assert_eq!(printed.lines().filter(|line| line.starts_with("Wrote ")).count(), 4, "{printed}");
        assert_eq!(names(&out), ["histograms.csv", "histograms.svg", "loss.csv", "loss.svg"]);
        names(&out).iter().map(|name| fs::read_to_string(out.join(name)).unwrap()).collect::<Vec<_>>()
    };
    let link = "?seeds=2&run=relu&run=tanh&layer=2&focus=1";
    let files = write("figures-one", link, "1");
    assert!(files == write("figures-four", link, "4"));
    let others = write("figures-plain", "?seeds=2&run=relu&run=tanh", "2");
    assert!(files.iter().zip(&others).any(|(file, other)| file != other), "the link's view is not shown");
    let settings = "Settings: ?seed=1&amp;steps=210&amp;run=relu&amp;run=tanh&amp;seeds=2&amp;layer=2&amp;focus=1";
    assert!(files[1].contains(settings), "{}", files[1]);
}

/// What TensorBoard sees during training is what the export has.
#[test]
fn event_files_written_during_training_are_those_of_the_export() {
    let (logs, out) = (nowhere("logs"), nowhere("archive"));
    let paths = [&logs, &out].map(|path| path.to_str().unwrap());
    let args = ["--steps", "215", "--run", "relu", "--run", "tanh,depth:3", "--logdir", paths[0]];
    let (code, printed, err) = run(&[&args[..], &["--export", "tensorboard", "--out", paths[1], "--json"]].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(serde_json::from_str::<serde_json::Value>(&printed).is_ok(), "only the document is printed: {printed}");
    let archive = fs::read(out.join(Format::TensorBoard.file_name())).unwrap();
    for folder in ["relu", "tanh-depth-3"] {
        let file = fs::read(logs.join(folder).join(EVENT_FILE)).unwrap();
        assert!(file == entry(&archive, &format!("{folder}/{EVENT_FILE}")), "{folder}");
    }
    assert_eq!(names(&logs), ["relu", "tanh-depth-3"]);
    let (code, printed, err) = run(&args);
    assert_eq!((code, printed.as_str()), (Some(1), ""), "a second training is not mixed into the first");
    let expected = format!(
        "headless: {}: entity already exists; --logdir needs a folder without event files of these runs\n",
        logs.join("relu").join(EVENT_FILE).display()
    );
    assert_eq!(err, expected);
}

#[test]
fn a_file_in_the_way_is_named_and_nothing_incomplete_is_left() {
    let folder = nowhere("blocked");
    fs::create_dir_all(&folder).unwrap();
    let blocker = folder.join("file");
    fs::write(&blocker, "").unwrap();
    let (code, _, err) = run(&["--steps", "1", "--export", "csv", "--out", blocker.to_str().unwrap()]);
    let path = blocker.join(Format::Csv.file_name());
    assert_eq!(code, Some(1));
    assert!(err.starts_with(&format!("headless: {}: ", path.display())), "{err}");
    let (code, printed, err) = run(&["--steps", "1", "--logdir", blocker.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(err.starts_with(&format!("headless: {}", blocker.display())), "{err}");
    // A folder has the name of the export: the file cannot be renamed to it.
    fs::create_dir_all(folder.join(Format::Csv.file_name())).unwrap();
    let (code, _, err) = run(&["--steps", "1", "--export", "csv", "--out", folder.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(err.contains(Format::Csv.file_name()), "{err}");
    assert_eq!(names(&folder), ["file", Format::Csv.file_name()]);
}

#[test]
fn an_export_that_is_too_large_is_refused_before_training() {
    let args = ["--steps", "100000", "--batch", "512", "--seeds", "3", "--export", "scripts"];
    let (code, printed, err) = run(&args);
    let sentence = "headless: the export “Python scripts” needs about 1867 MB, but at most 400 MB are allowed\n";
    assert_eq!((code, printed.as_str(), err.as_str()), (Some(1), "", sentence));
}

#[test]
fn runs_that_diverge_are_exported_too() {
    let out = nowhere("diverged");
    let args = ["--run", "identity,optimizer:sgd,rate:100", "--export", "weights", "--out"];
    let (code, _, err) = run(&[&args[..], &[out.to_str().unwrap()]].concat());
    assert_eq!((code, err.as_str()), (Some(1), "headless: 1 of 1 runs diverged\n"));
    let archive = ZipArchive::new(Cursor::new(fs::read(out.join(Format::Weights.file_name())).unwrap())).unwrap();
    let files: Vec<_> = archive.file_names().map(Result::unwrap).collect();
    assert_eq!(files, ["experiment.json", "identity-sgd-rate-100/initial.safetensors"]);
}
