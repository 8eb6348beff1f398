//! Which parameters of a network an optimizer goes through: all but the weights of inputs that are always 0.

use crate::nn::float::LANES;
use crate::nn::mlp::Layer;
use std::ops::Range;

/// Unused inputs between used ones that are taken along: to leave them out would take longer.
const SHORT: usize = 4;

/// The vectors of a network's parameters, but those of W's rows for inputs that are not `used`.
pub fn of_network(layers: &[Layer], used: &[bool]) -> Vec<Range<usize>> {
    let (Some(first), Some(last)) = (layers.first(), layers.last()) else { return Vec::new() };
    let row = |i: usize| first.w.start + i * first.w_row;
    let mut moving: Vec<Range<usize>> = Vec::new();
    for run in runs(used) {
        let (start, end) = (row(run.start) / LANES, row(run.end).div_ceil(LANES));
        moving.push(start.max(moving.last().map_or(0, |before| before.end))..end);
    }
    moving.push(first.b.start / LANES..last.parameters().end / LANES);
    moving
}

/// Where `used` is true, but for short interruptions.
fn runs(used: &[bool]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (i, _) in used.iter().enumerate().filter(|(_, used)| **used) {
        match runs.last_mut().filter(|run| i - run.end < SHORT) {
            Some(run) => run.end = i + 1,
            None => runs.push(i..i + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, Architecture, Loss};

    /// How often each parameter of a network of widths 100, `width`, 3 is visited.
    fn visits(width: usize, used: &[bool]) -> Vec<usize> {
        let layers = Architecture::plain(&[100, width, 3], Activation::Relu, Loss::SoftmaxCrossEntropy).layers();
        let mut visits = vec![0; layers[1].parameters().end];
        for vectors in of_network(&layers, used) {
            visits[vectors.start * LANES..vectors.end * LANES].iter_mut().for_each(|n| *n += 1);
        }
        visits
    }

    #[test]
    fn every_parameter_of_a_used_input_is_visited_once() {
        for (width, period) in (1..=14).flat_map(|width| [1, 2, 5, 6, 30].map(|period| (width, period))) {
            let used: Vec<bool> = (0..100).map(|i| i % period == 0).collect();
            let visits = visits(width, &used);
            let row = crate::nn::sparse::row_len(width);
            let is_due = |i: usize| used.get(i / row).is_none_or(|&used| used);
            assert!(visits.iter().enumerate().all(|(i, &n)| n == 1 || (n == 0 && !is_due(i))), "{width}, {period}");
            assert!(period <= SHORT || visits.contains(&0), "{width}, {period}");
        }
        assert!(visits(10, &[false; 100])[..1_000].iter().all(|&n| n == 0));
    }
}
