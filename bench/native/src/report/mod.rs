//! The driver's results as a table in Markdown and as a picture. Ratios are paired: each run is divided by the runs of ours just
//! before and after it. This module knows the driver's JSON and no trainer.

mod picture;
mod spread;
mod table;

use anyhow::{Context, Result};
use serde::Deserialize;
use spread::Spread;
use std::fs;
use std::path::Path;

/// Times are given for this many steps, whatever the length of a run.
const STEPS: f64 = 2_500.0;
const OURS: &str = "ours";

#[derive(Deserialize)]
struct Results {
    machine: String,
    browser: String,
    command: String,
    date: String,
    /// Load average of one minute, before the benchmark and at its end.
    load: [f64; 2],
    rounds: usize,
    nets: Vec<Net>,
}

#[derive(Deserialize)]
struct Net {
    /// Its layers, activation and batch.
    title: String,
    /// Contestants that could not run, and why.
    absent: Vec<String>,
    contestants: Vec<Contestant>,
}

#[derive(Deserialize)]
struct Contestant {
    name: String,
    label: String,
    /// Where it runs: "Chromium" or "native".
    place: String,
    note: String,
    /// Steps of a run.
    steps: usize,
    /// Its runs in each round.
    turns: Vec<Vec<Run>>,
}

#[derive(Deserialize)]
struct Run {
    /// Milliseconds of the run.
    ms: f64,
    /// Mean milliseconds of our runs just before and just after.
    ours: f64,
}

impl Contestant {
    /// Whether it is our trainer while it measures. The table gives its cost instead of a row.
    fn is_measured(&self) -> bool {
        self.name == "ours-measured"
    }

    fn is_ours(&self) -> bool {
        self.name.starts_with(OURS)
    }

    /// Seconds for 2,500 steps; each round's median, over the rounds.
    fn seconds(&self) -> Spread {
        self.over_rounds(|run| run.ms * STEPS / self.steps as f64 / 1e3)
    }

    /// The time of a step divided by that of `ours`; each round's median, over the rounds.
    fn ratio(&self, ours: &Self) -> Spread {
        let scale = ours.steps as f64 / self.steps as f64;
        self.over_rounds(|run| scale * run.ms / run.ours)
    }

    fn over_rounds(&self, f: impl Fn(&Run) -> f64) -> Spread {
        Spread::of(self.turns.iter().map(|turn| Spread::of(turn.iter().map(&f)).median))
    }
}

impl Net {
    fn find(&self, name: &str) -> Option<&Contestant> {
        self.contestants.iter().find(|contestant| contestant.name == name)
    }
}

pub fn write(results: &Path, folder: &Path) -> Result<()> {
    let json = fs::read(results).with_context(|| format!("cannot read {}", results.display()))?;
    let results: Results = serde_json::from_slice(&json).context("the driver's results have an unknown format")?;
    let table = table::markdown(&results);
    println!("\n{table}");
    for (name, text) in [("RESULTS.md", table), ("results.svg", picture::svg(&results)?)] {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
