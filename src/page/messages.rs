//! Turns typed states and errors into sentences. The crates below the page do not choose words for its readers.

use crate::notices::Notices;
use crate::pool::Status;
use chart::link::{Error as LinkError, Fingerprint};
use files::Summary;
use lab::experiment::LinkError as InExperiment;
use lab::experiment::history::End;
use lab::recipe::{CostError, Field, FieldError};
use lab::text::{percent, thousands};
use lab::{Experiment, History, Results};

/// The status of a run.
pub fn status(history: &History, status: Option<Status>) -> String {
    match (&history.end, status) {
        (Some(End::Finished(_)), _) => "done".into(),
        (Some(End::Diverged(diverged)), _) => {
            let step = thousands(diverged.step.into());
            format!("Diverged at step {step}: {}. Try a lower learning rate or smaller initial weights.", diverged.what)
        }
        (Some(End::Failed(error)), _) => format!("Cannot train: {error}."),
        (Some(End::Lost(reason)), _) => {
            format!("Stopped: its trainer could not be kept alive ({reason}). Run it again, or reload the page.")
        }
        (None, Some(Status::Starting) | None) => "starting".into(),
        (None, Some(Status::Ready)) => "ready".into(),
        (None, Some(Status::Running)) => "running".into(),
        (None, Some(Status::Pausing)) => "pausing".into(),
        (None, Some(Status::Paused)) => "paused".into(),
    }
}

/// How far all runs are.
pub fn progress(results: &Results) -> String {
    let steps: u64 = results.runs.iter().map(|run| u64::from(run.steps)).sum();
    let of: u64 = results.runs.iter().map(|run| u64::from(run.settings.recipe().steps)).sum();
    format!("{} of {} steps", thousands(steps as f64), thousands(of as f64))
}

/// The announcement when every run has ended.
pub fn end(results: &Results) -> Option<String> {
    if !results.is_over() {
        return None;
    }
    if results.has_failed() {
        return Some("None of the runs could be finished.".into());
    }
    let of_variant = |(variant, label): (usize, String)| {
        let accuracies = results.of_variant(variant).filter_map(|run| Some(run.outcome()?.held_out_accuracy.into()));
        match chart::spread(accuracies) {
            Some((_, median, _)) => format!("{label} {}", percent(median)),
            None => format!("{label} none"),
        }
    };
    let accuracies: Vec<String> = results.experiment.labels().into_iter().enumerate().map(of_variant).collect();
    let n_seeds = results.experiment.n_seeds();
    let of_seeds = if n_seeds > 1 { format!(", median of {n_seeds} seeds") } else { String::new() };
    let n_diverged = results.runs.iter().filter(|run| run.is_diverged()).count();
    let diverged = match n_diverged {
        0 => String::new(),
        n => format!(" {n} of {} runs diverged.", results.runs.len()),
    };
    Some(format!("Training finished. Test accuracy{of_seeds}: {}.{diverged}", accuracies.join(", ")))
}

/// The invalid settings of a link: the first of them, and how many more there are.
pub fn link_errors(errors: &[LinkError], experiment: &Experiment) -> Notices {
    errors.iter().map(|error| link_error(error, experiment)).into()
}

/// An invalid setting of a link, and what `experiment`, which the link led to, has instead.
fn link_error(error: &LinkError, experiment: &Experiment) -> String {
    let invalid = |name, found, expected| format!("The link has an invalid {name} ({found}): it must be {expected}.");
    match error {
        LinkError::Unknown { .. } | LinkError::Format { .. } | LinkError::Length { .. } => {
            format!("A part of the link is ignored: {error}.")
        }
        LinkError::Value { name, found, expected } => {
            format!("{} It is ignored.", invalid(name, &format!("“{found}”"), expected))
        }
        LinkError::Experiment(InExperiment::Field(FieldError { key, found, expected })) => {
            let used = Field::find(key).and_then(|field| experiment.value(field));
            let used = used.map_or("It is ignored.".into(), |value| format!("Using {value}."));
            format!("{} {used}", invalid(key, found, expected))
        }
        LinkError::Experiment(_) => format!("The link has an invalid setting: {error}. The default is used instead."),
    }
}

/// An experiment is too large for this machine; `shown` is the one that is shown instead.
pub fn too_costly(error: &CostError, shown: &str) -> String {
    format!("The link’s experiment cannot run here: {error}. {shown} is shown instead.")
}

/// Whether the results are those that the author of the link saw.
pub fn comparison(expected: Fingerprint, found: Fingerprint) -> String {
    if expected == found {
        return format!("These are the link’s results, to the last bit (fingerprint {found}).");
    }
    let reason = if expected.version == found.version {
        "the link was changed by hand, or it was made with other data".into()
    } else {
        let [theirs, ours] = [expected, found].map(|fingerprint| fingerprint.version);
        format!("it was made with version {theirs} of the trainer, and this page has version {ours}")
    };
    format!("These are not the link’s results (fingerprint {found} instead of {expected}): {reason}.")
}

/// Instead of a comparison.
pub const NOT_COMPARED: &str = "The link’s results are of other data than yours, so they are not compared.";

/// Before the reason.
pub const NO_FILE: &str = "There is no file";
pub const NOT_HERE: &str = "The digits are not here yet.";
pub const NO_DATA: &str = "These files cannot be used";

pub fn no_file(reason: &str) -> String {
    format!("{NO_FILE}: {reason}.")
}

/// The progress of a job of files.
pub fn again(steps: u64, of: u64) -> String {
    format!("Training again: {} of {} steps", thousands(steps as f64), thousands(of as f64))
}

/// The reader's own data.
pub fn own(summary: &Summary) -> String {
    let [train, held_out] = [summary.n_train, summary.n_held_out].map(|n| thousands(n.into()));
    format!("Your data: {}, {train} + {held_out} images, {} classes", summary.name, summary.n_classes)
}

/// The notes about the reader's own data, a line and a sentence for each.
pub fn notes(summary: &Summary) -> String {
    let sentence = |note: &String| {
        let mut chars = note.chars();
        let first = chars.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(chars).chain(".".chars()).collect::<String>()
    };
    summary.notes.iter().map(sentence).collect::<Vec<_>>().join("\n")
}

/// A refused change of a setting, which keeps its value.
pub fn not_in_range(label: &str, expected: &str, kept: &str) -> String {
    format!("{label} must be {expected}; kept at {kept}.")
}

pub fn cost_error(error: &CostError) -> String {
    format!("Not changed: {error}. Choose less depth, width or batch size.")
}

/// A lost trainer, and how many of its runs had begun.
pub fn replaced(n_begun: usize, reason: &str) -> String {
    let next = match n_begun {
        0 => "Another one starts",
        1 => "A new one starts its run over",
        _ => "A new one starts its runs over",
    };
    format!("A trainer stopped ({}). {next}.", reason.trim_end_matches('.'))
}

/// The duration of an experiment, if it is longer than a moment.
pub fn duration(seconds: f64) -> Option<String> {
    let time = match seconds {
        ..3.0 => return None,
        3.0..100.0 => format!("{seconds:.0} seconds"),
        100.0..6_000.0 => format!("{:.0} minutes", seconds / 60.0),
        _ => format!("{:.1} hours", seconds / 3_600.0),
    };
    Some(format!("This experiment takes about {time} on this machine."))
}
