//! The loop that is timed, over the library's own parts: batches, forward, backward, what is measured, update.

use crate::Net;
use std::hint::black_box;
use vanishing_gradients::data::{Batches, Digits};
use vanishing_gradients::lab::measure::{self, Room};
use vanishing_gradients::nn::magnitude::Magnitude;
use vanishing_gradients::nn::optimizer::Optimization;
use vanishing_gradients::nn::{Architecture, Loss, Mlp, Optimizer, Tape, rng::Rng};

/// What a step measures of itself.
#[derive(Clone, Copy, PartialEq)]
pub enum Measuring {
    Nothing,
    /// Means of |∂C/∂W| and |δ| of every layer at every step.
    Means,
    /// All that the laboratory measures of a batch, histograms and the chain rule's factors too, at every tenth step.
    All,
}

impl Measuring {
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Means, Self::All];

    /// The contestant's name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Nothing => "ours",
            Self::Means => "ours-means",
            Self::All => "ours-all",
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
    room: Room,
}

impl Trainer {
    /// The net at its start. None where there are fewer digits than a batch holds.
    pub fn new(net: &Net, measuring: Measuring, digits: &Digits) -> Option<Self> {
        let batches = Batches::new(digits.len(), net.batch, Net::SEED)?;
        let architecture = Architecture::plain(&net.sizes(), net.activation, Loss::SoftmaxCrossEntropy);
        let mlp = Mlp::new(architecture, &mut Rng::weights(Net::SEED));
        let optimizer = Optimizer::Adam(Net::ADAM);
        let optimization = Optimization::of_network(optimizer, mlp.layers(), digits.x.used_columns());
        let tape = Tape::new(&mlp, net.batch);
        Some(Self { mlp, tape, optimization, batches, measuring, step: 0, room: Room::default() })
    }

    /// Trains for as many steps as `losses` has room; puts in the loss of each batch, NaN from where a number was not finite.
    pub fn train(&mut self, digits: &Digits, losses: &mut [f32]) {
        for loss in losses {
            *loss = if self.step(digits) { self.tape.loss } else { f32::NAN };
        }
    }

    /// One step, as `lab::Training` makes it; whether all is finite.
    fn step(&mut self, digits: &Digits) -> bool {
        let measures_all = self.measuring == Measuring::All && self.step.is_multiple_of(10);
        self.step += 1;
        let rows = self.batches.next_batch();
        self.mlp.forward(&digits.x, &digits.labels, rows, &mut self.tape);
        if !self.tape.is_finite(&self.mlp) {
            return false;
        }
        self.tape.measures_chain = measures_all;
        self.mlp.backward(&digits.x, &digits.labels, rows, &mut self.tape);
        if measures_all {
            return self.update_measured();
        }
        let is_finite = self.optimization.update(self.mlp.parameters_mut(), &self.tape.gradient);
        if self.measuring == Measuring::Means {
            self.means();
        }
        is_finite
    }

    fn means(&self) {
        black_box(self.optimization.sums());
        for (layer, activity) in self.mlp.layers().iter().zip(&self.tape.layers) {
            black_box(Magnitude::of(&activity.delta[..self.tape.batch * layer.stride]).sum);
        }
    }

    fn update_measured(&mut self) -> bool {
        let Self { mlp, tape, optimization, room, .. } = self;
        let (mut samples, histograms) = measure::measure(mlp, tape, true, room);
        black_box(histograms);
        let is_finite = optimization.update_measured(mlp.parameters_mut(), &tape.gradient);
        measure::update_ratios(mlp, optimization.sums(), &mut samples);
        black_box(samples);
        is_finite
    }

    /// All weights and biases as the peers read them: for each layer W `[fan_in, fan_out]`, then b `[fan_out]`.
    pub fn weights(&self) -> Vec<f32> {
        let layers = self.mlp.layers().iter();
        let parameters = self.mlp.parameters();
        layers.flat_map(|layer| layer.weights(parameters).chain(layer.unpadded(&parameters[layer.b.clone()]))).collect()
    }

    /// The examples of the next batches, one batch after the other.
    pub fn rows(&mut self, n_batches: usize) -> Vec<u32> {
        (0..n_batches).flat_map(|_| self.batches.next_batch().to_vec()).collect()
    }
}
