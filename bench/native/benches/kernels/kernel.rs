//! The trainer's kernels in the shapes that the bench's nets give them, and the work that each cannot do without: operations
//! on numbers that are not padding, and bytes read or written once.

use ours::{Net, Trainer};
use std::hint::black_box;
use std::rc::Rc;
use vanishing_gradients::data::{Batches, Digits};
use vanishing_gradients::folder;
use vanishing_gradients::nn::buffer::Buffer;
use vanishing_gradients::nn::float::{Float, LANES, Lanes};
use vanishing_gradients::nn::optimizer::Optimization;
use vanishing_gradients::nn::product::{Left, Right, panel_len, product, stride};
use vanishing_gradients::nn::{Optimizer, sparse};

pub struct Kernel {
    pub name: String,
    pub work: Work,
    pub run: Box<dyn FnMut()>,
}

#[derive(Clone, Copy)]
pub struct Work {
    pub flops: f64,
    pub bytes: f64,
}

pub fn kernels() -> Vec<Kernel> {
    let digits = folder::load(&folder::bundled()).expect("the bundled digits are digits").train;
    let digits = Rc::new(digits);
    let mut kernels = Vec::new();
    for (batch, width) in [(30, 10), (64, 128), (64, 256)] {
        kernels.push(forward(batch, width));
        kernels.push(weight_gradient(batch, width));
        kernels.push(pulled_back(batch, width));
        kernels.push(sparse_forward(&digits, batch, width));
        kernels.push(sparse_gradient(&digits, batch, width));
    }
    kernels.extend([8_510, 269_322].map(adam));
    kernels.push(exp(640));
    kernels.extend(Net::ALL.map(|net| step(&digits, net)));
    kernels
}

/// z = b + a W.
fn forward(batch: usize, width: usize) -> Kernel {
    let row = stride(width);
    let (a, w, b) = (numbers(batch * row), numbers(width * row), numbers(row));
    let (mut z, mut panel) = (Buffer::zeros(batch * row), Buffer::zeros(panel_len(width)));
    let run = move || {
        let a = Left::Plain { values: &a, stride: row };
        product(a, Right::Plain(&w), Some(&b), &mut z, row, &mut panel);
        black_box(&mut z);
    };
    Kernel { name: format!("z = b + a W, {batch}×{width}×{width}"), work: dense(batch, width), run: Box::new(run) }
}

/// ∂C/∂W = aᵀ δ.
fn weight_gradient(batch: usize, width: usize) -> Kernel {
    let row = stride(width);
    let (a, delta) = (numbers(batch * row), numbers(batch * row));
    let (mut dw, mut panel) = (Buffer::zeros(width * row), Buffer::zeros(panel_len(batch)));
    let run = move || {
        let a = Left::Transposed { values: &a, stride: row };
        product(a, Right::Plain(&delta), None, &mut dw, row, &mut panel);
        black_box(&mut dw);
    };
    Kernel { name: format!("dW = aᵀ δ, {width}×{batch}×{width}"), work: dense(batch, width), run: Box::new(run) }
}

fn pulled_back(batch: usize, width: usize) -> Kernel {
    let row = stride(width);
    let (w, delta) = (numbers(width * row), numbers(batch * row));
    let (mut before, mut panel) = (Buffer::zeros(batch * row), Buffer::zeros(panel_len(width)));
    let run = move || {
        let delta = Left::Plain { values: &delta, stride: row };
        let w = Right::Transposed { values: &w, stride: row, inner: width };
        product(delta, w, None, &mut before, row, &mut panel);
        black_box(&mut before);
    };
    Kernel { name: format!("δ Wᵀ, {batch}×{width}×{width}"), work: dense(batch, width), run: Box::new(run) }
}

fn sparse_forward(digits: &Rc<Digits>, batch: usize, width: usize) -> Kernel {
    let (digits, rows, work) = sparse_work(digits, batch, width);
    let row = stride(width);
    let (w, b, mut z) = (numbers(784 * sparse::row_len(width)), numbers(row), Buffer::zeros(batch * row));
    let run = move || {
        sparse::affine(&digits.x, &rows, &w, &b, &mut z, width);
        black_box(&mut z);
    };
    Kernel { name: format!("z = b + x W, sparse, {batch}×784×{width}"), work, run: Box::new(run) }
}

