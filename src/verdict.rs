//! Compares a reader's guess with what is true.

use lab::text::{significant, thousands};

/// A guess is called close up to this factor.
const CLOSE: f64 = 1.1;

/// What the page says to a guess, for example “You said 30. Measured: 1,100. Off by a factor of 37.” `is_measured` tells a measurement
/// from an exact number. Both numbers are above 0.
pub fn verdict(guess: f64, truth: f64, is_measured: bool) -> String {
    let factor = (guess / truth).max(truth / guess);
    let judgement = if factor <= CLOSE {
        "Very close.".to_owned()
    } else if factor <= 2.0 {
        "Within a factor of 2.".to_owned()
    } else {
        format!("Off by a factor of {}.", significant(factor, 2))
    };
    let what = if is_measured { "Measured" } else { "Exactly" };
    // A measurement has as many figures as in the text.
    let truth = if is_measured { significant(truth, 2) } else { number(truth) };
    format!("You said {}. {what}: {truth}. {judgement}", number(guess))
}

/// A number as it was written, if it is whole.
fn number(value: f64) -> String {
    if value.fract() == 0.0 { thousands(value) } else { significant(value, 3) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_judged_by_its_factor() {
        for (guess, truth, expected) in [
            (30.0, 1_067.0, "You said 30. Measured: 1,100. Off by a factor of 36."),
            (1_000.0, 1_067.0, "You said 1,000. Measured: 1,100. Very close."),
            (11.0, 10.0, "You said 11. Measured: 10. Very close."),
            (20.0, 10.0, "You said 20. Measured: 10. Within a factor of 2."),
            (600.0, 1_067.0, "You said 600. Measured: 1,100. Within a factor of 2."),
            (2_000.0, 1_067.0, "You said 2,000. Measured: 1,100. Within a factor of 2."),
            (2.5, 5.1366, "You said 2.50. Measured: 5.1. Off by a factor of 2.1."),
            (1.0, 5.1366, "You said 1. Measured: 5.1. Off by a factor of 5.1."),
            (1e5, 5.0, "You said 100,000. Measured: 5.0. Off by a factor of 20,000."),
        ] {
            assert_eq!(verdict(guess, truth, true), expected);
        }
        assert_eq!(verdict(1_024.0, 1_024.0, false), "You said 1,024. Exactly: 1,024. Very close.");
    }
}
