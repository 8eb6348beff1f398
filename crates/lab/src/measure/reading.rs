//! How a network reads one example: what all units answer to it, as in evaluation. The example is the first held-out one, or the first
//! training example if none is held out.

use crate::data::{Dataset, Split};
use nn::{Mlp, Tape};
use serde::{Deserialize, Serialize};

/// Of a hidden layer, at most this many units are kept, the first ones.
pub const MAX_UNITS: usize = 12;

/// The example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Its class, from 0.
    pub label: u8,
    /// Pixels in a row.
    pub columns: u32,
    /// `[rows, columns]`, 0 = paper, 255 = ink.
    pub pixels: Vec<u8>,
}

/// The units at the step of a sample, before its update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub step: u32,
    /// f(z) of the first [`MAX_UNITS`] units of each hidden layer, first layer first.
    pub hidden: Vec<Vec<f32>>,
    /// The output for each class: its probability under softmax cross-entropy, else f(z).
    pub outputs: Vec<f32>,
}

fn source(split: &Split) -> &Dataset {
    if split.held_out.is_empty() { &split.train } else { &split.held_out }
}

impl Example {
    pub fn of(split: &Split) -> Self {
        let Dataset { x, labels, columns } = source(split);
        let mut pixels = vec![0; x.width()];
        x.row(0).for_each(|(i, value)| pixels[i] = (255.0 * value).round() as u8);
        Self { label: labels[0], columns: *columns as u32, pixels }
    }
}

impl Reading {
    /// Overwrites the results of the last pass on the tape.
    pub fn of(step: u32, mlp: &Mlp<f32>, tape: &mut Tape<f32>, split: &Split) -> Self {
        let dataset = source(split);
        mlp.evaluate(&dataset.x, &dataset.labels, &[0], tape);
        let layers = mlp.layers().iter().zip(&tape.layers);
        let mut hidden: Vec<Vec<f32>> = layers.map(|(layer, activity)| activity.a[..layer.fan_out].to_vec()).collect();
        let outputs = hidden.pop().unwrap_or_default();
        hidden.iter_mut().for_each(|units| units.truncate(MAX_UNITS));
        Self { step, hidden, outputs }
    }

    /// The first class with the largest output.
    pub fn answer(&self) -> usize {
        let larger = |best: usize, class: usize| if self.outputs[class] > self.outputs[best] { class } else { best };
        (0..self.outputs.len()).reduce(larger).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;
    use crate::run::session::tests::grey;
    use nn::rng::Rng;
    use nn::{Activation, Norm};

    #[test]
    fn the_first_held_out_example_is_read_or_else_the_first_of_training() {
        let mut split = grey();
        split.train.labels[0] = 7;
        assert_eq!(Example::of(&split), Example { label: 0, columns: 28, pixels: vec![0; 784] });
        let x = nn::SparseRows::from_dense(784, (0..784).map(|i| f32::from(i as u8 % 4) / 3.0));
        split.held_out = Dataset { x, labels: vec![5], columns: 14 };
        let Example { label, columns, pixels } = Example::of(&split);
        assert_eq!((label, columns, &pixels[..5]), (5, 14, &[0, 85, 170, 255, 0][..]));
        let x = nn::SparseRows::from_dense(784, std::iter::empty());
        split.held_out = Dataset { x, labels: vec![], columns: 28 };
        assert_eq!(Example::of(&split).label, 7);
    }

    /// Nothing is dropped, batch normalization uses its running moments, and probabilities sum to 1.
    #[test]
    fn a_reading_has_the_outputs_of_an_evaluation() {
        let split = grey();
        let recipe = Recipe {
            dropout: 0.5,
            norm: Some(Norm::Batch),
            width: 40,
            depth: 3,
            ..Recipe::tutorial(Activation::Tanh, 1)
        };
        let architecture = recipe.check().unwrap().architecture(784, 10);
        let mlp = Mlp::<f32>::new(architecture, &mut Rng::weights(1));
        let mut tape = Tape::new(&mlp, 30);
        tape.draw_masks(0.5, &mut Rng::dropout(1));
        let rows: Vec<u32> = (3..30).collect();
        mlp.forward(&split.train.x, &split.train.labels, &rows, &mut tape);
        let reading = Reading::of(20, &mlp, &mut tape, &split);
        assert!(reading.hidden.iter().map(Vec::len).eq([12, 12]) && reading.outputs.len() == 10);
        assert!((reading.outputs.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let mut other = Tape::new(&mlp, 1);
        mlp.evaluate(&split.held_out.x, &split.held_out.labels, &[0], &mut other);
        assert_eq!(
            (reading.step, &reading.hidden[1][..], &reading.outputs[..]),
            (20, &other.layers[1].a[..12], &other.layers[2].a[..10])
        );
    }

    #[test]
    fn the_answer_is_the_first_largest_output() {
        let answer = |outputs: &[f32]| Reading { step: 0, hidden: vec![], outputs: outputs.to_vec() }.answer();
        assert_eq!([answer(&[0.1, 0.4, 0.4, 0.1]), answer(&[]), answer(&[f32::NAN, 0.2])], [1, 0, 0]);
    }
}