fn sparse_gradient(digits: &Rc<Digits>, batch: usize, width: usize) -> Kernel {
    let (digits, rows, work) = sparse_work(digits, batch, width);
    let (delta, mut dw) = (numbers(batch * stride(width)), Buffer::zeros(784 * sparse::row_len(width)));
    let run = move || {
        sparse::gradient(&digits.x, &rows, &delta, &mut dw, width);
        black_box(&mut dw);
    };
    Kernel { name: format!("dW = xᵀ δ, sparse, 784×{batch}×{width}"), work, run: Box::new(run) }
}

/// Of a parameter: four products, three sums or differences, one quotient, one root and the ε̂.
const ADAM_FLOPS: f64 = 10.0;

fn adam(n: usize) -> Kernel {
    let n = stride(n);
    let (mut w, g) = (numbers(n), numbers(n));
    let mut optimization = Optimization::new(Optimizer::Adam(Net::ADAM), n);
    let run = move || {
        optimization.update(&mut w, &g);
        black_box(&mut w);
    };
    // w and two numbers of memory are read and written, g is read.
    let work = Work { flops: ADAM_FLOPS * n as f64, bytes: floats(7 * n) };
    Kernel { name: format!("Adam, {n} parameters"), work, run: Box::new(run) }
}

fn exp(n: usize) -> Kernel {
    let (x, mut y) = (numbers(n), Buffer::zeros(n));
    let run = move || {
        for (x, y) in x.as_chunks::<LANES>().0.iter().zip(y.as_chunks_mut::<LANES>().0) {
            *y = Lanes::exp(<f32 as Float>::X4::from(*x)).into();
        }
        black_box(&mut y);
    };
    // Degree and range reduction differ between polynomials: counted as ten.
    Kernel {
        name: format!("exp, {n} numbers"),
        work: Work { flops: 10.0 * n as f64, bytes: floats(2 * n) },
        run: Box::new(run),
    }
}

/// A whole training step; its dense products and Adam alone are counted, and of the first layer what is not zero.
fn step(digits: &Rc<Digits>, net: Net) -> Kernel {
    let digits = Rc::clone(digits);
    let mut trainer = Trainer::new(&net, ours::Measuring::Nothing, &digits).expect("digits enough for a batch");
    let mut losses = [0.0];
    let sizes = net.sizes();
    let first = 4.0 * lit(&digits) * (net.batch * sizes[1]) as f64;
    let others: usize = sizes[1..].windows(2).map(|pair| 6 * net.batch * pair[0] * pair[1]).sum();
    let parameters: usize = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
    let work = Work { flops: first + others as f64 + ADAM_FLOPS * parameters as f64, bytes: floats(7 * parameters) };
    let run = move || {
        trainer.train(&digits, &mut losses);
        black_box(losses);
    };
    Kernel { name: format!("whole step, {}", net.name), work, run: Box::new(run) }
}

fn dense(batch: usize, width: usize) -> Work {
    Work { flops: (2 * batch * width * width) as f64, bytes: floats(2 * batch * width + width * width) }
}

fn sparse_work(digits: &Rc<Digits>, batch: usize, width: usize) -> (Rc<Digits>, Vec<u32>, Work) {
    let mut batches = Batches::new(digits.len(), batch, Net::SEED).expect("digits enough for a batch");
    let rows = batches.next_batch().to_vec();
    let entries = lit(digits) * batch as f64;
    let entry_bytes = (digits.x.entry_bytes() * batch) as f64 / digits.len() as f64;
    let work = Work { flops: 2.0 * entries * width as f64, bytes: entry_bytes + floats((784 + batch) * width) };
    (Rc::clone(digits), rows, work)
}

/// The mean number of pixels of a digit that are not 0.
fn lit(digits: &Digits) -> f64 {
    let entries: usize = (0..digits.len()).map(|row| digits.x.row(row).count()).sum();
    entries as f64 / digits.len() as f64
}

/// Numbers between −1 and 1, none of them denormal.
fn numbers(n: usize) -> Buffer<f32> {
    let mut numbers = Buffer::zeros(n);
    numbers.iter_mut().enumerate().for_each(|(i, x)| *x = ((i * 7 + 3) % 19) as f32 / 9.5 - 0.97);
    numbers
}

fn floats(n: usize) -> f64 {
    (n * size_of::<f32>()) as f64
}
