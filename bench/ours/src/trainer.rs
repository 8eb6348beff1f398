//! What is timed: steps of `lab::Training`, the loop that the page's worker runs.

use crate::Net;
use lab::Training;
use lab::data::Split;
use std::hint::black_box;

/// The network before its first step. This is the only place that constructs a `Training`.
///
/// `Training` always takes a sample every tenth step, so there is one contestant. When it takes a level of detail, "ours" is
/// the lowest level and "ours-measured" the level of the page; add that name to `BROWSER` in driver.mjs.
///
/// # Errors
/// No contestant has this name, or `Training` refuses the net.
pub fn start(net: &Net, contestant: &str, split: &Split) -> Result<Training, String> {
    let training = match contestant {
        "ours" => Training::new(net.settings()?, &split.train),
        _ => return Err(format!("there is no contestant “{contestant}”")),
    };
    training.map_err(|error| error.to_string())
}

/// Trains `steps` steps and drops what they measure.
///
/// # Errors
/// A number that is not finite.
pub fn train(training: &mut Training, split: &Split, steps: usize) -> Result<(), String> {
    for _ in 0..steps {
        black_box(training.step(split).map_err(|diverged| diverged.to_string())?);
    }
    Ok(())
}
