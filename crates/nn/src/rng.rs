//! Random numbers from a seed. The generator is xoshiro256++ (Blackman and Vigna, 2019), seeded by SplitMix64. A seed has three
//! streams, 2¹²⁸ draws apart, so the batches do not depend on the number of weights.
//!
//! Normal draws are made here and not by rand_distr, which takes `exp` and `ln` from num-traits. As soon as any crate of the build
//! (plotters, for one) enables num-traits' `std`, these are the platform's, which differ between native and wasm.

use std::iter;

use rand_core::{Rng as _, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The stream of the initial weights.
    pub fn weights(seed: u32) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed.into()))
    }

    /// The stream of the shuffles of the examples.
    pub fn batches(seed: u32) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed.into());
        rng.jump();
        Self(rng)
    }

    /// The stream of dropout.
    pub fn dropout(seed: u32) -> Self {
        let mut rng = Self::batches(seed);
        rng.0.jump();
        rng
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Independent draws from N(0, 1), never 0, by the polar method (Marsaglia and Bray, 1964). It makes pairs; an unused second
    /// number is dropped with the iterator.
    pub fn normals(&mut self) -> impl Iterator<Item = f64> {
        iter::repeat_with(|| self.normal_pair()).flatten()
    }

    fn normal_pair(&mut self) -> [f64; 2] {
        loop {
            let [x, y] = [self.open_interval(), self.open_interval()];
            let s = x * x + y * y;
            if s < 1.0 {
                let scale = (-2.0 * libm::log(s) / s).sqrt();
                return [scale * x, scale * y];
            }
        }
    }

    /// Uniform in (−1, 1), an odd multiple of 2⁻⁵³: symmetric about 0 and never 0.
    fn open_interval(&mut self) -> f64 {
        2.0 * self.unit() - (1.0 - f64::EPSILON / 2.0)
    }

    /// Fisher–Yates shuffle. Every order is equally likely, but for the multiply-shift draw's bias of 2⁻³².
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
    fn normals_have_the_moments_of_their_distribution() {
        const N: usize = 1_000_000;
        let x: Vec<f64> = Rng::weights(1).normals().take(N).collect();
        let within = |name: &str, mean: f64, expected: f64, variance: f64| {
            let five_sigma = 5.0 * (variance / N as f64).sqrt();
            assert!((mean - expected).abs() < five_sigma, "{name}: {mean} against {expected} ± {five_sigma}");
        };
        // E xᵏ is 0, 1, 0, 3, 0, 15; the variance of xᵏ is E x²ᵏ − (E xᵏ)², where E x²ᵏ = 1·3·5…(2k − 1).
        for (k, expected, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0), (5, 0.0, 945.0), (6, 15.0, 10_170.0)]
        {
            within(&format!("moment {k}"), x.iter().map(|x| x.powi(k)).sum::<f64>() / N as f64, expected, variance);
        }
        // The share of draws beyond 3 σ, to which the moments are not sensitive: 2 (1 − Φ(3)).
        let tail = 0.002_699_796_063_260_19;
        let beyond = x.iter().filter(|x| x.abs() > 3.0).count() as f64 / N as f64;
        within("tail", beyond, tail, tail * (1.0 - tail));
        // Neighbors are uncorrelated, and so are their squares, although every second pair shares a radius.
        let lag = |f: fn(f64) -> f64| x.windows(2).map(|p| f(p[0]) * f(p[1])).sum::<f64>() / N as f64;
        within("lag 1", lag(|x| x), 0.0, 1.0);
        within("lag 1 of squares", lag(|x| x * x - 1.0), 0.0, 4.0);
    }

    #[test]
    fn normals_are_never_zero_and_bounded() {
        let mut rng = Rng::weights(3);
        let largest = (0..100_000).map(|_| rng.open_interval().abs()).fold(0.0, f64::max);
        assert!(largest < 1.0);
        assert!(rng.normals().take(100_000).all(|x| x != 0.0 && x.abs() < 12.1));
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
