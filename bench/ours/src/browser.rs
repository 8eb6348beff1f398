//! The trainer as JavaScript calls it.

use crate::{Measuring, Net, Trainer};
use vanishing_gradients::data::Digits;
use wasm_bindgen::prelude::wasm_bindgen;

/// A net with its digits, to be trained again and again from its start.
#[wasm_bindgen]
pub struct Contestant {
    net: Net,
    measuring: Measuring,
    digits: Digits,
    trainer: Option<Trainer>,
}

#[wasm_bindgen]
impl Contestant {
    /// `images` and `labels` are MNIST's IDX files, inflated; `measuring` is a contestant's name.
    #[wasm_bindgen(constructor)]
    pub fn new(
        net: &str,
        activation: &str,
        measuring: &str,
        images: &[u8],
        labels: &[u8],
    ) -> Result<Contestant, String> {
        let net = Net::find(net, activation)?;
        let measuring = Measuring::from_key(measuring).ok_or_else(|| format!("there is no contestant {measuring}"))?;
        let digits = Digits::from_idx(images, labels).map_err(|error| error.to_string())?;
        let mut contestant = Self { net, measuring, digits, trainer: None };
        contestant.reset();
        Ok(contestant)
    }

    /// Back to the start weights and the first batch.
    pub fn reset(&mut self) {
        self.trainer = Trainer::new(&self.net, self.measuring, &self.digits);
    }

    /// Trains `steps` steps and returns their losses.
    pub fn train(&mut self, steps: usize) -> Vec<f32> {
        let mut losses = vec![0.0; steps];
        if let Some(trainer) = &mut self.trainer {
            trainer.train(&self.digits, &mut losses);
        }
        losses
    }
}
