//! The default experiment against TensorFlow: the same statistics over seeds. A single float32 run says nothing here, since
//! two right implementations part after about a hundred steps by rounding alone; distributions must agree.
//!
//! The reference is TensorFlow 2.15.1 running the tutorial's graph in float32 (its default Adam and Glorot uniform, batches
//! of 30, 2,500 iterations) on the same 10,000 digits, 100 seeds of each activation; held-out accuracies are from 20 seeds
//! with 1,000 digits held out, as here.

#![cfg(not(target_arch = "wasm32"))]

use lab::experiment::history::Quantity;
use lab::measure::sample::Sample;
use lab::run::Outcome;
use lab::{Detail, Recipe, Split, Training};
use nn::Activation;
use std::thread;

const ACTIVATIONS: [Activation; 5] = [
    Activation::Sigmoid,
    Activation::Relu,
    Activation::LeakyRelu { slope: Activation::TEXT_SLOPE },
    Activation::LeakyRelu { slope: Activation::SCRIPT_SLOPE },
    Activation::Tanh,
];
const SEEDS: u32 = 20;

struct Run {
    /// The samples of steps 0, 200, …, 2400.
    logs: Vec<Sample>,
    outcome: Outcome,
}

/// A statistic of a run, and what the reference has for each of [`ACTIVATIONS`].
struct Row {
    name: &'static str,
    of: fn(&Run) -> f64,
    reference: [Reference; 5],
}

/// A median, and the range from the 5th to the 95th percentile where it is known.
struct Reference(f64, Option<[f64; 2]>);

const fn median(median: f64) -> Reference {
    Reference(median, None)
}

const fn spread(median: f64, low: f64, high: f64) -> Reference {
    Reference(median, Some([low, high]))
}

const ROWS: [Row; 9] = [
    Row {
        name: "accuracy, last three logged batches",
        of: |run| run.logs[10..].iter().map(|sample| f64::from(sample.accuracy)).sum::<f64>() / 3.0,
        reference: [
            spread(0.356, 0.244, 0.512),
            spread(0.900, 0.856, 0.956),
            spread(0.911, 0.855, 0.956),
            spread(0.911, 0.856, 0.956),
            spread(0.933, 0.900, 0.978),
        ],
    },
    Row {
        name: "accuracy, all training digits",
        of: |run| run.outcome.train_accuracy.into(),
        reference: [
            spread(0.378, 0.304, 0.526),
            spread(0.912, 0.891, 0.929),
            spread(0.912, 0.889, 0.930),
            spread(0.913, 0.890, 0.925),
            spread(0.939, 0.925, 0.947),
        ],
    },
    Row {
        name: "accuracy, held-out digits",
        of: |run| run.outcome.held_out_accuracy.into(),
        reference: [median(0.350), median(0.886), median(0.890), median(0.889), median(0.906)],
    },
    Row {
        name: "mean |∂C/∂W|, layer 6 / layer 1, before training",
        of: |run| ratio(Quantity::Gradient, 6, 1, &run.logs[..1]),
        reference: [spread(3390.0, 1610.0, 5790.0), median(1.26), median(1.26), median(1.53), median(2.05)],
    },
    Row {
        name: "mean |∂C/∂W|, layer 6 / layer 1, mean over training",
        of: |run| ratio(Quantity::Gradient, 6, 1, &run.logs),
        reference: [
            spread(39.0, 26.0, 72.0),
            spread(9.0, 5.7, 13.0),
            spread(8.7, 5.9, 13.0),
            spread(7.7, 5.0, 11.0),
            median(1.83),
        ],
    },
    Row {
        name: "mean |∂C/∂W|, layer 6 / layer 1, last three logs",
        of: |run| ratio(Quantity::Gradient, 6, 1, &run.logs[10..]),
        reference: [spread(23.0, 12.0, 44.0), median(8.8), median(8.3), spread(7.4, 4.5, 11.0), median(1.3)],
    },
    Row {
        name: "mean |∂C/∂W|, layer 6 / layer 2, mean over training",
        of: |run| ratio(Quantity::Gradient, 6, 2, &run.logs),
        reference: [median(7.9), median(0.85), median(0.85), median(0.79), median(0.40)],
    },
    Row {
        name: "mean |δ|, layer 6 / layer 1, before training",
        of: |run| ratio(Quantity::Delta, 6, 1, &run.logs[..1]),
        reference: [median(1100.0), median(8.1), median(8.0), median(6.0), median(1.4)],
    },
    Row {
        name: "mean |δ|, layer 6 / layer 1, mean over training",
        of: |run| ratio(Quantity::Delta, 6, 1, &run.logs),
        reference: [median(25.0), median(0.62), median(0.60), median(0.57), median(0.56)],
    },
];

