//! The tutorial's console lines: iteration, loss and train accuracy at every logged step.

use super::Experiment;

/// All lines so far, in the order of the steps; within a step, in the order of the scenarios.
pub fn lines(experiment: &Experiment) -> Vec<String> {
    let mut logged: Vec<_> = experiment
        .runs()
        .flat_map(|(scenario, history)| history.logged().map(move |sample| (sample, scenario)))
        .collect();
    logged.sort_by_key(|(sample, _)| sample.step);
    let line = |(sample, scenario): (&super::measure::Sample, super::Scenario)| {
        let (label, percent) = (scenario.label(), 100.0 * sample.accuracy);
        format!("{label:<10}  iteration {:>4}  loss {:.3}  train accuracy {percent:>5.1} %", sample.step, sample.loss)
    };
    logged.into_iter().map(line).collect()
}
