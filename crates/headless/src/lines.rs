//! The lines of a run, in the style of the tutorial's console output.

use lab::Experiment;
use lab::experiment::Run;
use lab::measure::sample::Sample;
use lab::recipe::field::FIELDS;
use lab::run::{Diverged, Outcome};

/// The name of a run if it has one, its seed, and every other field that applies.
pub fn heading(experiment: &Experiment, run: &Run) -> String {
    let recipe = run.settings.recipe();
    let name = experiment.variants().get(run.variant).and_then(|variant| variant.name.as_ref());
    let name = name.map_or_else(String::new, |name| format!("{name}, "));
    let others = FIELDS.iter().filter(|field| field.key != "seed");
    let others = others.filter_map(|field| Some(field.describe(field.get(recipe)?))).collect::<Vec<_>>().join(", ");
    format!("{name}seed {}: {others}", recipe.seed)
}

/// The line of a logged step.
pub fn logged(sample: &Sample) -> String {
    let Sample { step, loss, accuracy, .. } = sample;
    format!("Iteration: {step:4}  loss: {loss:.3}  train accuracy: {accuracy:.3}")
}

/// The line of the end of a run.
pub fn end(end: &Result<Outcome, Diverged>) -> String {
    match end {
        Ok(Outcome { train_accuracy, held_out_accuracy, fingerprint, .. }) => format!(
            "Done: train accuracy {train_accuracy:.3}, test accuracy {held_out_accuracy:.3}, fingerprint {fingerprint:016x}"
        ),
        Err(diverged) => diverged.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_decimals() {
        let sample = Sample { step: 200, loss: 2.345_678, accuracy: 0.066_667, ..Sample::default() };
        assert_eq!(logged(&sample), "Iteration:  200  loss: 2.346  train accuracy: 0.067");
        let outcome = Outcome { steps: 1, fingerprint: 0xab, train_accuracy: 0.9, held_out_accuracy: 0.876_54 };
        assert_eq!(end(&Ok(outcome)), "Done: train accuracy 0.900, test accuracy 0.877, fingerprint 00000000000000ab");
    }
}