/// A ratio of means over some logs; layers count from 1.
fn ratio(quantity: Quantity, from: usize, to: usize, logs: &[Sample]) -> f64 {
    let sum = |layer: usize| logs.iter().map(|log| f64::from(quantity.of(&log.layers[layer - 1]))).sum::<f64>();
    sum(from) / sum(to)
}

fn run(activation: Activation, seed: u32, split: &Split) -> Run {
    let settings = Recipe::tutorial(activation, seed).check().unwrap();
    let mut training = Training::new(settings, Detail::Curves, split).unwrap();
    let mut logs = Vec::new();
    let outcome = training.run_to_end(split, |measured| {
        if settings.is_logged(measured.sample.step) {
            logs.push(measured.sample);
        }
    });
    Run { logs, outcome: outcome.unwrap() }
}

/// What speaks against `values`, one a seed, being drawn from the reference's distribution.
fn objection(values: &mut [f64], Reference(median, spread): &Reference) -> Option<String> {
    // The table is rounded in its third decimal.
    const ROUNDING: f64 = 5e-4;
    values.sort_by(f64::total_cmp);
    // Sign test: the true median of 20 draws lies outside the 4th to the 17th with probability 0.0026.
    let (low, high) = (values[3], values[16]);
    if !(low - ROUNDING..=high + ROUNDING).contains(median) {
        return Some(format!(
            "the median {median} is not between {low:.4} and {high:.4}, the 4th and 17th of 20 seeds"
        ));
    }
    let [p5, p95] = (*spread)?;
    // Each draw is inside with probability 0.9, fewer than 14 of 20 with probability 0.0024.
    let inside = values.iter().filter(|v| (p5 - ROUNDING..=p95 + ROUNDING).contains(*v)).count();
    if inside < 14 {
        return Some(format!("{inside} of 20 seeds are between {p5} and {p95}, where 18 belong"));
    }
    // Even where the distribution leans most, two thirds at most lie within 0.4 of this range; 20 of 20 then by 0.0003.
    let span = (values[19] - values[0]) / (p95 - p5);
    (span < 0.4).then(|| format!("20 seeds span only {span:.2} of {p5} to {p95}"))
}

#[test]
fn seeds_are_spread_as_tensorflows_are() {
    let split = folder::load(&folder::bundled()).unwrap();
    let runs_of = |activation| (1..=SEEDS).map(|seed| run(activation, seed, &split)).collect::<Vec<_>>();
    let runs = thread::scope(|scope| {
        let threads = ACTIVATIONS.map(|activation| scope.spawn(move || runs_of(activation)));
        threads.map(|thread| thread.join().unwrap())
    });
    let mut objections = Vec::new();
    for row in &ROWS {
        for ((activation, runs), reference) in ACTIVATIONS.iter().zip(&runs).zip(&row.reference) {
            let mut values: Vec<f64> = runs.iter().map(row.of).collect();
            objections.extend(objection(&mut values, reference).map(|o| format!("{activation:?}, {}: {o}", row.name)));
            println!("{activation:?}, {}: median {:.4} for {}", row.name, (values[9] + values[10]) / 2.0, reference.0);
        }
    }
    assert!(objections.is_empty(), "{}", objections.join("\n"));
}
