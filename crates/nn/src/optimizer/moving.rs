//! Which parameters of a network an optimizer goes through: all but the weights of inputs that are always 0. More than a hundred
//! of MNIST's pixels are such: their weights have no gradient, and a rule without weight decay leaves them where they are.

use crate::float::LANES;
use crate::magnitude::BLOCK;
use crate::mlp::Layer;
use std::ops::Range;

/// Parameters side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Vectors of all parameters; no more than are summed at once.
    pub vectors: Range<usize>,
    /// The layer that they are W of; None for others.
    pub w_of: Option<usize>,
}

/// Fewer unused inputs between used ones are taken along: to leave them out would take longer, and runs could share a vector.
const SHORT: usize = 4;

/// The parameters of a network, but those of the first W's rows for inputs that are not `used`.
pub fn of_network(layers: &[Layer], used: &[bool]) -> Vec<Stretch> {
    let mut moving: Vec<Stretch> = Vec::new();
    for (l, layer) in layers.iter().enumerate() {
        for rows in if l == 0 { runs(used) } else { std::iter::once(0..layer.fan_in).collect() } {
            let [start, end] = [rows.start, rows.end].map(|row| layer.w.start + row * layer.w_row);
            add(start / LANES..end.div_ceil(LANES), Some(l), &mut moving);
        }
        add(layer.b.start / LANES..layer.parameters().end / LANES, None, &mut moving);
    }
    moving
}

/// All of `n` vectors.
pub fn all(n: usize) -> Vec<Stretch> {
    let mut moving = Vec::new();
    add(0..n, None, &mut moving);
    moving
}

fn add(vectors: Range<usize>, w_of: Option<usize>, moving: &mut Vec<Stretch>) {
    let end = vectors.end;
    let blocks = vectors.step_by(BLOCK).map(|start| start..end.min(start + BLOCK));
    moving.extend(blocks.map(|vectors| Stretch { vectors, w_of }));
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
    use crate::{Activation, Architecture, Loss};

    /// How often each parameter of a network of widths 100, `width`, 3 is visited.
    fn visits(width: usize, used: &[bool]) -> Vec<usize> {
        let layers = Architecture::plain(&[100, width, 3], Activation::Relu, Loss::SoftmaxCrossEntropy).layers();
        let mut visits = vec![0; layers[1].parameters().end];
        for Stretch { vectors, w_of } in of_network(&layers, used) {
            let place = vectors.start * LANES..vectors.end * LANES;
            let is_of = |l: usize| layers[l].w.start <= place.start && place.end <= layers[l].w.end;
            assert!([0, 1].map(|l| w_of == Some(l)) == [0, 1].map(is_of), "{place:?}, {w_of:?}");
            visits[place].iter_mut().for_each(|n| *n += 1);
        }
        visits
    }

    #[test]
    fn every_parameter_of_a_used_input_is_visited_once() {
        for (width, period) in (1..=14).flat_map(|width| [1, 2, 4, 5, 6, 30].map(|period| (width, period))) {
            let used: Vec<bool> = (0..100).map(|i| i % period == 0).collect();
            let visits = visits(width, &used);
            let row = crate::sparse::row_len(width);
            let is_due = |i: usize| used.get(i / row).is_none_or(|&used| used);
            assert!(visits.iter().enumerate().all(|(i, &n)| n == 1 || (n == 0 && !is_due(i))), "{width}, {period}");
            // Row 2 of wide ones has vectors that neither row 0 nor row 5 has.
            let is_left_out = visits[2 * row..3 * row].iter().all(|&n| n == 0);
            assert!(width < 8 || is_left_out == (period > SHORT), "{width}, {period}");
        }
        assert!(visits(10, &[false; 100])[..1_000].iter().all(|&n| n == 0));
    }

    #[test]
    fn stretches_are_no_longer_than_a_block() {
        let vectors: Vec<Range<usize>> = all(2 * BLOCK + 3).into_iter().map(|stretch| stretch.vectors).collect();
        assert_eq!(vectors, [0..BLOCK, BLOCK..2 * BLOCK, 2 * BLOCK..2 * BLOCK + 3]);
        assert_eq!(all(0), []);
    }
}
