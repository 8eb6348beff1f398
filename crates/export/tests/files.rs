//! Exports through the public interface: what was recorded is what is in the files.

#![cfg(not(target_arch = "wasm32"))]

use export::{DataIdentity, ExportError, FileIdentity, Format, MAX_BYTES, Need, Network, Record, Source, event_file};
use lab::data::dataset::MNIST_FILES;
use lab::experiment::Results;
use lab::{Experiment, Split};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;
use std::hash::Hasher;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use zip::ZipArchive;

/// Short runs with all that a network can have, one of which diverges.
const QUERY: &str = "steps=230&width=6&depth=3&seeds=2&run=relu,norm:batch,dropout:0.25&run=tanh,norm:layer,residual:yes,label:=1%2B1\
                     &run=identity,optimizer:sgd,rate:100,label:Diverges";

struct Fixture {
    experiment: Experiment,
    split: Split,
    data: DataIdentity,
}

impl Fixture {
    fn new(query: &str) -> Self {
        let (imported, split) = folder::load_imported(&folder::bundled()).unwrap();
        let files = MNIST_FILES.iter().zip(&imported.idx).map(|(name, bytes)| FileIdentity::of(name, bytes)).collect();
        let (experiment, errors) = Experiment::from_query(query);
        assert_eq!(errors, []);
        let data = DataIdentity::new(DataIdentity::BUNDLED, &split, files);
        Self { experiment, split, data }
    }

    fn source(&self) -> Source<'_> {
        Source { experiment: &self.experiment, split: &self.split, data: &self.data }
    }

    fn records(&self, need: Need) -> Vec<Record> {
        let record = |run: lab::experiment::Run| {
            export::record(run.settings, &self.split, need, |_, _| ControlFlow::Continue(())).unwrap()
        };
        self.experiment.runs().into_iter().map(record).collect()
    }

    /// The files of an export by their names.
    fn export(&self, format: Format) -> Vec<(String, Vec<u8>)> {
        let file = export::write(format, self.source(), &self.records(format.need())).unwrap();
        assert_eq!((file.name.as_str(), file.media_type), (format.file_name(), format.media_type()));
        if !file.name.ends_with(".zip") {
            return vec![(file.name.to_owned(), file.bytes)];
        }
        let mut archive = ZipArchive::new(Cursor::new(file.bytes)).unwrap();
        let n_files = archive.len();
        let read = |i| {
            let (mut bytes, mut entry) = (Vec::new(), archive.by_index(i).unwrap());
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        };
        (0..n_files).map(read).collect()
    }
}

fn named<'a>(files: &'a [(String, Vec<u8>)], name: &str) -> &'a [u8] {
    let file = files.iter().find(|(other, _)| other == name);
    &file.unwrap_or_else(|| panic!("no {name} in {:?}", files.iter().map(|(name, _)| name).collect::<Vec<_>>())).1
}

#[test]
fn an_export_is_the_same_bytes_every_time() {
    let fixture = Fixture::new(QUERY);
    for format in Format::ALL {
        let write = || export::write(format, fixture.source(), &fixture.records(format.need())).unwrap();
        assert_eq!(write(), write(), "{format:?}");
    }
}

#[test]
fn more_than_needed_may_be_recorded_but_not_less() {
    let fixture = Fixture::new("steps=30");
    let all = fixture.records(Format::ALL.into_iter().fold(Need::default(), |need, format| need.and(format.need())));
    let none = fixture.records(Need::default());
    for format in Format::ALL {
        let least = export::write(format, fixture.source(), &fixture.records(format.need())).unwrap();
        assert_eq!(export::write(format, fixture.source(), &all).unwrap(), least, "{format:?}");
        let sentence = export::write(format, fixture.source(), &all[1..]).unwrap_err().to_string();
        assert_eq!(sentence, "the experiment has 3 runs, but 2 were recorded");
        if format.need().networks {
            let error = export::write(format, fixture.source(), &none).unwrap_err();
            assert!(matches!(error, ExportError::NotRecorded { .. }), "{error}");
        }
    }
}

