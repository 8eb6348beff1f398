//! The order of the examples: shuffled at the start of each epoch, then cut into batches of equal size. Examples that do not fill
//! the last batch are left out of that epoch.

use nn::rng::Rng;

pub struct Batches {
    rng: Rng,
    /// A permutation of the indices of all examples, `[examples]`.
    order: Vec<u32>,
    /// Examples in a batch.
    size: usize,
    /// Where the next batch begins in `order`.
    next: usize,
}

impl Batches {
    /// Batches of `size` examples out of `examples`; None unless 1 ≤ size ≤ examples.
    pub fn new(examples: usize, size: usize, seed: u32) -> Option<Self> {
        let order: Vec<u32> = (0..u32::try_from(examples).ok()?).collect();
        let next = examples;
        (1..=examples).contains(&size).then(|| Self { rng: Rng::batches(seed), order, size, next })
    }

    /// The indices of the examples of the next batch, `[size]`.
    pub fn next_batch(&mut self) -> &[u32] {
        if self.next + self.size > self.order.len() {
            self.rng.shuffle(&mut self.order);
            self.next = 0;
        }
        let start = self.next;
        self.next += self.size;
        &self.order[start..self.next]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_shows_no_example_twice_and_the_next_has_another_order() {
        let mut batches = Batches::new(10, 3, 1).unwrap();
        let mut epoch = || (0..3).flat_map(|_| batches.next_batch().to_vec()).collect::<Vec<_>>();
        let (first, second) = (epoch(), epoch());
        let mut used = first.clone();
        used.sort_unstable();
        used.dedup();
        assert_eq!(used.len(), 9);
        assert_ne!(first, second);
    }

    #[test]
    fn an_epoch_shows_every_example_if_they_fill_its_batches() {
        let mut batches = Batches::new(9, 3, 1).unwrap();
        let mut epoch = (0..3).flat_map(|_| batches.next_batch().to_vec()).collect::<Vec<_>>();
        epoch.sort_unstable();
        assert_eq!(epoch, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn sizes_that_cannot_be_cut_are_refused() {
        assert!(
            Batches::new(10, 0, 1).is_none() && Batches::new(10, 11, 1).is_none() && Batches::new(0, 1, 1).is_none()
        );
    }
}
