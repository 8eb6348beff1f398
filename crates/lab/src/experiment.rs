//! The tutorial's whole experiment as a watcher sees it: three histories under one plan.

use super::Scenario;
use super::history::{History, Status};
use super::plan::Plan;
use super::protocol::{Event, RunId};
use super::training::{CannotTrain, Training};
use crate::data::Split;

#[derive(Clone, Debug)]
pub struct Experiment {
    pub plan: Plan,
    runs: [History; 3],
}

impl Experiment {
    /// An experiment with nothing measured yet; `run` names all three of its runs.
    pub fn new(plan: Plan, run: RunId) -> Self {
        Self { plan, runs: Scenario::ALL.map(|scenario| History::new(run, plan.settings(scenario))) }
    }

    /// Runs a plan to its end here and now: what the page records of the default plan.
    ///
    /// # Errors
    /// What [`Training::new`] refuses.
    pub fn record(plan: Plan, split: &Split) -> Result<Self, CannotTrain> {
        let mut experiment = Self::new(plan, RunId::default());
        for history in &mut experiment.runs {
            record(history, split)?;
        }
        Ok(experiment)
    }

    pub fn run(&self, scenario: Scenario) -> &History {
        &self.runs[scenario.index()]
    }

    pub fn run_mut(&mut self, scenario: Scenario) -> &mut History {
        &mut self.runs[scenario.index()]
    }

    pub fn runs(&self) -> impl Iterator<Item = (Scenario, &History)> {
        Scenario::ALL.into_iter().zip(&self.runs)
    }

    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|history| history.samples.is_empty())
    }

    /// Whether no run will change by itself.
    pub fn is_settled(&self) -> bool {
        self.runs.iter().all(|history| !matches!(history.status, Status::Starting | Status::Running))
    }

    /// Whether every run has come to its end, good or bad.
    pub fn is_over(&self) -> bool {
        let over = |history: &History| matches!(history.status, Status::Done | Status::Diverged(_) | Status::Failed(_));
        self.runs.iter().all(over)
    }

    /// What to say of it when it is over.
    pub fn end(&self) -> Option<&'static str> {
        let is_failed = |history: &History| matches!(history.status, Status::Failed(_));
        let all_failed = self.runs.iter().all(is_failed);
        self.is_over().then_some(if all_failed { "None of the runs could be finished." } else { "The run is over." })
    }
}

fn record(history: &mut History, split: &Split) -> Result<(), CannotTrain> {
    let run = history.run;
    let mut training = Training::new(history.settings, &split.train)?;
    while !training.is_done() {
        match training.step(split) {
            Ok(None) => {}
            Ok(Some(measured)) => _ = history.apply(Event::Sampled { run, measured }),
            Err(diverged) => {
                let sentence = diverged.to_string();
                history.apply(Event::Diverged { run, step: diverged.step, sentence });
                return Ok(());
            }
        }
    }
    history.apply(Event::Finished { run, outcome: training.outcome(split) });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_over_where_one_of_three_came_to_its_end() {
        let end = |statuses: [Status; 3]| {
            let mut experiment = Experiment::new(Plan::default(), Default::default());
            Scenario::ALL.into_iter().zip(statuses).for_each(|(s, status)| experiment.run_mut(s).status = status);
            experiment.end()
        };
        let failed = || Status::Failed("lost".into());
        assert_eq!(end([Status::Done, Status::Running, Status::Done]), None);
        assert_eq!(end([failed(), failed(), Status::Ready]), None);
        assert_eq!(end([Status::Done, Status::Diverged("NaN".into()), failed()]), Some("The run is over."));
        assert_eq!(end([failed(), failed(), failed()]), Some("None of the runs could be finished."));
    }
}
