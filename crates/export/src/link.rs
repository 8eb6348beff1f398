//! Links to experiments and to single runs: the part of a link after the page's address.

use lab::recipe::field::FIELDS;
use lab::{Experiment, Settings};

/// The link to an experiment; None if no link holds it, because it is a sweep of more than six networks.
pub fn of_experiment(experiment: &Experiment) -> Option<String> {
    let query = experiment.to_query();
    let (read, errors) = Experiment::from_query(&query);
    (errors.is_empty() && read == *experiment).then(|| format!("?{query}"))
}

/// The link to one run alone.
pub fn of_run(settings: &Settings) -> String {
    let pair = |field: &lab::Field| {
        let value = field.get(settings.recipe())?;
        // The variants of an experiment without a `run` are the tutorial's.
        let name = if field.key == "activation" { "run" } else { field.key };
        Some(format!("{name}={value}"))
    };
    let pairs: Vec<String> = FIELDS.iter().filter_map(pair).collect();
    let (experiment, _) = Experiment::from_query(&pairs.join("&"));
    format!("?{}", experiment.to_query())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_the_run() {
        for query in [
            "",
            "seed=4294967295&run=leaky,slope:0.2,norm:batch&run=gelu,optimizer:adamw,rate:1e-7,clip:0.5",
            "init=normal&std=0.02&dropout=0.35&run=tanh,residual:yes,loss:half-squared,optimizer:rmsprop,momentum:0.8",
        ] {
            for run in Experiment::from_query(query).0.runs() {
                let (experiment, errors) = Experiment::from_query(&of_run(&run.settings));
                assert!(errors.is_empty(), "{errors:?}");
                let settings: Vec<_> = experiment.runs().into_iter().map(|run| run.settings).collect();
                assert_eq!(settings, [run.settings]);
            }
        }
    }

    #[test]
    fn a_sweep_of_many_networks_has_no_link() {
        let tutorial = Experiment::tutorial();
        assert_eq!(of_experiment(&tutorial).as_deref(), Some("?seed=1"));
        let sweep = tutorial.crossed(lab::Field::find("depth").unwrap(), ["3", "6", "9"]).unwrap();
        assert_eq!(of_experiment(&sweep), None);
    }
}
