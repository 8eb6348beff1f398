//! The trainer as JavaScript calls it.

use crate::{Net, start, train};
use lab::Training;
use lab::data::{Digits, Split};
use wasm_bindgen::prelude::wasm_bindgen;

/// A network and its digits. It can be trained repeatedly from the same start.
#[wasm_bindgen]
pub struct Contestant {
    net: Net,
    name: String,
    split: Split,
    training: Training,
}

#[wasm_bindgen]
impl Contestant {
    /// `name` is the contestant's. The other arguments are MNIST's four IDX files, not compressed.
    #[wasm_bindgen(constructor)]
    pub fn new(
        net: &str,
        activation: &str,
        name: String,
        images: &[u8],
        labels: &[u8],
        held_out_images: &[u8],
        held_out_labels: &[u8],
    ) -> Result<Contestant, String> {
        let net = Net::find(net, activation)?;
        let digits = |images: &[u8], labels: &[u8]| Digits::from_idx(images, labels).map_err(|error| error.to_string());
        let split = Split { train: digits(images, labels)?, held_out: digits(held_out_images, held_out_labels)? };
        let training = start(&net, &name, &split)?;
        Ok(Self { net, name, split, training })
    }

    /// Goes back to the start weights and the first batch.
    pub fn reset(&mut self) -> Result<(), String> {
        self.training = start(&self.net, &self.name, &self.split)?;
        Ok(())
    }

    pub fn train(&mut self, steps: usize) -> Result<(), String> {
        train(&mut self.training, &self.split, steps)
    }

    /// The hash of all parameters in hexadecimal: a JavaScript number has only 53 bits.
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", self.training.fingerprint())
    }
}
