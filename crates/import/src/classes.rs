//! The classes of IDX labels: numbered from 0 without gaps, and named.

use super::MAX_CLASSES;
use super::error::{Defect, ImportError};
use super::note::Note;

/// Renumbers the labels of all files, so that they are 0, 1, 2 and so on. Returns the names of the classes. `files` and `set` are the
/// names of the label files and of the data set.
///
/// # Errors
/// A label above [`MAX_CLASSES`] (EMNIST counts letters from 1), too many classes, or only one.
pub fn renumber(
    files: &[&str],
    labels: &mut [Vec<u8>],
    set: &str,
    notes: &mut Vec<Note>,
) -> Result<Vec<String>, ImportError> {
    for (file, labels) in files.iter().zip(&*labels) {
        if let Some((i, &found)) = labels.iter().enumerate().find(|&(_, &label)| usize::from(label) > MAX_CLASSES) {
            return Err(Defect::Label { byte: 8 + i, found }.of(file));
        }
    }
    let mut is_used = [false; 256];
    labels
        .iter()
        .flatten()
        .for_each(|&label| is_used.get_mut(usize::from(label)).into_iter().for_each(|is| *is = true));
    let used: Vec<u8> = (0..=u8::MAX).zip(is_used).filter(|&(_, is_used)| is_used).map(|(label, _)| label).collect();
    let names: Vec<String> = (0..).zip(&used).map(|(class, &label)| name(set, used.len(), class, label)).collect();
    check(&names)?;
    if let (Some(&first), Some(&last)) = (used.first(), used.last())
        && usize::from(last) + 1 != used.len()
    {
        notes.push(Note::Renumbered { first, last, n: used.len() });
        let class_of: Vec<u8> = (0..=u8::MAX).map(|label| used.partition_point(|&u| u < label) as u8).collect();
        let renumber = |label: &mut u8| *label = class_of.get(usize::from(*label)).copied().unwrap_or_default();
        labels.iter_mut().flatten().for_each(renumber);
    }
    Ok(names)
}

/// Checks the number of classes.
///
/// # Errors
/// More than [`MAX_CLASSES`], or less than 2.
pub fn check(classes: &[String]) -> Result<(), ImportError> {
    match classes {
        [] => Err(ImportError::NothingToTrainOn),
        [class] => Err(ImportError::OneClass { class: class.clone() }),
        [first, .., last] if classes.len() > MAX_CLASSES => {
            Err(ImportError::Classes { found: classes.len(), first: first.clone(), last: last.clone() })
        }
        _ => Ok(()),
    }
}

/// Digits, capitals and small letters: the classes of EMNIST's byclass.
const BY_CLASS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// EMNIST's balanced and bymerge have one class for both cases of letters that look the same (Cohen et al., 2017).
const MERGED: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The name of a class: EMNIST's character, or the label.
fn name(set: &str, n_classes: usize, class: usize, label: u8) -> String {
    let tables = [
        ("emnist-byclass", BY_CLASS),
        ("emnist-balanced", MERGED),
        ("emnist-bymerge", MERGED),
        ("emnist-letters", LETTERS),
    ];
    let table = tables.into_iter().find(|&(name, names)| name == set && names.len() == n_classes);
    table.and_then(|(_, names)| names.chars().nth(class)).map_or_else(|| label.to_string(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(set: &str, labels: &[u8]) -> (Result<String, String>, Vec<u8>, Vec<Note>) {
        let (mut labels, mut notes) = ([labels.to_vec()], Vec::new());
        let names = renumber(&["x"], &mut labels, set, &mut notes);
        let [labels] = labels;
        (names.map(|names| names.concat()).map_err(|error| error.to_string()), labels, notes)
    }

    #[test]
    fn labels_of_letters_start_at_0() {
        let labels: Vec<u8> = (1..=26).rev().collect();
        let note = Note::Renumbered { first: 1, last: 26, n: 26 };
        assert_eq!(classes("emnist-letters", &labels), (Ok(LETTERS.into()), (0..26).rev().collect(), vec![note]));
        assert_eq!(classes("emnist-byclass", &(0..62).collect::<Vec<_>>()).0, Ok(BY_CLASS.into()));
        assert_eq!(classes("emnist-balanced", &(0..47).collect::<Vec<_>>()).0, Ok(MERGED.into()));
        assert_eq!(classes("", &[2, 0, 1]), (Ok("012".into()), vec![2, 0, 1], vec![]));
        let note = Note::Renumbered { first: 3, last: 8, n: 2 };
        assert_eq!(classes("", &[8, 3, 3]), (Ok("38".into()), vec![1, 0, 0], vec![note]));
    }

    #[test]
    fn labels_that_cannot_be_classes_get_a_sentence() {
        let sentence = |labels: &[u8]| classes("", labels).0.unwrap_err();
        assert_eq!(sentence(&[1, 63]), "x: byte 9: found label 63, but labels go from 0 to 62");
        assert_eq!(sentence(&[7, 7]), "all images are of one class, 7, but at least 2 are needed");
        let many: Vec<u8> = (0..=62).collect();
        assert_eq!(sentence(&many), "there are 63 classes, but at most 62 are read; 0 and 62 are two of them");
    }
}
