//! Builds and runs the fuzz targets, `fuzz/src/bin/`, with libFuzzer, AddressSanitizer, overflow checks and debug assertions.
//!
//! The flags of the compiler are those of `cargo fuzz --no-trace-compares`, which wants a nightly toolchain; `RUSTC_BOOTSTRAP` allows them with the pinned
//! one. Needs a C++ compiler and x86-64 Linux. Everything that is built or found is in `target/fuzz/`: for each target the inputs that
//! reach different code (`corpus/`, kept from run to run), the fuzzer's `log`, and the inputs that failed.
//!
//! `cargo xtask test` only checks that the targets compile, which takes less than a minute of processor time. To run them, all crates are
//! compiled once more, with the instrumentation: minutes, for a few seconds of fuzzing that would find little.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::process;

/// All targets, and the bytes of their longest inputs.
const TARGETS: [(&str, usize); 11] = [
    ("idx", 128),
    ("names", 64),
    ("numbers", 32),
    ("urls", 160),
    ("links", 256),
    ("protocol", 1_024),
    ("pictures", 512),
    ("zips", 2_048),
    ("imports", 512),
    ("events", 2_048),
    ("safetensors", 256),
];

const PLATFORM: &str = "x86_64-unknown-linux-gnu";

const FLAGS: &str = "--cfg fuzzing -Zsanitizer=address -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Ccodegen-units=1";

/// Leaks are no errors in safe Rust, and the compiler excludes uses of a stack after its return. Little is recorded of allocations, and
/// freed memory is reused soon, for speed.
const SANITIZER: &str = "detect_leaks=0:detect_stack_use_after_return=0:malloc_context_size=0:max_malloc_fill_size=0:\
    quarantine_size_mb=1";

/// What to run.
#[derive(clap::Args)]
pub struct Options {
    /// The time for each target.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Stop a target after so many executions, if its time is not over before.
    #[arg(long)]
    executions: Option<u64>,
    /// The targets to run; all by default.
    #[arg(long, value_parser = TARGETS.map(|(name, _)| name))]
    target: Vec<String>,
    /// Only run one target once, with the input of this file.
    #[arg(long, requires = "target")]
    input: Option<PathBuf>,
}

/// Runs the targets and prints a line for each.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    ensure!(cfg!(all(target_os = "linux", target_arch = "x86_64")), "the fuzz targets run on {PLATFORM} only");
    let folder = root.join("target/fuzz");
    let is_wanted = |name: &str| options.target.is_empty() || options.target.iter().any(|wanted| wanted == name);
    let targets: Vec<_> = TARGETS.into_iter().filter(|(name, _)| is_wanted(name)).collect();
    println!("building the fuzz targets (some minutes the first time)");
    build(root, &folder, &targets)?;
    if let Some(input) = &options.input {
        return targets.iter().try_for_each(|(name, _)| process::run(program(&folder, name).arg(input)));
    }
    println!(
        "{:<12} {:>13} {:>9} {:>6} {:>18} {:>6}",
        "target", "executions", "a second", "panics", "largest allocation", "seeds"
    );
    let mut failed = Vec::new();
    for (name, max_len) in targets {
        let (log, is_ok) = fuzz(&folder, name, max_len, options)?;
        let Outcome { executions, per_second, largest, seeds } = Outcome::of(&log);
        let panics = u32::from(!is_ok);
        println!("{name:<12} {executions:>13} {per_second:>9} {panics:>6} {largest:>12} bytes {seeds:>6}");
        if !is_ok {
            println!("{}", failure(&log, name));
            failed.push(name);
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

/// Checks that the targets compile, without instrumentation and without libFuzzer itself.
pub fn check(root: &Path) -> Result<()> {
    let words = [
        "clippy",
        "--quiet",
        "--no-default-features",
        "--all-targets",
        "--target-dir",
        "../target",
        "--",
        "-D",
        "warnings",
    ];
    process::run(Command::new("cargo").args(words).current_dir(root.join("fuzz")))
}

fn build(root: &Path, folder: &Path, targets: &[(&str, usize)]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    // With `--target`, build scripts and macros are not instrumented.
    cargo.args(["build", "--quiet", "--release", "--locked", "--target", PLATFORM]);
    targets.iter().for_each(|(name, _)| _ = cargo.args(["--bin", name]));
    cargo.current_dir(root.join("fuzz")).env("CARGO_TARGET_DIR", folder.join("cargo"));
    process::run(cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS))
}

fn program(folder: &Path, name: &str) -> Command {
    let mut program = Command::new(folder.join("cargo").join(PLATFORM).join("release").join(name));
    program.env("ASAN_OPTIONS", SANITIZER);
    program
}

/// Runs a target. Returns the fuzzer's log and whether nothing was found.
fn fuzz(folder: &Path, name: &str, max_len: usize, options: &Options) -> Result<(String, bool)> {
    let own = folder.join(name);
    let (corpus, log) = (own.join("corpus"), own.join("log"));
    fs::create_dir_all(&corpus).with_context(|| format!("cannot create {}", corpus.display()))?;
    let mut program = program(folder, name);
    program.env("FUZZ_SEEDS", &corpus).stderr(File::create(&log)?).arg(&corpus);
    program.arg(format!("-artifact_prefix={}/", own.display()));
    program.args([format!("-max_total_time={}", options.seconds), format!("-max_len={max_len}")]);
    program.args(["-print_final_stats=1", "-timeout=10", "-rss_limit_mb=1024", "-entropic=0", "-reduce_inputs=0"]);
    program.args(options.executions.map(|n| format!("-runs={n}")));
    let status = program.status().with_context(|| format!("cannot start {name}"))?;
    // A panic prints parts of its input, which may be no text.
    Ok((String::from_utf8_lossy(&fs::read(&log)?).into_owned(), status.success()))
}

/// What a log says about a run.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    executions: u64,
    per_second: u64,
    /// Bytes that one execution held at the same time, at most.
    largest: u64,
    /// Inputs to begin with, those of earlier runs included.
    seeds: u64,
}

