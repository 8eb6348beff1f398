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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Experiment, RunId};

    #[test]
    fn lines_are_those_of_logged_steps_by_step_and_then_by_run() {
        let mut results = Results::new(Experiment::tutorial(), RunId(0));
        let sample = |step, loss, accuracy| Sample { step, loss, accuracy, ..Sample::default() };
        results.runs[0].samples = vec![sample(0, 2.5, 0.125), sample(10, 2.25, 0.5), sample(200, 1.25, 1.0)];
        results.runs[2].samples = vec![sample(0, 2.25, 0.5), sample(400, 0.5, 0.75)];
        let lines = lines(&results).join("\n").replace('\u{a0}', " ");
        assert_eq!(
            lines.lines().collect::<Vec<_>>(),
            [
                "sigmoid     iteration    0  loss 2.500  train accuracy  12.5 %",
                "leaky ReLU  iteration    0  loss 2.250  train accuracy  50.0 %",
                "sigmoid     iteration  200  loss 1.250  train accuracy 100.0 %",
                "leaky ReLU  iteration  400  loss 0.500  train accuracy  75.0 %",
            ]
        );
    }
}