/// Recorded by the press' and the tests' own loop.
#[test]
fn an_event_file_is_its_header_and_the_events_of_each_sample() {
    let fixture = Fixture::new(QUERY);
    let files = fixture.export(Format::TensorBoard);
    let results = Results::record(fixture.experiment.clone(), &fixture.split).unwrap();
    let folders = ["relu-batch-normalization-dropout-0.25", "1-1", "diverges"];
    assert_eq!(files.len(), 1 + 6);
    for (history, folder) in results.runs.iter().zip(folders.iter().flat_map(|folder| [folder; 2])) {
        let seed = history.settings.recipe().seed;
        let mut expected = event_file::header();
        for sample in &history.samples {
            let histograms = history.histograms.iter().find(|histograms| histograms.step == sample.step).cloned();
            let held_out = history.held_out.iter().find(|held_out| held_out.step == sample.step).cloned();
            let sample = sample.clone();
            let measured = lab::run::Measured { sample, histograms, held_out, reading: None, example: None };
            expected.extend(event_file::events(&measured));
        }
        let file = named(&files, &format!("{folder}-seed-{seed}/{}", event_file::NAME));
        assert!(file == expected, "{folder}: {} bytes, not {}", file.len(), expected.len());
    }
}

/// FNV-1a over W, b, γ and β of all layers: the tensors alone determine the fingerprint.
fn fingerprint(tensors: &SafeTensors) -> u64 {
    let mut hasher = fnv::FnvHasher::default();
    for l in 1.. {
        if tensors.tensor(&format!("layer{l}.w")).is_err() {
            return hasher.finish();
        }
        let parameters = ["w", "b", "gamma", "beta"].map(|name| tensors.tensor(&format!("layer{l}.{name}")));
        parameters.into_iter().flatten().for_each(|tensor| hasher.write(tensor.data()));
    }
    unreachable!()
}

#[test]
fn weights_read_back_have_the_fingerprint_of_the_run() {
    let fixture = Fixture::new(QUERY);
    let (files, records) = (fixture.export(Format::Weights), fixture.records(Format::Weights.need()));
    let document: Value = serde_json::from_slice(named(&files, "experiment.json")).unwrap();
    // The initial network of all six runs, and the final one of the four that do not diverge.
    assert_eq!(files.len(), 1 + 6 + 4);
    for (run, record) in document["runs"].as_array().unwrap().iter().zip(&records) {
        let networks = [("initial", record.initial.as_ref()), ("final", record.last.as_ref())];
        for (state, network) in networks.into_iter().filter_map(|(state, network)| Some((state, network?))) {
            let bytes = named(&files, &format!("{}/{state}.safetensors", run["folder"].as_str().unwrap()));
            let tensors = SafeTensors::deserialize(bytes).unwrap();
            check_tensors(&tensors, network);
            let (_, header) = SafeTensors::read_metadata(bytes).unwrap();
            let metadata = header.metadata().as_ref().unwrap();
            let found = format!("{:016x}", fingerprint(&tensors));
            assert_eq!((metadata["state"].as_str(), &metadata["fingerprint"]), (state, &found));
            assert_eq!(
                [&metadata["link"], &metadata["label"]].map(String::as_str),
                ["link", "label"].map(|key| run[key].as_str().unwrap())
            );
            if state == "final" {
                assert_eq!(run["fingerprint"].as_str(), Some(found.as_str()));
            }
        }
        assert_eq!(run["fingerprint"].is_null(), run["diverged"].is_string());
    }
}

fn check_tensors(tensors: &SafeTensors, network: &Network) {
    assert_eq!(tensors.len(), network.tensors.len());
    for tensor in &network.tensors {
        let read = tensors.tensor(&tensor.name).unwrap();
        let bytes: Vec<u8> = tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect();
        assert_eq!((read.dtype(), read.shape(), read.data()), (Dtype::F32, &tensor.shape[..], &bytes[..]));
    }
    let shape = |name: &str| tensors.tensor(name).map(|tensor| tensor.shape().to_vec()).ok();
    assert_eq!(
        [shape("layer1.w"), shape("layer3.w"), shape("layer3.b")],
        [Some(vec![784, 6]), Some(vec![6, 10]), Some(vec![10])]
    );
    assert_eq!(shape("layer3.gamma"), None, "the output does not normalize");
}

