//! A training that nobody watches. Browsers translate WebAssembly in a hurry first, and well only what they have seen run for a
//! while: V8 wants one to two thousand steps, as many as the tutorial's whole run. A trainer that has nothing to do yet, while
//! the page loads and the digits travel, spends its time on these.

use super::protocol::{Command, RunId};
use super::{Recipe, Session};
use crate::data::digits::{CLASSES, PIXELS};
use crate::data::{Digits, Split};
use nn::{Activation, SparseRows};

/// How much is rehearsed.
const STEPS: u32 = 2_000;
const EXAMPLES: usize = 64;

/// A session that trains the tutorial's network on pictures of nothing. None if that were no runnable setting, which it is.
pub fn rehearsal() -> Option<Session> {
    let recipe = Recipe { steps: STEPS, ..Recipe::tutorial(Activation::Sigmoid, 1) };
    let mut session = Session::new(Split { train: pictures_of_nothing(), held_out: pictures_of_nothing() });
    session.handle(Command::Start { run: RunId(0), settings: recipe.check().ok()?, paused: false });
    Some(session)
}

/// As sparse as digits are: a fifth of the pixels is inked.
fn pictures_of_nothing() -> Digits {
    let ink = |pixel: usize| if (pixel / 6 + pixel / 28).is_multiple_of(5) { 255 } else { 0 };
    let codes: Vec<u8> = (0..EXAMPLES * PIXELS).map(ink).collect();
    let palette = std::array::from_fn(|v| v as f32 / 255.0);
    let labels = (0..EXAMPLES).map(|i| (i % CLASSES) as u8).collect();
    Digits { x: SparseRows::new(PIXELS, palette, &codes), labels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Event;

    #[test]
    fn a_rehearsal_goes_through_all_of_a_run_and_ends() {
        let mut session = rehearsal().unwrap();
        let mut events = Vec::new();
        while session.is_running() {
            events.extend(session.step());
        }
        assert!(matches!(events.pop(), Some(Event::Finished { outcome, .. }) if outcome.steps == STEPS));
        assert_eq!(events.len(), STEPS as usize / 10, "samples: {events:?}");
    }

    #[test]
    fn its_pictures_are_as_sparse_as_digits() {
        let pictures = pictures_of_nothing();
        let inked = (0..pictures.len()).map(|row| pictures.x.row(row).count()).sum::<usize>();
        let share = inked as f64 / (EXAMPLES * PIXELS) as f64;
        assert!((0.17..0.23).contains(&share), "{share}");
    }
}
