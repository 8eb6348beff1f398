//! TensorBoard's event file, written step by step: [`header`], then [`events`] of each sample. Their concatenation is the file,
//! so that a program can write it while a run trains.
//!
//! Tags are the tutorial's: `loss`, `acc`, `mean_1` … of |∂C/∂W|, `histogram_1` … of ∂C/∂W. `hist_weights_l` is a histogram of
//! the weights, as its name says; the tutorial's script passes the gradient to it. Further tags are ours.

mod framing;
mod protobuf;

use lab::measure::histogram::{BINS, Histogram};
use lab::measure::sample::{LayerHistograms, LayerSample};
use lab::run::Measured;
use protobuf::Message;

/// The file's name in the folder of its run. TensorBoard takes any file whose name contains `tfevents`.
pub const NAME: &str = "events.out.tfevents.0.vanishing-gradients";

/// A tag before the layer's number, and its value.
type Scalar = (&'static str, fn(&LayerSample) -> f32);
/// A tag before the layer's number, its histogram, and ‖x‖ of the values.
type Bins = (&'static str, fn(&LayerHistograms) -> &Histogram, fn(&LayerSample) -> f32);

const SCALARS: [Scalar; 4] = [
    ("mean_", |layer| layer.gradient.mean),
    ("delta_", |layer| layer.delta.mean),
    ("z_", |layer| layer.pre_activation.mean),
    ("a_", |layer| layer.activation.mean),
];

const HISTOGRAMS: [Bins; 5] = [
    ("histogram_", |layer| &layer.gradient, |layer| layer.gradient.norm),
    ("hist_weights_", |layer| &layer.weight, |layer| layer.weight.norm),
    ("hist_delta_", |layer| &layer.delta, |layer| layer.delta.norm),
    ("hist_z_", |layer| &layer.pre_activation, |layer| layer.pre_activation.norm),
    ("hist_a_", |layer| &layer.activation, |layer| layer.activation.norm),
];

/// The first record, which says that the file holds events.
pub fn header() -> Vec<u8> {
    framing::record(&Message::default().double(1, 0.0).bytes(3, b"brain.Event:2").0)
}

/// One sample as one record.
pub fn events(measured: &Measured) -> Vec<u8> {
    let sample = &measured.sample;
    let mut summary = Message::default();
    let mut scalar = |tag: &str, value: f32| summary.add_bytes(1, &scalar_value(tag, value).0);
    scalar("loss", sample.loss);
    scalar("acc", sample.accuracy);
    if let Some(held_out) = &measured.held_out {
        scalar("held_out_loss", held_out.loss);
        scalar("held_out_acc", held_out.accuracy);
    }
    for (tag, value) in SCALARS {
        sample.layers.iter().enumerate().for_each(|(l, layer)| scalar(&format!("{tag}{}", l + 1), value(layer)));
    }
    let histograms = measured.histograms.as_ref().map(|histograms| histograms.layers.as_slice()).unwrap_or_default();
    for (tag, histogram, norm) in HISTOGRAMS {
        for (l, (layer, bins)) in sample.layers.iter().zip(histograms).enumerate() {
            let value = histogram_value(&format!("{tag}{}", l + 1), histogram(bins), norm(layer));
            summary.add_bytes(1, &value.0);
        }
    }
    framing::record(&event(sample.step, &summary).0)
}

/// `Event { wall_time: 1, step: 2, summary: 5 }`. Equal runs must give equal bytes, so the time of an event is not the clock's: it
/// is the step in seconds. TensorBoard's horizontal axes "Relative" and "Wall" then show steps too.
fn event(step: u32, summary: &Message) -> Message {
    Message::default().double(1, f64::from(step)).varint(2, step.into()).bytes(5, &summary.0)
}

/// `Summary.Value { tag: 1, simple_value: 2 }`.
fn scalar_value(tag: &str, value: f32) -> Message {
    Message::default().bytes(1, tag.as_bytes()).float(2, value)
}

/// `Summary.Value { tag: 1, histo: 5 }`.
fn histogram_value(tag: &str, histogram: &Histogram, norm: f32) -> Message {
    Message::default().bytes(1, tag.as_bytes()).bytes(5, &histogram_proto(histogram, norm).0)
}

/// `HistogramProto { min: 1, max: 2, num: 3, sum: 4, sum_squares: 5, bucket_limit: 6, bucket: 7 }`. A limit is the right edge of
/// its bucket. `sum` is not measured and left out; TensorBoard does not show it.
fn histogram_proto(histogram: &Histogram, norm: f32) -> Message {
    let [low, high] = [histogram.low, histogram.high].map(f64::from);
    // Equal values are all in the first bin.
    let n_bins = if low == high { 1 } else { BINS };
    let edge = |i: usize| if i == n_bins { high } else { low + (high - low) * i as f64 / n_bins as f64 };
    let edges: Vec<f64> = (1..=n_bins).map(edge).collect();
    let counts: Vec<f64> = histogram.counts.iter().take(n_bins).map(|&count| count.into()).collect();
    let message = Message::default().double(1, low).double(2, high).double(3, counts.iter().sum());
    message.double(5, f64::from(norm).powi(2)).doubles(6, &edges).doubles(7, &counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::measure::sample::Sample;
    use sha2::{Digest, Sha256};

    fn hexadecimal(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// As TensorFlow writes it, with time 0.
    #[test]
    fn a_file_begins_with_its_version() {
        let expected = "1800000000000000a37f4b220900000000000000001a0d627261696e2e4576656e743a32";
        assert!(hexadecimal(&header()).starts_with(expected), "{}", hexadecimal(&header()));
    }

    /// The expected bytes are those of tensorboard 2.21's own message classes for the same values; `sum` is left out there too.
    #[test]
    fn messages_are_encoded_as_tensorboards_own_are() {
        let histogram = |low, high, counts: &[(usize, u32)]| {
            let mut bins = [0; BINS];
            counts.iter().for_each(|&(i, count)| bins[i] = count);
            Histogram { low, high, counts: bins, n_zero: 0 }
        };
        let many = histogram_value("histogram_1", &histogram(-1.0, 3.0, &[(0, 3), (63, 2)]), 2.0).0;
        let digest = hexadecimal(&Sha256::digest(&many));
        assert_eq!(
            (many.len(), digest.as_str()),
            (1_082, "410a92d725ab5b0d6547950fe2ecdc900a24c5ec1c1cf68aecb9c6b2d8a50f31")
        );
        let equal = histogram_value("hist_z_2", &histogram(0.5, 0.5, &[(0, 7)]), 2.0).0;
        let expected = "0a08686973745f7a5f322a3809000000000000e03f11000000000000e03f190000000000001c402900000000000010403208\
                        000000000000e03f3a080000000000001c40";
        assert_eq!(hexadecimal(&equal), expected);
        let sample =
            Sample { step: 200, loss: 0.1, accuracy: 0.5, recent_loss: 0.0, recent_accuracy: 0.0, layers: vec![] };
        let record = events(&Measured { sample, histograms: None, held_out: None, reading: None, example: None });
        let expected = "09000000000000694010c8012a190a0b0a046c6f737315cdcccc3d0a0a0a03616363150000003f";
        assert_eq!(hexadecimal(&record[12..record.len() - 4]), expected);
    }
}
