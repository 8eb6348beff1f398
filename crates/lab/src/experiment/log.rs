//! The tutorial's console lines: iteration, loss and train accuracy at every logged step.

use super::Results;
use super::history::History;
use crate::measure::sample::Sample;

/// All lines so far, in the order of the steps; within a step, in the order of the runs. A narrow window breaks
/// them between columns only.
pub fn lines(results: &Results) -> Vec<String> {
    let labels = results.experiment.labels();
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or_default();
    let line = |run: &History, sample: &Sample| {
        let (label, percent) = (&labels[run.variant], 100.0 * sample.accuracy);
        let columns = [
            format!("{label:<width$}"),
            format!("iteration {:>4}", sample.step),
            format!("loss {:.3}", sample.loss),
            format!("train accuracy {percent:>5.1} %"),
        ];
        columns.map(|column| column.replace(' ', "\u{a0}")).join("  ")
    };
    let mut logs: Vec<_> = results.runs.iter().map(|run| (run, run.logged().peekable())).collect();
    let mut lines = Vec::new();
    while let Some(step) = logs.iter_mut().filter_map(|(_, logged)| Some(logged.peek()?.step)).min() {
        for (run, logged) in &mut logs {
            lines.extend(logged.next_if(|sample| sample.step == step).map(|sample| line(run, sample)));
        }
    }
    lines
}
