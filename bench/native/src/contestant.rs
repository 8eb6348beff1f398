//! A native contestant in conversation with the driver: it says hello, then trains as many steps as each line of stdin says
//! and answers with one line of JSON. It holds the watch, so that only training is timed.

use anyhow::{Context, Result};
use serde::Serialize;
use std::io::{self, BufRead, Write};
use std::time::Instant;

pub trait Contestant {
    /// Who it is, with its version, as the table names it.
    fn label(&self) -> String;
    /// What the reader of the table must know, or nothing.
    fn note(&self) -> &'static str;
    /// Back to the start weights and the first batch.
    fn reset(&mut self) -> Result<()>;
    /// Trains `steps` steps and returns their losses.
    fn train(&mut self, steps: usize) -> Result<Vec<f32>>;
}

#[derive(Serialize)]
struct Hello {
    label: String,
    note: &'static str,
}

#[derive(Serialize)]
struct Run {
    ms: f64,
    losses: Vec<f32>,
}

/// Serves the driver until it closes stdin.
pub fn serve(mut contestant: impl Contestant) -> Result<()> {
    say(&Hello { label: contestant.label(), note: contestant.note() })?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let steps = line.trim().parse().with_context(|| format!("“{line}” is no number of steps"))?;
        contestant.reset()?;
        let start = Instant::now();
        let losses = contestant.train(steps)?;
        say(&Run { ms: start.elapsed().as_secs_f64() * 1e3, losses })?;
    }
    Ok(())
}

fn say(message: &impl Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, message)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}
