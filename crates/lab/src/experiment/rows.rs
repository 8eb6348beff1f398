//! The rows of a run's card, for the press and the page.

use super::History;
use crate::text::{percent, thousands};

/// Stands for a value that is not known yet. A recorded run never has a speed.
const UNKNOWN: &str = "–";

/// The terms of the card with their values.
pub fn rows(history: &History) -> Vec<(&'static str, String)> {
    let of = thousands(history.settings.recipe().steps.into());
    let outcome = history.outcome();
    let known = |value: Option<String>| value.unwrap_or_else(|| UNKNOWN.into());
    vec![
        ("step", format!("{} of {of}", thousands(history.steps.into()))),
        ("steps per second", known(history.steps_per_second().map(thousands))),
        ("train accuracy", known(outcome.map(|outcome| percent(outcome.train_accuracy.into())))),
        ("test accuracy", known(outcome.map(|outcome| percent(outcome.held_out_accuracy.into())))),
        ("fingerprint", known(outcome.map(|outcome| format!("{:016x}", outcome.fingerprint)))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::history::End;
    use crate::experiment::{Experiment, Results, RunId};
    use crate::run::Outcome;

    #[test]
    fn a_row_is_unknown_until_it_is_measured() {
        let mut history = Results::new(Experiment::tutorial(), RunId(0)).runs.remove(0);
        let values = |history: &History| rows(history).into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!(values(&history), ["0 of 2,500", "–", "–", "–", "–"]);
        (history.steps, history.computed_ms) = (1_250, 500.0);
        assert_eq!(values(&history)[..2], ["1,250 of 2,500", "2,500"]);
        let outcome = Outcome { steps: 2_500, fingerprint: 0xab, train_accuracy: 0.5, held_out_accuracy: 0.25 };
        history.end = Some(End::Finished(outcome));
        assert_eq!(values(&history)[2..], ["50.0\u{a0}%", "25.0\u{a0}%", "00000000000000ab"]);
    }
}
