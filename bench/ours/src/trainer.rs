//! The loop that is timed, over the library's own parts: batches, forward, backward, what is measured, update.

use crate::Net;
use vanishing_gradients::data::{Batches, Digits};
use vanishing_gradients::lab::measure;
use vanishing_gradients::nn::optimizer::Optimization;
use vanishing_gradients::nn::{Initializer, Loss, Mlp, Optimizer, Tape, rng::Rng};

/// What a step measures of itself.
#[derive(Clone, Copy, PartialEq)]
pub enum Measuring {
    Nothing,
    /// Means of |∂C/∂W|, |δ| and |W| of every layer at every step.
    Means,
    /// These and the histograms at every tenth step.
    AllAtEveryTenth,
}

impl Measuring {
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Means, Self::AllAtEveryTenth];

    /// The contestant's name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Nothing => "ours",
            Self::Means => "ours-means",
            Self::AllAtEveryTenth => "ours-all",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measuring| measuring.key() == key)
    }
}

/// One net in training.
pub struct Trainer {
    mlp: Mlp<f32>,
    tape: Tape<f32>,
    optimization: Optimization<f32>,
    batches: Batches,
    measuring: Measuring,
    step: usize,
}

impl Trainer {
    /// The net at its start. None where there are fewer digits than a batch holds.
    pub fn new(net: &Net, measuring: Measuring, n_digits: usize) -> Option<Self> {
        let batches = Batches::new(n_digits, net.batch, Net::SEED)?;
        let rng = &mut Rng::weights(Net::SEED);
        let mlp = Mlp::new(&net.sizes(), net.activation, Loss::SoftmaxCrossEntropy, Initializer::GlorotUniform, rng);
        let optimization = Optimization::new(Optimizer::Adam(Net::ADAM), mlp.parameters().len());
        let tape = mlp.tape(net.batch);
        Some(Self { mlp, tape, optimization, batches, measuring, step: 0 })
    }

    /// Trains for as many steps as `losses` has room; puts in the loss of each batch.
    pub fn train(&mut self, digits: &Digits, losses: &mut [f32]) {
        for loss in losses {
            let rows = self.batches.next_batch();
            self.mlp.forward(&digits.x, &digits.labels, rows, &mut self.tape);
            self.mlp.backward(&digits.x, &digits.labels, rows, &mut self.tape);
            self.measure();
            self.optimization.update(self.mlp.parameters_mut(), &self.tape.gradient);
            *loss = self.tape.loss;
            self.step += 1;
        }
    }

    fn measure(&self) {
        let is_tenth = self.step.is_multiple_of(10);
        if self.measuring == Measuring::Means || (self.measuring == Measuring::AllAtEveryTenth && is_tenth) {
            std::hint::black_box(measure::layer_means(&self.mlp, &self.tape));
        }
        if self.measuring == Measuring::AllAtEveryTenth && is_tenth {
            std::hint::black_box(measure::layer_histograms(&self.mlp, &self.tape));
        }
    }

    /// All weights and biases as the peers read them: for each layer W `[fan_in, fan_out]`, then b `[fan_out]`.
    pub fn weights(&self) -> Vec<f32> {
        let layer = |layer: &vanishing_gradients::nn::mlp::Layer| {
            let [w, b] = [&layer.w, &layer.b].map(|range| &self.mlp.parameters()[range.clone()]);
            [w, b].concat()
        };
        self.mlp.layers().iter().flat_map(layer).collect()
    }

    /// The examples of the next batches, one batch after the other.
    pub fn rows(&mut self, n_batches: usize) -> Vec<u32> {
        (0..n_batches).flat_map(|_| self.batches.next_batch().to_vec()).collect()
    }
}
