//! An experiment and the results of its runs so far.

use super::history::{End, History};
use super::{Experiment, RunId};
use crate::data::Split;
use crate::measure::Detail;
use crate::run::protocol::Event;
use crate::run::{CannotTrain, Training};
use std::hash::Hasher;

#[derive(Clone, Debug)]
pub struct Results {
    pub experiment: Experiment,
    /// In the order of [`Experiment::runs`].
    pub runs: Vec<History>,
}

impl Results {
    /// Results without measurements. The ids of the runs count up from `first`.
    pub fn new(experiment: Experiment, first: RunId) -> Self {
        let ids = (first.0..).map(RunId);
        let history = |(id, run): (RunId, super::Run)| History::new(id, run.variant, run.settings);
        let runs = ids.zip(experiment.runs()).map(history).collect();
        Self { experiment, runs }
    }

    /// Trains all runs to their end, one after the other.
    ///
    /// # Errors
    /// As [`Training::new`].
    pub fn record(experiment: Experiment, split: &Split) -> Result<Self, CannotTrain> {
        let mut results = Self::new(experiment, RunId::default());
        for history in &mut results.runs {
            let run = history.id;
            let mut training = Training::new(history.settings, Detail::Everything, split)?;
            let end = training.run_to_end(split, |measured| _ = history.apply(Event::Sampled { run, measured }));
            history.apply(match end {
                Ok(outcome) => Event::Finished { run, outcome },
                Err(diverged) => Event::Diverged { run, diverged },
            });
        }
        Ok(results)
    }

    /// Applies an event to its run. Returns false if there is no such run.
    pub fn apply(&mut self, event: Event) -> bool {
        let run = self.runs.iter_mut().find(|history| Some(history.id) == event.run());
        run.is_some_and(|history| history.apply(event))
    }

    pub fn run(&self, id: RunId) -> Option<&History> {
        self.runs.iter().find(|history| history.id == id)
    }

    /// The first run of each variant.
    pub fn first_runs(&self) -> impl Iterator<Item = &History> {
        (0..self.experiment.variants().len()).filter_map(|variant| self.of_variant(variant).next())
    }

    /// The runs of a variant, one for each seed.
    pub fn of_variant(&self, variant: usize) -> impl Iterator<Item = &History> {
        self.runs.iter().filter(move |history| history.variant == variant)
    }

    /// The variant with this key.
    pub fn variant_with_key(&self, key: &str) -> Option<usize> {
        (0..self.experiment.variants().len()).find(|&variant| self.experiment.key(variant) == key)
    }

    /// One number for the final weights of all runs: the fingerprint of the only run, or else FNV-1a over the little-endian fingerprints
    /// in the order of the runs. None until every run has finished.
    pub fn fingerprint(&self) -> Option<u64> {
        let all: Option<Vec<u64>> = self.runs.iter().map(|run| Some(run.outcome()?.fingerprint)).collect();
        let all = all?;
        if let [only] = all[..] {
            return Some(only);
        }
        let mut hasher = fnv::FnvHasher::default();
        all.into_iter().for_each(|fingerprint| hasher.write(&fingerprint.to_le_bytes()));
        Some(hasher.finish())
    }

    /// The number of layers of the deepest network.
    pub fn depth(&self) -> usize {
        self.runs.iter().map(|history| history.settings.recipe().depth).max().unwrap_or(1)
    }

    /// The number of steps of the longest run.
    pub fn steps(&self) -> u32 {
        self.runs.iter().map(|history| history.settings.recipe().steps).max().unwrap_or(1)
    }

    /// Whether nothing has been measured yet.
    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|history| history.samples.is_empty())
    }

    /// Whether every run has ended, successfully or not.
    pub fn is_over(&self) -> bool {
        self.runs.iter().all(|history| history.end.is_some())
    }

    /// Whether every run has ended without training at all: it could not start, or its trainer was lost.
    pub fn has_failed(&self) -> bool {
        self.runs.iter().all(|history| matches!(history.end, Some(End::Failed(_) | End::Lost(_))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;
    use crate::measure::sample::Sample;
    use crate::run::Outcome;

    #[test]
    fn an_experiment_is_over_when_each_run_has_ended_in_its_way() {
        let ends = |ends: [Option<End>; 3]| {
            let mut results = Results::new(Experiment::tutorial(), RunId(5));
            results.runs.iter_mut().zip(ends).for_each(|(run, end)| run.end = end);
            (results.is_over(), results.has_failed())
        };
        let lost = || Some(End::Lost("killed".into()));
        let outcome = Outcome { steps: 1, fingerprint: 0, train_accuracy: 0.5, held_out_accuracy: 0.5 };
        let finished = || Some(End::Finished(outcome));
        assert_eq!(ends([finished(), None, finished()]), (false, false));
        assert_eq!(ends([finished(), lost(), finished()]), (true, false));
        assert_eq!(ends([lost(), lost(), lost()]), (true, true));
    }

    #[test]
    fn results_have_a_fingerprint_once_every_run_has_finished() {
        let fingerprint = |fingerprints: &[u64]| {
            let mut results = Results::new(Experiment::tutorial(), RunId(0));
            for (run, &fingerprint) in results.runs.iter_mut().zip(fingerprints) {
                let outcome = Outcome { steps: 1, fingerprint, train_accuracy: 0.5, held_out_accuracy: 0.5 };
                run.end = Some(End::Finished(outcome));
            }
            results.fingerprint()
        };
        assert_eq!(fingerprint(&[1, 2]), None);
        // FNV-1a of 24 bytes, computed with another program.
        assert_eq!(fingerprint(&[1, 2, 3]), Some(0xda2b_fb22_5e0d_1f05));
        assert_ne!(fingerprint(&[1, 3, 2]), fingerprint(&[1, 2, 3]));
        let mut one = Results::new(Experiment::tutorial(), RunId(0));
        one.runs.truncate(1);
        let outcome = Outcome { steps: 1, fingerprint: 7, train_accuracy: 0.5, held_out_accuracy: 0.5 };
        one.runs[0].end = Some(End::Finished(outcome));
        assert_eq!(one.fingerprint(), Some(7));
    }

    #[test]
    fn events_reach_the_run_that_they_are_about() {
        let mut results = Results::new(Experiment::tutorial(), RunId(5));
        assert!(results.apply(Event::Paused { run: RunId(6), steps: 3 }));
        assert!(!results.apply(Event::Paused { run: RunId(8), steps: 3 }));
        assert_eq!(results.runs.iter().map(|run| (run.id.0, run.steps)).collect::<Vec<_>>(), [(5, 0), (6, 3), (7, 0)]);
        assert_eq!((results.variant_with_key("leaky-relu"), results.variant_with_key("tanh")), (Some(2), None));
    }

    #[test]
    fn results_know_their_runs_their_deepest_network_and_whether_anything_is_measured() {
        let deep = Experiment::tutorial().with_variant(1, Field::find("depth").unwrap(), "12").unwrap();
        let mut results = Results::new(deep, RunId(5));
        assert_eq!((results.depth(), results.is_empty()), (12, true));
        assert_eq!([5, 6, 8].map(|id| results.run(RunId(id)).map(|run| run.variant)), [Some(0), Some(1), None]);
        results.runs[1].samples.push(Sample::default());
        assert!(!results.is_empty());
    }
}
