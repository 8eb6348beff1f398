//! Chance, from a seed alone. The generator is xoshiro256++ (Blackman and Vigna, 2019), seeded by SplitMix64; a seed has
//! three streams 2¹²⁸ draws apart, so that how many weights a network has does not change which digits its batches hold.

use rand_core::{Rng as _, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The stream that initial weights are drawn from.
    pub fn weights(seed: u32) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed.into()))
    }

    /// The stream that shuffles the examples.
    pub fn batches(seed: u32) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed.into());
        rng.jump();
        Self(rng)
    }

    /// The stream that dropout is drawn from.
    pub fn dropout(seed: u32) -> Self {
        let mut rng = Self::batches(seed);
        rng.0.jump();
        rng
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Fisher and Yates' shuffle: every order equally likely, up to the 2⁻³² bias of the multiply-shift draw.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = (u64::from(self.0.next_u32()) * (i as u64 + 1)) >> 32;
            items.swap(i, j as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_streams_of_a_seed_differ_and_repeat() {
        let draw = |mut rng: Rng| [rng.unit(), rng.unit(), rng.unit()];
        assert_eq!(draw(Rng::weights(1)), draw(Rng::weights(1)));
        assert_ne!(draw(Rng::weights(1)), draw(Rng::batches(1)));
        assert_ne!(draw(Rng::batches(1)), draw(Rng::dropout(1)));
        assert_ne!(draw(Rng::weights(1)), draw(Rng::weights(2)));
    }

    #[test]
    fn a_shuffle_is_a_permutation_and_each_place_is_equally_likely() {
        let mut rng = Rng::batches(7);
        let mut first_place = [0u32; 5];
        for _ in 0..10_000 {
            let mut items = [0usize, 1, 2, 3, 4];
            rng.shuffle(&mut items);
            first_place[items[0]] += 1;
            items.sort_unstable();
            assert_eq!(items, [0, 1, 2, 3, 4]);
        }
        // 2,000 expected; five standard deviations of a binomial(10,000, 1/5) are 200.
        assert!(first_place.iter().all(|&n| n.abs_diff(2_000) < 200), "{first_place:?}");
    }
}
