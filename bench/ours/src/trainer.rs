//! What is timed: steps of `lab::Training`, the loop that the page's worker runs.

use crate::Net;
use lab::data::Split;
use lab::{Detail, Training};
use std::hint::black_box;

/// How much each of our contestants measures: nothing, or all that the page measures.
pub const DETAILS: [(&str, Detail); 2] = [("ours", Detail::Outcome), ("ours-measured", Detail::Everything)];

/// The network before its first step.
///
/// # Errors
/// A value outside its range, or `Training` refuses the net.
pub fn start(net: &Net, detail: Detail, split: &Split) -> Result<Training, String> {
    Training::new(net.settings()?, detail, split).map_err(|error| error.to_string())
}

/// Trains until `steps` steps are done, and drops what is measured.
///
/// # Errors
/// A number that is not finite.
pub fn train(training: &mut Training, split: &Split, steps: usize) -> Result<(), String> {
    while (training.steps_done() as usize) < steps {
        black_box(training.advance(split).map_err(|diverged| diverged.to_string())?);
    }
    Ok(())
}
