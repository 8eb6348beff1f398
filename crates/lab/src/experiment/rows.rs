//! The rows that stand under a run's name, on the static page and on the live one alike.

use super::History;
use crate::text::{percent, thousands};

/// What stands where nothing is known yet.
const NOT_YET: &str = "–";

/// Terms and values.
pub fn rows(run: &History) -> Vec<(&'static str, String)> {
    let outcome = run.outcome();
    let or_not_yet = |text: Option<String>| text.unwrap_or_else(|| NOT_YET.into());
    let steps = [run.steps, run.settings.recipe().steps].map(|steps| thousands(steps.into()));
    vec![
        ("step", steps.join(" of ")),
        ("steps per second", or_not_yet(run.steps_per_second().map(thousands))),
        ("train accuracy", or_not_yet(outcome.map(|outcome| percent(outcome.train_accuracy.into())))),
        ("test accuracy", or_not_yet(outcome.map(|outcome| percent(outcome.held_out_accuracy.into())))),
        ("fingerprint", or_not_yet(outcome.map(|outcome| format!("{:016x}", outcome.fingerprint)))),
    ]
}
