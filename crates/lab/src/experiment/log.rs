//! The tutorial's console lines: iteration, loss and train accuracy at every logged step.

use super::Results;
use super::history::History;
use crate::measure::sample::Sample;

/// All lines so far, in the order of the steps; within a step, in the order of the runs. A narrow window breaks
/// them between columns only.
pub fn lines(results: &Results) -> Vec<String> {
    let labels = results.experiment.labels();
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or_default();
    let mut logs: Vec<(&History, &Sample)> =
        results.runs.iter().flat_map(|run| run.logged().map(move |sample| (run, sample))).collect();
    logs.sort_by_key(|(_, sample)| sample.step);
    let line = |(run, sample): (&History, &Sample)| {
        let (label, percent) = (&labels[run.variant], 100.0 * sample.accuracy);
        let columns = [
            format!("{label:<width$}"),
            format!("iteration {:>4}", sample.step),
            format!("loss {:.3}", sample.loss),
            format!("train accuracy {percent:>5.1} %"),
        ];
        columns.map(|column| column.replace(' ', "\u{a0}")).join("  ")
    };
    logs.into_iter().map(line).collect()
}
