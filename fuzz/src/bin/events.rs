//! Event files of any measurements, read back by another implementation: `prost` for the messages, `crc` for the checksums.

#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use crc::{CRC_32_ISCSI, Crc, Table};
use export::event_file;
use fuzz::{begin_with, measured, within};
use lab::run::Measured;
use libfuzzer_sys::fuzz_target;
use prost::Message;

/// Bytes for what is written and read; 2 layers with 5 histograms of 64 bins each need the most.
const LIMIT: usize = 1 << 17;

// The fields of event.proto and summary.proto that we write.

#[derive(PartialEq, Message)]
struct Event {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

#[derive(PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Value>,
}

#[derive(PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
    #[prost(message, optional, tag = "5")]
    histo: Option<Histogram>,
}

#[derive(PartialEq, Message)]
struct Histogram {
    #[prost(double, tag = "1")]
    min: f64,
    #[prost(double, tag = "2")]
    max: f64,
    #[prost(double, tag = "3")]
    num: f64,
    #[prost(double, tag = "5")]
    sum_squares: f64,
    #[prost(double, repeated, tag = "6")]
    bucket_limit: Vec<f64>,
    #[prost(double, repeated, tag = "7")]
    bucket: Vec<f64>,
}

#[derive(Debug)]
struct Any(Measured);

impl<'a> Arbitrary<'a> for Any {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        measured(u).map(Self)
    }
}

fn seeds() -> Vec<Vec<u8>> {
    [1, 7, 101].map(|factor| (0..1_000).map(|i| (i * factor % 251) as u8).collect()).into()
}

/// The data of a record, and what follows it.
fn record(bytes: &[u8]) -> (&[u8], &[u8]) {
    const CASTAGNOLI: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);
    let masked = |data: &[u8]| CASTAGNOLI.checksum(data).rotate_right(15).wrapping_add(0xa282_ead8);
    let (length, rest) = bytes.split_first_chunk::<8>().expect("a length");
    let (checksum, rest) = rest.split_first_chunk::<4>().expect("its checksum");
    assert_eq!(u32::from_le_bytes(*checksum), masked(length));
    let (data, rest) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let (checksum, rest) = rest.split_first_chunk::<4>().expect("the checksum of the data");
    assert_eq!(u32::from_le_bytes(*checksum), masked(data));
    (data, rest)
}

fn check(measured: &Measured) {
    let file = [event_file::header(), event_file::events(measured)].concat();
    let (header, rest) = record(&file);
    let (event, rest) = record(rest);
    assert!(rest.is_empty());
    assert_eq!(Event::decode(header).expect("an event").file_version.as_deref(), Some("brain.Event:2"));
    let event = Event::decode(event).expect("an event");
    assert_eq!((event.step, event.wall_time), (measured.sample.step.into(), measured.sample.step.into()));
    let mut values = event.summary.expect("a summary").value.into_iter();
    let mut scalar = |tag: &str, expected: f32| {
        let value = values.next().expect("a value");
        assert_eq!((value.tag.as_str(), value.simple_value.map(f32::to_bits)), (tag, Some(expected.to_bits())));
    };
    let sample = &measured.sample;
    scalar("loss", sample.loss);
    scalar("acc", sample.accuracy);
    if let Some(held_out) = &measured.held_out {
        scalar("held_out_loss", held_out.loss);
        scalar("held_out_acc", held_out.accuracy);
    }
    for l in 0..sample.layers.len() {
        scalar(&format!("mean_{}", l + 1), sample.layers[l].gradient.mean);
    }
    for l in 0..sample.layers.len() {
        scalar(&format!("delta_{}", l + 1), sample.layers[l].delta.mean);
    }
    let histograms: Vec<Histogram> = values.filter_map(|value| value.histo).collect();
    let layers = measured.histograms.as_ref().map_or(&[][..], |histograms| &histograms.layers);
    assert_eq!(histograms.len(), 5 * layers.len());
    for (found, expected) in histograms.iter().zip(layers.iter().map(|layer| &layer.gradient)) {
        assert_eq!(
            [found.min, found.max].map(f64::to_bits),
            [expected.low, expected.high].map(|x| f64::from(x).to_bits())
        );
        assert_eq!(found.bucket_limit.len(), found.bucket.len());
        assert_eq!(found.bucket_limit.last().map(|limit| limit.to_bits()), Some(found.max.to_bits()));
        assert_eq!(found.bucket.iter().sum::<f64>(), found.num);
        if expected.low < expected.high {
            assert!(found.bucket.iter().eq(expected.counts.map(f64::from).iter()));
            assert!(expected.low.is_infinite() || expected.high.is_infinite() || found.bucket_limit.is_sorted());
        }
    }
}

fuzz_target!(init: begin_with(seeds()), |measured: Any| {
    within(LIMIT, || check(&measured.0));
});
