//! Our trainer, native, for x86-64 as every such processor has it: vectors of 128 bits, as in wasm.

use crate::contestant::Contestant;
use anyhow::{Context, Result};
use ours::{Measuring, Net, Trainer};
use vanishing_gradients::data::Digits;
use vanishing_gradients::folder;

pub struct Ours {
    net: Net,
    digits: Digits,
    trainer: Trainer,
}

impl Ours {
    pub fn new(net: Net) -> Result<Self> {
        let digits = folder::load(&folder::bundled())?.train;
        let trainer = start(&net, &digits)?;
        Ok(Self { net, digits, trainer })
    }
}

/// The net at its start.
pub fn start(net: &Net, digits: &Digits) -> Result<Trainer> {
    Trainer::new(net, Measuring::Nothing, digits).context("there are fewer digits than a batch holds")
}

impl Contestant for Ours {
    fn label(&self) -> String {
        "ours, 128-bit vectors".into()
    }

    fn note(&self) -> &'static str {
        ""
    }

    fn reset(&mut self) -> Result<()> {
        self.trainer = start(&self.net, &self.digits)?;
        Ok(())
    }

    fn train(&mut self, steps: usize) -> Result<Vec<f32>> {
        let mut losses = vec![0.0; steps];
        self.trainer.train(&self.digits, &mut losses);
        Ok(losses)
    }
}
