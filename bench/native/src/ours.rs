//! Our trainer, native, compiled for any x86-64 processor: vectors of 128 bits, as in wasm.

use crate::contestant::{Contestant, Proof};
use anyhow::{Error, Result};
use lab::data::Split;
use lab::{Detail, Training};
use ours::Net;

pub struct Ours {
    net: Net,
    split: Split,
    training: Training,
}

impl Ours {
    pub fn new(net: Net) -> Result<Self> {
        let split = folder::load(&folder::bundled())?;
        let training = ours::start(&net, Detail::Outcome, &split).map_err(Error::msg)?;
        Ok(Self { net, split, training })
    }
}

/// The hash of all parameters, in hexadecimal.
pub fn fingerprint(training: &Training) -> String {
    format!("{:016x}", training.fingerprint())
}

impl Contestant for Ours {
    fn label(&self) -> String {
        "ours, 128-bit vectors".into()
    }

    fn note(&self) -> &'static str {
        ""
    }

    fn reset(&mut self) -> Result<()> {
        self.training = ours::start(&self.net, Detail::Outcome, &self.split).map_err(Error::msg)?;
        Ok(())
    }

    fn train(&mut self, steps: usize) -> Result<()> {
        ours::train(&mut self.training, &self.split, steps).map_err(Error::msg)
    }

    fn proof(&self) -> Result<Proof> {
        Ok(Proof::Fingerprint(fingerprint(&self.training)))
    }
}
