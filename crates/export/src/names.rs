//! The labels and the folders of an experiment's runs.

use lab::Experiment;
use lab::experiment::Run;
use std::collections::BTreeSet;

/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];
/// The folder's name with a seed and the names of files must fit into the 260 characters of a path on Windows.
const MAX_LEN: usize = 80;

/// Labels and folders of variants.
#[derive(Clone, Debug)]
pub struct Names {
    labels: Vec<String>,
    folders: Vec<String>,
    has_seeds: bool,
}

impl Names {
    pub fn of(experiment: &Experiment) -> Self {
        let mut taken = BTreeSet::new();
        let keys = (0..experiment.variants().len()).map(|variant| experiment.key(variant));
        let folders = keys.enumerate().map(|(i, key)| unique(&safe(&key, i), &mut taken)).collect();
        Self { labels: experiment.labels(), folders, has_seeds: experiment.n_seeds() > 1 }
    }

    /// The label of the run's variant.
    pub fn label(&self, run: &Run) -> &str {
        self.labels.get(run.variant).map_or("", String::as_str)
    }

    /// The run's folder: the key of its variant and, if there are several, its seed. Lower case ASCII letters, digits, `.` and `-`,
    /// unique in the experiment, and allowed on every operating system.
    pub fn folder(&self, run: &Run) -> String {
        let folder = self.folders.get(run.variant).map_or("run", String::as_str);
        if self.has_seeds { format!("{folder}-seed-{}", run.settings.recipe().seed) } else { folder.to_owned() }
    }
}

/// A name that every file system accepts; that of variant `i`, counted from 0.
fn safe(key: &str, i: usize) -> String {
    let ascii: String = key.chars().filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c)).collect();
    let short: String = ascii.trim_start_matches(['.', '-']).chars().take(MAX_LEN).collect();
    let name = short.trim_end_matches(['.', '-']);
    let stem = name.split('.').next().unwrap_or_default();
    if name.is_empty() || DEVICES.contains(&stem) { format!("run-{}", i + 1) } else { name.to_owned() }
}

/// The name, with a number if it is taken.
fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    let found = std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name));
    let found = found.unwrap_or_default();
    taken.insert(found.clone());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(query: &str) -> Vec<String> {
        let experiment = Experiment::from_query(query).0;
        let names = Names::of(&experiment);
        experiment.runs().iter().map(|run| names.folder(run)).collect()
    }

    #[test]
    fn folders_are_the_keys_of_the_variants_with_the_seed_if_there_are_several() {
        assert_eq!(folders(""), ["sigmoid", "relu", "leaky-relu"]);
        assert_eq!(
            folders("run=leaky,slope:0.2&seed=7&seeds=2"),
            ["leaky-relu-slope-0.2-seed-7", "leaky-relu-slope-0.2-seed-8"]
        );
    }

    #[test]
    fn hostile_labels_become_safe_and_different_folders() {
        let query = "run=relu,label:NUL.txt&run=relu,label:../../etc&run=relu,label:a/b\\c:d&run=relu,label:a b c d\
                     &run=relu,label:β₁&run=relu,label:…";
        assert_eq!(folders(query), ["run-1", "etc", "a-b-c-d", "a-b-c-d-2", "run-5", "run-6"]);
        let long = folders(&format!("run=relu,label:{0}&run=relu,label:{0}!", "x".repeat(500)));
        assert_eq!((long[0].len(), long[1].len()), (80, 82));
    }
}