/// Batch normalization alone has them; they start at mean 0 and variance 1 and follow the batches.
#[test]
fn running_moments_are_exported_too() {
    let fixture = Fixture::new("steps=10&depth=3&run=relu,norm:batch&run=relu,norm:layer");
    let [batch, layer] = &fixture.records(Format::Weights.need())[..] else { panic!("two runs") };
    let tensor = |network: &Option<Network>, name: &str| {
        let tensors = &network.as_ref().unwrap().tensors;
        tensors.iter().find(|tensor| tensor.name == name).map(|tensor| tensor.values.clone())
    };
    assert_eq!(tensor(&batch.initial, "layer2.running_mean"), Some(vec![0.0; 10]));
    assert_eq!(tensor(&batch.initial, "layer2.running_variance"), Some(vec![1.0; 10]));
    // Ten steps of weight 0.01 each, of means below 2.
    let means = tensor(&batch.last, "layer2.running_mean").unwrap();
    assert!(means.iter().all(|&mean| mean != 0.0 && mean.abs() < 0.2), "{means:?}");
    assert!(tensor(&layer.last, "layer2.gamma").is_some() && tensor(&layer.last, "layer2.running_mean").is_none());
    assert!(tensor(&batch.last, "layer3.running_mean").is_none(), "the output does not normalize");
}

#[test]
fn a_table_has_a_row_for_each_run_sample_and_layer() {
    let fixture = Fixture::new(QUERY);
    let (files, records) = (fixture.export(Format::Csv), fixture.records(Format::Csv.need()));
    let mut reader = csv::Reader::from_reader(named(&files, "logs.csv"));
    let headers = reader.headers().unwrap().clone();
    let mut rows = reader.records().map(Result::unwrap);
    for (record, run) in records.iter().zip(fixture.experiment.runs()) {
        for measured in &record.samples {
            for (l, layer) in measured.sample.layers.iter().enumerate() {
                let row = rows.next().unwrap();
                let cell = |name: &str| &row[headers.iter().position(|header| header == name).unwrap()];
                let number = |name: &str| cell(name).parse::<f32>().ok();
                let label = ["ReLU, batch normalization, dropout 0.25", "'=1+1", "Diverges"][run.variant];
                assert_eq!(
                    [cell("label"), cell("seed"), cell("step"), cell("layer")],
                    [
                        label,
                        &run.settings.recipe().seed.to_string(),
                        &measured.sample.step.to_string(),
                        &(l + 1).to_string()
                    ]
                );
                assert_eq!(cell("logged"), if [0, 200].contains(&measured.sample.step) { "true" } else { "false" });
                assert_eq!(number("loss"), Some(measured.sample.loss));
                assert_eq!(number("mean_abs_gradient"), Some(layer.gradient.mean));
                assert_eq!(
                    [number("norm_activation"), number("chain_norm")],
                    [layer.activation.norm, layer.chain.norm].map(Some)
                );
                assert_eq!(number("held_out_loss"), measured.held_out.as_ref().map(|held_out| held_out.loss));
                let dead = measured.held_out.as_ref().and_then(|held_out| held_out.dead.get(l).copied());
                assert_eq!(cell("dead_units").parse().ok(), dead);
            }
        }
    }
    assert!(rows.next().is_none());
    let mut runs = csv::Reader::from_reader(named(&files, "runs.csv"));
    assert_eq!(runs.records().count(), 6);
}

#[test]
fn the_document_has_all_samples_all_histograms_and_the_data() {
    let fixture = Fixture::new(QUERY);
    let (files, records) = (fixture.export(Format::Json), fixture.records(Format::Json.need()));
    let document: Value = serde_json::from_slice(&files[0].1).unwrap();
    assert_eq!(document["link"].as_str().map(|link| Experiment::from_query(link).0), Some(fixture.experiment.clone()));
    assert_eq!(document["data"]["folder"], Value::Null);
    // From the data card.
    let sha256 = "9da57b6accf57179a7a24cc76c57138d54407a532a350723e791858218a76c45";
    assert_eq!(
        [&document["data"]["train"], &document["data"]["files"][0]["sha256"]],
        [&Value::from(9_000), &Value::from(sha256)]
    );
    for (run, record) in document["runs"].as_array().unwrap().iter().zip(&records) {
        let samples = run["samples"].as_array().unwrap();
        assert_eq!(samples.len(), record.samples.len());
        for (json, measured) in samples.iter().zip(&record.samples) {
            assert_eq!(json["loss"].as_f64().map(|loss| loss as f32), Some(measured.sample.loss));
            assert_eq!(json["layers"].as_array().map(Vec::len), Some(3));
        }
        let logged = record.samples.iter().filter_map(|measured| measured.histograms.as_ref());
        let logs = run["logs"].as_array().unwrap();
        assert_eq!(logs.len(), logged.clone().count());
        for (json, histograms) in logs.iter().zip(logged) {
            let counts = &json["histograms"][2]["delta"]["counts"];
            assert_eq!(*counts, Value::from(histograms.layers[2].delta.counts.to_vec()));
        }
    }
}

