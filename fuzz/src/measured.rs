//! What a trainer measures, with any numbers in it.

use arbitrary::{Result, Unstructured};
use lab::measure::histogram::{BINS, Histogram};
use lab::measure::sample::{Chain, HeldOut, Histograms, LayerHistograms, LayerSample, Sample, Size};
use lab::run::Measured;

/// A sample of up to 2 layers, perhaps with histograms and an evaluation of the held-out examples.
pub fn measured(u: &mut Unstructured) -> Result<Measured> {
    let (step, n_layers) = (u.arbitrary()?, u.int_in_range(0..=2)?);
    let layers = (0..n_layers).map(|_| layer(u)).collect::<Result<_>>()?;
    let [loss, accuracy, recent_loss, recent_accuracy] = u.arbitrary()?;
    let sample = Sample { step, loss, accuracy, recent_loss, recent_accuracy, layers };
    let histograms = u.arbitrary::<bool>()?.then(|| (0..n_layers).map(|_| layer_histograms(u)).collect::<Result<_>>());
    let histograms = histograms.transpose()?.map(|layers| Histograms { step, layers });
    let held_out = match u.arbitrary()? {
        true => Some(HeldOut { step, loss: u.arbitrary()?, accuracy: u.arbitrary()?, dead: vec![1; n_layers] }),
        false => None,
    };
    Ok(Measured { sample, histograms, held_out, reading: None, example: None })
}

fn size(u: &mut Unstructured) -> Result<Size> {
    Ok(Size { mean: u.arbitrary()?, norm: u.arbitrary()? })
}

fn layer(u: &mut Unstructured) -> Result<LayerSample> {
    let [recent_gradient, slope, saturated, singular_value, update_ratio] = u.arbitrary()?;
    Ok(LayerSample {
        gradient: size(u)?,
        recent_gradient,
        delta: size(u)?,
        weight: size(u)?,
        pre_activation: size(u)?,
        activation: size(u)?,
        slope,
        saturated,
        singular_value,
        update_ratio,
        chain: Chain { weights: slope, skip: 1.0, dropout: 1.0, slope, norm: 1.0 },
    })
}

fn layer_histograms(u: &mut Unstructured) -> Result<LayerHistograms> {
    Ok(LayerHistograms {
        weight: histogram(u)?,
        gradient: histogram(u)?,
        delta: histogram(u)?,
        pre_activation: histogram(u)?,
        activation: histogram(u)?,
    })
}

/// A histogram in which up to 3 bins are not empty.
fn histogram(u: &mut Unstructured) -> Result<Histogram> {
    let mut counts = [0; BINS];
    for _ in 0..u.int_in_range(0..=3)? {
        let (bin, count) = (u.int_in_range(0..=BINS - 1)?, u.arbitrary()?);
        counts[bin] = count;
    }
    Ok(Histogram { low: u.arbitrary()?, high: u.arbitrary()?, counts, n_zero: u.arbitrary()? })
}
