//! Runs a list of named steps and prints a summary: one line per step with its outcome and its seconds.

use std::fmt::Display;
use std::time::Instant;

use anyhow::{Result, bail};

/// Runs all steps. Stops at the first failure unless `keep_going`.
pub fn run<Name, Step>(steps: impl IntoIterator<Item = (Name, Step)>, keep_going: bool) -> Result<()>
where
    Name: Display,
    Step: FnOnce() -> Result<()>,
{
    let mut summary = String::new();
    let mut failed = Vec::new();
    for (name, step) in steps {
        println!("\n=== {name}");
        let start = Instant::now();
        let result = step();
        let outcome = if result.is_ok() { "passed" } else { "FAILED" };
        summary += &format!("{outcome}  {:>7.1} s  {name}\n", start.elapsed().as_secs_f64());
        if let Err(error) = result {
            eprintln!("error: {name}: {error:#}");
            failed.push(name.to_string());
            if !keep_going {
                break;
            }
        }
    }
    println!("\n=== summary\n{summary}");
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_failure_stops_the_run_unless_it_keeps_going() {
        for (keep_going, expected) in [(false, 2), (true, 3)] {
            let n_started = &Cell::new(0);
            let step = |fails: bool| {
                move || {
                    n_started.set(n_started.get() + 1);
                    if fails { bail!("no") } else { Ok(()) }
                }
            };
            let steps = [("a", step(false)), ("b", step(true)), ("c", step(false))];
            let error = run(steps, keep_going).unwrap_err();
            assert_eq!(error.to_string(), "failed: b");
            assert_eq!(n_started.get(), expected);
        }
    }
}
