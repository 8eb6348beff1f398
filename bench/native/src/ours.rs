//! Our trainer, native, compiled for any x86-64 processor: vectors of 128 bits, as in wasm.

use crate::contestant::{Contestant, Proof};
use anyhow::{Error, Result};
use lab::Training;
use lab::data::Split;
use ours::Net;

pub struct Ours {
    net: Net,
    split: Split,
    training: Training,
}

impl Ours {
    pub fn new(net: Net) -> Result<Self> {
        let split = folder::load(&folder::bundled())?;
        let training = start(&net, &split)?;
        Ok(Self { net, split, training })
    }
}

/// The net before its first step.
pub fn start(net: &Net, split: &Split) -> Result<Training> {
    ours::start(net, "ours", split).map_err(Error::msg)
}

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
        self.training = start(&self.net, &self.split)?;
        Ok(())
    }

    fn train(&mut self, steps: usize) -> Result<()> {
        ours::train(&mut self.training, &self.split, steps).map_err(Error::msg)
    }

    fn proof(&self) -> Result<Proof> {
        Ok(Proof::Fingerprint(fingerprint(&self.training)))
    }
}
