//! The messages between page, trainers and the program of files. The first byte chooses the type. What was decoded comes back from
//! the bytes that are encoded for it.

#![no_main]

use arbitrary::Unstructured;
use files::{Reply, Request};
use fuzz::{begin_with, measured, within};
use lab::experiment::RunId;
use lab::run::protocol::{Command, Event, decode, encode};
use lab::run::{Diverged, Outcome};
use lab::{Detail, Recipe};
use libfuzzer_sys::fuzz_target;
use nn::finite::{NonFinite, Quantity};
use serde::{Deserialize, Serialize};

/// `serde` reserves up to 1 MiB for a list before it has read it, and lists contain lists.
const LIMIT: usize = 6 << 20;

fn seeds() -> Vec<Vec<u8>> {
    fn seed(kind: u8, message: &impl Serialize) -> Vec<u8> {
        [vec![kind], encode(message).expect("messages can be encoded")].concat()
    }
    let run = RunId(7);
    let settings = Recipe::default().check().expect("the default is valid");
    let bytes: Vec<u8> = (0..2_000).map(|i| (i * 7 % 251) as u8).collect();
    let measured = measured(&mut Unstructured::new(&bytes)).expect("the bytes suffice");
    let outcome = Outcome { steps: 2_500, fingerprint: u64::MAX, train_accuracy: 0.9, held_out_accuracy: 0.8 };
    let what = NonFinite { quantity: Quantity::Loss, layer: 6, value: f32::INFINITY };
    let query = "seed=1".to_owned();
    vec![
        seed(0, &Command::Start { run, settings, detail: Detail::Everything }),
        seed(0, &Command::Resume { run, until: Some(3) }),
        seed(1, &vec![Event::Hello, Event::Loaded { train: 9_000, held_out: 1_000 }]),
        seed(1, &vec![Event::Sampled { run, measured }, Event::Progressed { run, steps: 210, computed_ms: 12.5 }]),
        seed(1, &vec![Event::Finished { run, outcome }, Event::Diverged { run, diverged: Diverged { step: 3, what } }]),
        seed(2, &Request::Import { names: vec!["a/1.png".into(), "b/1.png".into()] }),
        seed(2, &Request::Export { format: "csv".into(), query, data: None }),
        seed(3, &Reply::Failed { sentence: "there are no files".into() }),
    ]
}

/// The bytes of a message that was decoded, if it is one.
fn encoded_again<M: Serialize + for<'a> Deserialize<'a>>(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(encode(&decode::<M>(bytes).ok()?).expect("messages can be encoded"))
}

fn check<M: Serialize + for<'a> Deserialize<'a>>(bytes: &[u8]) {
    if let Some(bytes) = encoded_again::<M>(bytes) {
        // Not the messages, because NaN is not equal to itself.
        assert_eq!(encoded_again::<M>(&bytes).as_ref(), Some(&bytes));
    }
}

fuzz_target!(init: begin_with(seeds()), |data: &[u8]| {
    let Some((kind, bytes)) = data.split_first() else { return };
    within(LIMIT, || match kind % 4 {
        0 => check::<Command>(bytes),
        1 => check::<Vec<Event>>(bytes),
        2 => check::<Request>(bytes),
        _ => check::<Reply>(bytes),
    });
});
