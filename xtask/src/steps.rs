//! Runs a list of steps and tells in the end which of them passed, how long each took, and how many tests ran.
//!
//! A step is a heading and a function; it runs programs, shows what they print and counts the tests that they report.
//! It does not know what a test says. A step in which no test ran where one should have is a failure.

mod count;

use std::fmt::Display;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process;
pub use count::Count;

/// Runs all steps up to the first that fails, or all of them with `keep_going`.
pub fn run<Name, Step>(steps: impl IntoIterator<Item = (Name, Step)>, keep_going: bool) -> Result<()>
where
    Name: Display,
    Step: FnOnce(&mut Count) -> Result<()>,
{
    let mut count = Count::default();
    let mut rows: Vec<(String, Duration, &str)> = Vec::new();
    let mut failed = Vec::new();
    for (name, step) in steps {
        println!("\n=== {name}");
        let start = Instant::now();
        let failures_before = count.failed;
        let result = step(&mut count);
        if let Err(error) = &result {
            eprintln!("error: {name}: {error:#}");
            failed.push(name.to_string());
            // A step that fails without a failing test, such as clippy, counts as one.
            count.failed = count.failed.max(failures_before + 1);
        }
        rows.push((name.to_string(), start.elapsed(), if result.is_ok() { "passed" } else { "FAILED" }));
        if result.is_err() && !keep_going {
            break;
        }
    }
    println!("\n=== summary");
    for (name, time, outcome) in rows {
        println!("{outcome}  {:>7.1} s  {name}", time.as_secs_f64());
    }
    println!("{count}");
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// Runs a command, shows what it prints as it comes, and adds the tests that it reports.
pub fn counted(command: &mut Command, count: &mut Count) -> Result<()> {
    let mut child = match command.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return process::succeeded(command, Err(error)),
    };
    let before = *count;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            count.read(&line);
        }
    }
    let status = child.wait();
    process::succeeded(command, status)?;
    if *count == before {
        bail!("no test ran");
    }
    Ok(())
}
