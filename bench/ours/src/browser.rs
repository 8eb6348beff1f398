//! The trainer as JavaScript calls it.

use crate::{DETAILS, Net, start, train};
use lab::data::Split;
use lab::{Detail, Training};
use wasm_bindgen::prelude::wasm_bindgen;

/// A network and its digits. It can be trained repeatedly from the same start.
#[wasm_bindgen]
pub struct Contestant {
    net: Net,
    detail: Detail,
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
        name: &str,
        images: &[u8],
        labels: &[u8],
        held_out_images: &[u8],
        held_out_labels: &[u8],
    ) -> Result<Contestant, String> {
        let net = Net::find(net, activation)?;
        let detail = DETAILS.into_iter().find(|(contestant, _)| *contestant == name);
        let (_, detail) = detail.ok_or_else(|| format!("there is no contestant “{name}”"))?;
        let split = Split::from_idx([images, labels, held_out_images, held_out_labels]);
        let split = split.map_err(|error| error.to_string())?;
        let training = start(&net, detail, &split)?;
        Ok(Self { net, detail, split, training })
    }

    /// Goes back to the start weights and the first batch.
    pub fn reset(&mut self) -> Result<(), String> {
        self.training = start(&self.net, self.detail, &self.split)?;
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
