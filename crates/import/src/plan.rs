//! Which examples are used, and which of them are held out. Nothing is drawn at random: a share of a class is taken at equal
//! distances in the order of its examples.

use super::MAX_CLASSES;
use super::budget::Budget;
use super::error::{Defect, ImportError};
use super::note::Note;
use super::set::Set;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Train,
    HeldOut,
}

impl Part {
    /// The set of this part out of the training and the held-out set.
    pub fn of(self, [train, held_out]: &mut [Set; 2]) -> &mut Set {
        match self {
            Self::Train => train,
            Self::HeldOut => held_out,
        }
    }
}

pub struct Plan {
    /// The part of each example of each source, None if it is left out.
    pub parts: Vec<Vec<Option<Part>>>,
}

impl Plan {
    /// Plans for the labels of a training source and, if there is one, of a held-out source. At most `max_images` are used, but one
    /// of each class in any case.
    ///
    /// # Errors
    /// Nothing would be left to train on or to hold out.
    pub fn new(
        sources: &[Vec<u8>],
        n_classes: usize,
        max_images: usize,
        notes: &mut Vec<Note>,
    ) -> Result<Self, ImportError> {
        let n_all: usize = sources.iter().map(Vec::len).sum();
        // A class whose share is less than one example still gets one.
        let share = (n_all > max_images).then(|| (max_images.saturating_sub(sources.len() * MAX_CLASSES), n_all));
        let parts = [Part::Train, Part::HeldOut];
        let part = |(labels, part): (&Vec<u8>, Part)| {
            thin(labels, n_classes, share).map(|is_used| is_used.then_some(part)).collect()
        };
        let mut parts: Vec<Vec<Option<Part>>> = sources.iter().zip(parts).map(part).collect();
        let n_used = parts.iter().flatten().flatten().count();
        if n_used < n_all {
            notes.push(Note::Thinned { n: n_used, of: n_all });
        }
        if let ([labels], [parts]) = (sources, &mut parts[..]) {
            hold_out(labels, parts, n_classes);
        }
        let plan = Self { parts };
        match plan.n() {
            [0, _] => return Err(ImportError::NothingToTrainOn),
            [_, 0] => return Err(ImportError::NothingToHoldOut),
            [_, n] if sources.len() == 1 => notes.push(Note::HeldOut { n, of: n_used }),
            _ => {}
        }
        Ok(plan)
    }

    /// Empty sets for what is planned.
    ///
    /// # Errors
    /// They do not fit into the memory.
    pub fn sets(&self, budget: &mut Budget) -> Result<[Set; 2], Defect> {
        let [n_train, n_held_out] = self.n();
        Ok([Set::new(n_train, budget)?, Set::new(n_held_out, budget)?])
    }

    /// Training and held-out examples.
    fn n(&self) -> [usize; 2] {
        let n = |part| self.parts.iter().flatten().filter(|&&of| of == Some(part)).count();
        [n(Part::Train), n(Part::HeldOut)]
    }
}

/// Whether each example is used, if `share` of `of` are, or all.
fn thin(labels: &[u8], n_classes: usize, share: Option<(usize, usize)>) -> impl Iterator<Item = bool> {
    let counts = counts(labels.iter().copied(), n_classes);
    let n_used = counts.iter().map(|&n| share.map_or(n, |(share, of)| scaled(n, share, of).max(1).min(n))).collect();
    spread(labels.to_vec(), counts, n_used)
}

/// Holds a tenth of the used examples of each class out, but at least one of two.
fn hold_out(labels: &[u8], parts: &mut [Option<Part>], n_classes: usize) {
    let used = || labels.iter().zip(&*parts).filter(|(_, part)| part.is_some()).map(|(&label, _)| label);
    let counts = counts(used(), n_classes);
    let n_held_out = counts.iter().map(|&n| if n > 1 { (n / 10).max(1) } else { 0 }).collect();
    let is_held_out: Vec<bool> = spread(used().collect(), counts, n_held_out).collect();
    for (part, is_held_out) in parts.iter_mut().flatten().zip(is_held_out) {
        *part = if is_held_out { Part::HeldOut } else { Part::Train };
    }
}

