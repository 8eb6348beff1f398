//! What the machine can do: a loop that only computes and one that only moves.

use crate::kernel::{Kernel, Work};
use std::hint::black_box;
use vanishing_gradients::nn::float::{Float, LANES};

pub const PEAK: &str = "peak: multiply and add in registers";
/// What an article's net fits into, and what the widest net's parameters with Adam's memory need.
pub const NEAR: &str = "triad a = b + s·c in 192 KB";
pub const FAR: &str = "triad a = b + s·c in 6 MB";

type Vector = <f32 as Float>::X4;

/// Chains of products and as many of sums: enough to hide latencies of 3 cycles at two of each a cycle, and all in registers.
const CHAINS: usize = 6;
const ROUNDS: usize = 10_000;

pub fn kernels() -> Vec<Kernel> {
    let flops = (2 * CHAINS * LANES * ROUNDS) as f64;
    let peak = Kernel { name: PEAK.into(), work: Work { flops, bytes: 0.0 }, run: Box::new(multiply_and_add) };
    vec![peak, triad(NEAR, 192 << 10), triad(FAR, 6 << 20)]
}

fn multiply_and_add() {
    let (factor, summand) = (Vector::splat(black_box(1.0)), Vector::splat(black_box(0.0)));
    let mut products = black_box([Vector::splat(1.0); CHAINS]);
    let mut sums = black_box([Vector::splat(1.0); CHAINS]);
    for _ in 0..ROUNDS {
        products.iter_mut().for_each(|product| *product *= factor);
        sums.iter_mut().for_each(|sum| *sum += summand);
    }
    black_box((products, sums));
}

/// McCalpin's triad over three arrays of `bytes` in all; the reading of a before it is overwritten is not counted.
fn triad(name: &str, bytes: usize) -> Kernel {
    let n = bytes / 3 / size_of::<f32>();
    let (mut a, b, c) = (vec![0.0f32; n], vec![1.0f32; n], vec![2.0f32; n]);
    let run = move || {
        let s = black_box(3.0);
        a.iter_mut().zip(&b).zip(&c).for_each(|((a, b), c)| *a = b + s * c);
        black_box(&mut a);
    };
    Kernel { name: name.into(), work: Work { flops: 2.0 * n as f64, bytes: bytes as f64 }, run: Box::new(run) }
}