#[test]
fn scripts_come_with_all_that_they_read() {
    let fixture = Fixture::new(QUERY);
    let files = fixture.export(Format::Scripts);
    let big_endian = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
    let images = named(&files, "train-images.idx");
    assert_eq!(
        (images[..4].to_vec(), big_endian(&images[4..8]), big_endian(&images[8..12])),
        (vec![0, 0, 8, 2], 9_000, 784)
    );
    let batches = named(&files, "1-1-seed-2/batches.idx");
    assert_eq!(
        (batches[..4].to_vec(), big_endian(&batches[4..8]), big_endian(&batches[8..12])),
        (vec![0, 0, 12, 2], 230, 30)
    );
    assert_eq!(batches.len(), 12 + 4 * 230 * 30);
    let masks = |folder: &str| files.iter().any(|(name, _)| *name == format!("{folder}/masks.idx"));
    assert!(masks("relu-batch-normalization-dropout-0.25-seed-1") && !masks("1-1-seed-1"));
    let losses = String::from_utf8(named(&files, "diverges-seed-1/losses.csv").to_vec()).unwrap();
    assert!(losses.starts_with("step,loss\n0,2.") && losses.lines().count() < 230, "{losses}");
    for name in ["README.md", "runs.py", "train_jax.py", "train_keras.py", "train_torch.py"] {
        assert!(!named(&files, name).is_empty());
    }
}

/// Before its running moments have settled, a batch-normalized network overflows on the held-out digits.
#[test]
fn a_held_out_loss_that_is_not_finite_is_written_as_text() {
    let fixture = Fixture::new("steps=3&depth=40&init=normal&std=100&norm=batch&run=relu");
    let document: Value = serde_json::from_slice(&fixture.export(Format::Json)[0].1).unwrap();
    let table = String::from_utf8(named(&fixture.export(Format::Csv), "logs.csv").to_vec()).unwrap();
    let log = &document["runs"][0]["logs"][0];
    assert_eq!((log["held_out_loss"].as_str(), log["held_out_accuracy"].is_number()), (Some("NaN"), true));
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let column = rows.headers().unwrap().iter().position(|name| name == "held_out_loss").unwrap();
    assert_eq!(&rows.records().next().unwrap().unwrap()[column], "NaN");
}

#[test]
fn the_size_is_known_before_the_first_step() {
    for query in ["", "steps=450&depth=12&width=64&dropout=0.5&norm=batch&run=relu", "depth=1&steps=10&seeds=5"] {
        let fixture = Fixture::new(query);
        for format in Format::ALL {
            let estimate = export::check_size(format, &fixture.experiment, &fixture.split, MAX_BYTES).unwrap();
            let bytes: u64 = fixture.export(format).iter().map(|(_, bytes)| bytes.len() as u64).sum();
            let share = bytes as f64 / estimate as f64;
            assert!((0.5..=1.05).contains(&share), "{format:?} of {query}: {bytes} bytes, estimated as {estimate}");
        }
    }
    let huge = Fixture::new("steps=100000&batch=512&seeds=3");
    let sentence =
        export::check_size(Format::Scripts, &huge.experiment, &huge.split, MAX_BYTES).unwrap_err().to_string();
    assert_eq!(sentence, "the export “Python scripts” needs about 1867 MB, but at most 400 MB are allowed");
    assert!(export::check_size(Format::Csv, &huge.experiment, &huge.split, MAX_BYTES).is_ok());
}