/// The examples of each class.
fn counts(labels: impl Iterator<Item = u8>, n_classes: usize) -> Vec<usize> {
    let mut counts = vec![0; n_classes];
    labels.for_each(|label| counts.get_mut(usize::from(label)).into_iter().for_each(|n| *n += 1));
    counts
}

/// Chooses `n_chosen` of the `counts` examples of each class at equal distances, the last one included.
fn spread(labels: Vec<u8>, counts: Vec<usize>, n_chosen: Vec<usize>) -> impl Iterator<Item = bool> {
    let mut seen = vec![0; counts.len()];
    labels.into_iter().map(move |label| {
        let class = usize::from(label);
        let (Some(seen), Some(&n), Some(&chosen)) = (seen.get_mut(class), counts.get(class), n_chosen.get(class))
        else {
            return false;
        };
        *seen += 1;
        scaled(*seen, chosen, n) > scaled(*seen - 1, chosen, n)
    })
}

/// ⌊i · share / of⌋, in 64 bits, since wasm's `usize` has 32.
fn scaled(i: usize, share: usize, of: usize) -> usize {
    (i as u64 * share as u64 / of.max(1) as u64) as usize
}

/// An order in which the classes alternate as their sizes allow, for examples that were sorted by class: the j-th of n examples of a
/// class stands at (j + ½) / n.
pub fn interleaved(labels: &[u8], n_classes: usize) -> Vec<usize> {
    let counts = counts(labels.iter().copied(), n_classes);
    let mut seen = vec![0u64; n_classes];
    let place = |(i, &label): (usize, &u8)| {
        let class = usize::from(label);
        let n = counts.get(class).copied().unwrap_or_default() as u64;
        let j = seen.get_mut(class).map_or(0, |seen| std::mem::replace(seen, *seen + 1));
        (2 * j + 1, n, label, i)
    };
    let mut places: Vec<(u64, u64, u8, usize)> = labels.iter().enumerate().map(place).collect();
    places.sort_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)).then(a.2.cmp(&b.2)));
    places.into_iter().map(|(.., i)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(sources: &[Vec<u8>], max_images: usize) -> (Plan, Vec<Note>) {
        let mut notes = Vec::new();
        (Plan::new(sources, 3, max_images, &mut notes).unwrap(), notes)
    }

    #[test]
    fn a_tenth_of_each_class_is_held_out_at_equal_distances() {
        let labels: Vec<u8> = [vec![0; 40], vec![1; 9], vec![2; 1]].concat();
        let (plan, notes) = plan(&[labels], 100);
        let held_out: Vec<usize> = (0..50).filter(|&i| plan.parts[0][i] == Some(Part::HeldOut)).collect();
        assert_eq!(held_out, [9, 19, 29, 39, 48]);
        assert_eq!(notes, [Note::HeldOut { n: 5, of: 50 }]);
    }

    #[test]
    fn too_many_images_are_thinned_by_the_same_share_of_each_class() {
        let labels: Vec<u8> = (0..60_000).map(|i| u8::from(i % 3 == 0)).chain([2]).collect();
        let (plan, notes) = plan(&[labels.clone(), labels[..6_000].to_vec()], 1_124);
        let used = |source: usize, class: u8| {
            let parts = plan.parts[source].iter().zip(&labels);
            parts.filter(|&(part, &label)| part.is_some() && label == class).count()
        };
        // 1,000 of 66,001 are 606 and 303 of 40,000 and 20,000, and 60 and 30 of 4,000 and 2,000.
        assert_eq!([used(0, 0), used(0, 1), used(0, 2), used(1, 0), used(1, 1)], [606, 303, 1, 60, 30]);
        assert_eq!(notes, [Note::Thinned { n: 1_000, of: 66_001 }]);
    }

    #[test]
    fn single_images_cannot_be_held_out() {
        let error = Plan::new(&[vec![0, 1, 2]], 3, 10, &mut Vec::new()).err();
        assert_eq!(error, Some(ImportError::NothingToHoldOut));
    }

    #[test]
    fn classes_alternate_as_their_sizes_allow() {
        assert_eq!(interleaved(&[0, 0, 0, 0, 1, 1], 2), [0, 4, 1, 2, 5, 3]);
    }
}