impl Outcome {
    fn of(log: &str) -> Self {
        let last = |label: &str| {
            let values = log.lines().filter_map(|line| line.split_once(label)).map(|(_, rest)| rest.trim_start());
            let number = |text: &str| text.split(' ').next().and_then(|number| number.parse().ok());
            values.filter_map(number).next_back().unwrap_or_default()
        };
        Self {
            executions: last("stat::number_of_executed_units:"),
            per_second: last("stat::average_exec_per_sec:"),
            largest: last("largest allocation:"),
            seeds: last("seed corpus: files:"),
        }
    }
}

/// What failed, and how to see it again.
fn failure(log: &str, name: &str) -> String {
    let message = log.lines().skip_while(|line| !line.contains("panicked at") && !line.contains("ERROR:"));
    let message = message.take_while(|line| !line.starts_with("stack backtrace")).take(4);
    let input = log.lines().find_map(|line| line.split_once("Test unit written to ")).map_or("", |(_, path)| path);
    let message = message.collect::<Vec<_>>().join("\n");
    format!("{message}\nto run it again: cargo xtask fuzz --target {name} --input {input}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    #[test]
    fn every_target_is_listed() {
        let file = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().path().file_stem().unwrap().to_owned();
        let files: BTreeSet<_> = fs::read_dir(root().join("fuzz/src/bin")).unwrap().map(file).collect();
        assert_eq!(files, TARGETS.map(|(name, _)| name.into()).into());
    }

    /// Two lock files, one version of what both name.
    #[test]
    fn what_is_fuzzed_is_what_is_published() {
        let lock = |path: &str| cargo_lock::Lockfile::load(root().join(path)).unwrap().packages;
        let page = lock("Cargo.lock");
        for package in lock("fuzz/Cargo.lock") {
            let versions: Vec<_> =
                page.iter().filter(|other| other.name == package.name).map(|other| &other.version).collect();
            assert!(
                versions.is_empty() || versions.contains(&&package.version),
                "{} {}",
                package.name,
                package.version
            );
        }
    }

    #[test]
    fn a_log_is_summarized() {
        let log = "INFO: seed corpus: files: 12 min: 1b max: 9b total: 60b rss: 40Mb\nlargest allocation: 96\n\
                   largest allocation: 4096\nstat::number_of_executed_units: 1500\nstat::average_exec_per_sec:     300\n";
        assert_eq!(Outcome::of(log), Outcome { executions: 1_500, per_second: 300, largest: 4_096, seeds: 12 });
        assert_eq!(Outcome::of(""), Outcome::default());
    }

    #[test]
    fn a_failure_says_how_to_see_it_again() {
        let log = "#3 NEW\nthread '<unnamed>' panicked at src/bin/idx.rs:9:5:\nno\nstack backtrace:\n==1== ERROR: libFuzzer: deadly signal\n\
                   artifact_prefix='t/idx/'; Test unit written to t/idx/crash-1\n";
        let expected = "thread '<unnamed>' panicked at src/bin/idx.rs:9:5:\nno\n\
                        to run it again: cargo xtask fuzz --target idx --input t/idx/crash-1";
        assert_eq!(failure(log, "idx"), expected);
    }
}
