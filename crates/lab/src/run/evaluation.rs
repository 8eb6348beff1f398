//! Evaluates a network on all examples of a data set, one batch at a time.

use crate::data::Dataset;
use crate::measure::sample::HeldOut;
use nn::{Mlp, Tape};

pub struct Evaluation {
    /// Examples evaluated so far.
    n: usize,
    /// Sum of their losses; NaN if a number was not finite.
    loss: f64,
    correct: usize,
    /// The largest pre-activation of each unit so far, `[hidden layers][units]`.
    largest_z: Vec<Vec<f32>>,
}

impl Evaluation {
    pub fn new(mlp: &Mlp<f32>) -> Self {
        let hidden = &mlp.layers()[..mlp.layers().len() - 1];
        let largest_z = hidden.iter().map(|layer| vec![f32::NEG_INFINITY; layer.fan_out]).collect();
        Self { n: 0, loss: 0.0, correct: 0, largest_z }
    }

    /// Evaluates the next `batch` examples. Returns whether all examples are done.
    pub fn advance(&mut self, mlp: &Mlp<f32>, tape: &mut Tape<f32>, dataset: &Dataset, batch: usize) -> bool {
        let end = dataset.len().min(self.n + batch);
        let rows: Vec<u32> = (self.n as u32..end as u32).collect();
        mlp.evaluate(&dataset.x, &dataset.labels, &rows, tape);
        self.n = end;
        // An infinite z can end in a finite loss: the ReLU of NaN is 0.
        let loss = if tape.is_finite(mlp) { tape.loss } else { f32::NAN };
        self.loss += f64::from(loss) * rows.len() as f64;
        self.correct += tape.correct;
        for ((layer, activity), largest) in mlp.layers().iter().zip(&tape.layers).zip(&mut self.largest_z) {
            for row in activity.activation_input()[..tape.batch * layer.stride].chunks_exact(layer.stride) {
                largest
                    .iter_mut()
                    .zip(row)
                    .for_each(|(largest, &z)| *largest = if z > *largest { z } else { *largest });
            }
        }
        self.n == dataset.len()
    }

    /// Share of the examples that are classified correctly.
    pub fn accuracy(&self) -> f32 {
        (self.correct as f64 / self.n as f64) as f32
    }

    /// The results, as those of a logged `step`.
    pub fn held_out(&self, step: u32) -> HeldOut {
        let n_dead = |largest: &Vec<f32>| largest.iter().filter(|&&z| z <= 0.0).count() as u32;
        let loss = (self.loss / self.n as f64) as f32;
        HeldOut { step, loss, accuracy: self.accuracy(), dead: self.largest_z.iter().map(n_dead).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;
    use nn::rng::Rng;
    use nn::{Activation, SparseRows};

    /// Forty images, all black but the last, in batches of seven and a last one of five.
    #[test]
    fn an_evaluation_in_batches_equals_one_of_all_examples() {
        let x = SparseRows::from_dense(16, (0..40 * 16).map(|i| if i < 39 * 16 { 0.0 } else { 1.0 }));
        let dataset = Dataset { x, labels: (0..40).map(|i| i % 3).collect(), columns: 4 };
        let architecture = Recipe::tutorial(Activation::Relu, 1).check().unwrap().architecture(16, 3);
        let mlp = Mlp::<f32>::new(architecture, &mut Rng::weights(1));
        let mut tape = Tape::new(&mlp, 40);
        let mut evaluation = Evaluation::new(&mlp);
        while !evaluation.advance(&mlp, &mut tape, &dataset, 7) {}
        let found = evaluation.held_out(20);
        let rows: Vec<u32> = (0..40).collect();
        mlp.evaluate(&dataset.x, &dataset.labels, &rows, &mut tape);
        assert!((found.loss - tape.loss).abs() < 1e-5, "{found:?}, not {}", tape.loss);
        assert_eq!((found.step, found.accuracy), (20, tape.correct as f32 / 40.0));
        // Biases are 0, and so is z of a black image: only the last image brings units to life.
        let dead = mlp.layers()[..5].iter().zip(&tape.layers).map(|(layer, activity)| {
            let last = &activity.z[39 * layer.stride..40 * layer.stride];
            layer.unpadded(last).filter(|&z| z <= 0.0).count() as u32
        });
        let dead: Vec<u32> = dead.collect();
        assert!(dead[0] < 10, "{dead:?}");
        assert_eq!(found.dead, dead);
    }
}
