//! The ends of many numbers.

use crate::nn::float::LANES;
use wide::{f32x4, i32x4};

/// Where numbers lie, and how many are 0.
pub struct Range {
    pub low: f32,
    pub high: f32,
    pub n_zero: u32,
}

impl Range {
    /// Of `values` and, beside them, a number of `zeros`. From 0 to 0 where there are no numbers.
    pub fn of(values: &[f32], zeros: u32) -> Self {
        let first = values.first().copied().unwrap_or(0.0);
        let (vectors, rest) = values.as_chunks();
        // Two of each, for a minimum waits for the one before it.
        let mut ends = [[f32x4::splat(first); 2]; 2];
        let mut n_zero = i32x4::ZERO;
        let mut see = |[low, high]: &mut [f32x4; 2], x: [f32; LANES]| {
            let x = f32x4::from(x);
            (*low, *high) = (low.fast_min(x), high.fast_max(x));
            n_zero -= bytemuck::cast::<f32x4, i32x4>(x.simd_eq(f32x4::ZERO));
        };
        let (pairs, last) = vectors.as_chunks::<2>();
        pairs.iter().for_each(|pair| ends.iter_mut().zip(pair).for_each(|(ends, &x)| see(ends, x)));
        last.iter().for_each(|&x| see(&mut ends[0], x));
        let [[low, high], [other_low, other_high]] = ends;
        let low = most(low.fast_min(other_low), f32x4::fast_min);
        let high = most(high.fast_max(other_high), f32x4::fast_max);
        let others = rest.iter().copied().chain((zeros > 0).then_some(0.0));
        let n_zero: u32 = n_zero.to_array().into_iter().map(|n| n as u32).sum();
        Range {
            // Zeros of either sign are one.
            low: others.clone().fold(low, f32::min) + 0.0,
            high: others.fold(high, f32::max) + 0.0,
            n_zero: zeros + n_zero + rest.iter().filter(|x| **x == 0.0).count() as u32,
        }
    }
}

/// The lowest or highest lane, where `pick` picks the lower or higher of two in each.
fn most(lanes: f32x4, pick: fn(f32x4, f32x4) -> f32x4) -> f32 {
    let [a, b, c, d] = lanes.to_array();
    let [a, b, ..] = pick(lanes, f32x4::from([c, d, a, b])).to_array();
    pick(f32x4::splat(a), f32x4::splat(b)).to_array()[0]
}
