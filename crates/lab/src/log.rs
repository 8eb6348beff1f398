//! The tutorial's console lines: iteration, loss and train accuracy at every logged step.

use super::Experiment;

/// All lines so far, in the order of the steps; within a step, in the order of the scenarios. Where they do not fit, they break
/// between columns only.
pub fn lines(experiment: &Experiment) -> Vec<String> {
    // The same number of logged steps is the same step in every run.
    let n_logged = experiment.runs().map(|(_, history)| history.logged().count()).max().unwrap_or(0);
    let at = |i| experiment.runs().filter_map(move |(scenario, history)| Some((history.logged().nth(i)?, scenario)));
    let line = |(sample, scenario): (&super::sample::Sample, super::Scenario)| {
        let (label, percent) = (scenario.label(), 100.0 * sample.accuracy);
        let columns = [
            format!("{label:<10}"),
            format!("iteration {:>4}", sample.step),
            format!("loss {:.3}", sample.loss),
            format!("train accuracy {percent:>5.1} %"),
        ];
        columns.map(|column| column.replace(' ', "\u{a0}")).join("  ")
    };
    (0..n_logged).flat_map(at).map(line).collect()
}
