//! Splits the digits into a training set and a held-out set.
//!
//! A seeded shuffle selects a tenth of each class for the held-out set; then both sets are shuffled. There is one generator
//! with a fixed seed and a fixed order of draws, so the split depends on the digits only.

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::digits::Image;

/// The year of LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition".
pub const SEED: u64 = 1998;
const HELD_OUT_FRACTION: usize = 10;

pub struct Digit {
    pub label: u8,
    pub image: Image,
}

pub struct Split {
    pub train: Vec<Digit>,
    pub held_out: Vec<Digit>,
}

/// `classes[label]` holds the images of that label.
pub fn split(classes: Vec<Vec<Image>>) -> Split {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let sizes: Vec<usize> = classes.iter().map(Vec::len).collect();
    let (mut train, mut held_out) = (Vec::new(), Vec::new());
    for ((label, images), n_held_out) in (0_u8..).zip(classes).zip(tenths(&sizes)) {
        let mut digits: Vec<Digit> = images.into_iter().map(|image| Digit { label, image }).collect();
        shuffle(&mut digits, &mut rng);
        held_out.extend(digits.drain(..n_held_out));
        train.extend(digits);
    }
    shuffle(&mut train, &mut rng);
    shuffle(&mut held_out, &mut rng);
    Split { train, held_out }
}

/// The number of held-out digits of each class: a tenth, rounded by largest remainder, so that the total is a tenth as well.
/// For equal remainders, the smaller label comes first.
fn tenths(sizes: &[usize]) -> Vec<usize> {
    let mut tenths: Vec<usize> = sizes.iter().map(|n| n / HELD_OUT_FRACTION).collect();
    let missing = sizes.iter().sum::<usize>() / HELD_OUT_FRACTION - tenths.iter().sum::<usize>();
    let mut by_remainder: Vec<usize> = (0..sizes.len()).collect();
    by_remainder.sort_by_key(|&label| std::cmp::Reverse(sizes[label] % HELD_OUT_FRACTION));
    for &label in by_remainder.iter().take(missing) {
        tenths[label] += 1;
    }
    tenths
}

/// Fisher and Yates' shuffle, from the last item down.
fn shuffle<T>(items: &mut [T], rng: &mut Xoshiro256PlusPlus) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(last + 1, rng));
    }
}

/// A random number from `0..n`: the high half of n times 64 random bits. Its bias is below n/2⁶⁴.
fn below(n: usize, rng: &mut Xoshiro256PlusPlus) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Images that are all different: class and index.
    fn classes(sizes: &[usize]) -> Vec<Vec<Image>> {
        let image = |label: usize, i: usize| [label.to_le_bytes(), i.to_le_bytes()].concat();
        sizes.iter().enumerate().map(|(label, &n)| (0..n).map(|i| image(label, i)).collect()).collect()
    }

    fn images(digits: &[Digit]) -> Vec<&Image> {
        digits.iter().map(|digit| &digit.image).collect()
    }

    #[test]
    fn tenths_are_proportional_and_sum_to_a_tenth() {
        // 10.1 + 11.4 + 9.6 + 9.9 + 1.0 = 42.0: two are missing after rounding down, .9 and .6 get them.
        assert_eq!(tenths(&[101, 114, 96, 99, 10]), [10, 11, 10, 10, 1]);
        // 0.5 + 0.5: the smaller label first.
        assert_eq!(tenths(&[5, 5]), [1, 0]);
    }

    #[test]
    fn each_class_is_held_out_in_proportion() {
        let split = split(classes(&[200, 50, 150]));
        let held_out = |label| split.held_out.iter().filter(|digit| digit.label == label).count();
        assert_eq!([held_out(0), held_out(1), held_out(2)], [20, 5, 15]);
    }

    #[test]
    fn no_digit_is_lost_repeated_or_relabeled() {
        let sizes = [70, 30, 45];
        let split = split(classes(&sizes));
        let all = || split.train.iter().chain(&split.held_out);
        assert!(all().all(|digit| digit.image[0] == digit.label));
        let mut seen: Vec<&Image> = all().map(|digit| &digit.image).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), sizes.iter().sum::<usize>());
    }

    #[test]
    fn the_split_is_shuffled_and_reproducible() {
        let (first, second) = (split(classes(&[60, 60])), split(classes(&[60, 60])));
        assert_eq!(images(&first.train), images(&second.train));
        assert_eq!(images(&first.held_out), images(&second.held_out));
        assert!(!first.train.is_sorted_by_key(|digit| digit.label));
    }
}
