//! A native contestant as a child process of the driver. It introduces itself, then reads a number of steps from each line of
//! stdin, trains that many, and answers with one line of JSON. It measures its own time, so that only training counts.

use anyhow::{Context, Result};
use serde::Serialize;
use std::io::{self, BufRead, Write};
use std::time::Instant;

pub trait Contestant {
    /// Its name and version in the table.
    fn label(&self) -> String;
    /// What the reader of the table must know; may be empty.
    fn note(&self) -> &'static str;
    /// Goes back to the start weights and the first batch.
    fn reset(&mut self) -> Result<()>;
    /// Trains `steps` steps. This is what is timed.
    fn train(&mut self, steps: usize) -> Result<()>;
    /// What shows that the run trained correctly.
    fn proof(&self) -> Result<Proof>;
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// The loss of each step.
    Losses(Vec<f32>),
    /// The hash of all parameters, in hexadecimal: JavaScript has no 64-bit numbers in JSON.
    Fingerprint(String),
}

#[derive(Serialize)]
struct Hello {
    label: String,
    note: &'static str,
}

#[derive(Serialize)]
struct Run {
    ms: f64,
    #[serde(flatten)]
    proof: Proof,
}

/// Answers the driver until it closes stdin.
pub fn serve(mut contestant: impl Contestant) -> Result<()> {
    say(&Hello { label: contestant.label(), note: contestant.note() })?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let steps = line.trim().parse().with_context(|| format!("“{line}” is not a number of steps"))?;
        contestant.reset()?;
        let start = Instant::now();
        contestant.train(steps)?;
        let ms = start.elapsed().as_secs_f64() * 1e3;
        say(&Run { ms, proof: contestant.proof()? })?;
    }
    Ok(())
}

fn say(message: &impl Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, message)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}
