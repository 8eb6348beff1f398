//! The terminal program through its process: what it prints where, and how it ends.

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

const FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

fn headless(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headless"));
    command.args(args);
    command
}

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let output = headless(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn inflated(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = fs::File::open(folder::bundled().join(format!("{name}.gz"))).unwrap();
    GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    bytes
}

/// A new folder with the bundled digits, not gzipped.
fn raw_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("headless").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    FILES.iter().for_each(|file| fs::write(folder.join(file), inflated(file)).unwrap());
    folder
}

/// The one line on standard error of a run on `folder` that must fail with code 1 and print nothing else.
fn complaint(folder: &Path) -> String {
    let (code, out, err) = run(&["--steps", "1", "--data", folder.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    err.replace(&format!("{}", folder.display()), "DIR")
}

#[test]
fn json_holds_every_run_and_is_the_same_for_raw_digits() {
    let args = ["--steps", "220", "--seed", "7", "--seeds", "2", "--width", "8", "--depth", "3", "--json", "--data"];
    let document = |folder: &Path| {
        let (code, out, err) = run(&[&args[..], &[folder.to_str().unwrap()]].concat());
        assert_eq!((code, err.as_str()), (Some(0), ""));
        serde_json::from_str::<Value>(&out).unwrap()
    };
    let gzipped = document(&folder::bundled());
    assert_eq!(gzipped["runs"], document(&raw_folder("raw"))["runs"]);
    assert_eq!([&gzipped["version"], &gzipped["data"]["train"]], [1, 9_000]);
    let runs = gzipped["runs"].as_array().unwrap();
    let names: Vec<_> = runs.iter().map(|run| (run["label"].as_str(), run["seed"].as_u64())).collect();
    let expected = ["sigmoid", "ReLU", "leaky ReLU"].map(|name| [(Some(name), Some(7)), (Some(name), Some(8))]);
    assert_eq!(names, expected.concat());
    for run in runs {
        let settings = &run["settings"];
        assert_eq!([&settings["depth"], &settings["width"], &settings["steps"]], [3, 8, 220]);
        assert_eq!([&settings["rate"], &settings["norm"]], [&json!(0.001), &json!("none")]);
        let is_leaky = settings["activation"] == "leaky";
        assert_eq!(settings["slope"], if is_leaky { json!(0.01) } else { Value::Null });
        assert!([&settings["std"], &settings["clip"]].into_iter().all(Value::is_null));
        assert!(u64::from_str_radix(run["fingerprint"].as_str().unwrap(), 16).is_ok());
        assert!(["train_accuracy", "held_out_accuracy"].iter().all(|key| run[key].as_f64().unwrap() > 0.05));
        let logs = run["logs"].as_array().unwrap();
        assert_eq!(logs.iter().map(|log| log["step"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 200]);
        for layer in logs.iter().flat_map(|log| log["layers"].as_array().unwrap()) {
            let means = ["mean_abs_gradient", "mean_abs_delta", "mean_abs_weight"].map(|key| layer[key].as_f64());
            assert!(means.iter().all(|mean| mean.is_some_and(|mean| mean > 0.0)), "{layer}");
        }
        assert_eq!(logs[0]["layers"].as_array().unwrap().len(), 3);
        assert!(logs[0]["loss"].as_f64().unwrap() > 1.0 && logs[1]["accuracy"].is_f64());
    }
}

#[test]
fn a_sweep_prints_one_row_for_each_run() {
    let args =
        ["--run", "relu", "--run", "tanh,label:=1+1", "--sweep", "depth=2,3", "--steps", "5", "--seeds", "2", "--csv"];
    let (code, out, err) = run(&args);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let mut rows = csv::Reader::from_reader(out.as_bytes());
    let headers = rows.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let column = |name: &str| {
        let place = headers.iter().position(|header| header == name).unwrap();
        rows.iter().map(|row| row[place].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(column("depth"), ["2", "2", "2", "2", "3", "3", "3", "3"]);
    assert_eq!(column("seed"), ["1", "2"].repeat(4));
    assert_eq!(column("activation"), ["relu", "relu", "tanh", "tanh"].repeat(2));
    assert_eq!(column("label")[2], "'=1+1, depth 2", "not a formula");
    assert_eq!(column("slope"), [""; 8]);
    let fingerprints: std::collections::BTreeSet<String> = column("fingerprint").into_iter().collect();
    assert_eq!(fingerprints.len(), 8);
}

#[test]
fn lines_are_the_tutorials_and_a_seed_is_a_run() {
    let leaky = |slope| run(&["--activation", "leaky", "--slope", slope, "--steps", "201"]);
    let (code, out, err) = leaky("0.2");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    assert!(lines[0].starts_with("seed 1: leaky ReLU, slope 0.2, depth 6, width 10, Glorot uniform, "), "{out}");
    assert!(
        lines[0].ends_with(", Adam, rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8, clip none, batch 30, steps 201")
    );
    assert!(
        lines[1].starts_with("Iteration:    0  loss: 2.") && lines[2].starts_with("Iteration:  200  loss: "),
        "{out}"
    );
    assert!(lines[3].contains("fingerprint"));
    assert_eq!(leaky("0.2").1, out);
    assert_ne!(leaky("0.1").1.lines().last(), Some(lines[3]));
}

#[test]
fn an_invalid_command_line_gets_a_sentence_and_code_2() {
    for (args, sentence) in [
        (&["--activation", "swish"][..], "headless: activation is “swish”, but must be one of sigmoid, "),
        (&["--run", "relu,depth:0"], "headless: depth is “0”, but must be a whole number from 1 to 50\n"),
        (&["--run", "relu,color:red"], "headless: run 1 has no field “color”\n"),
        (&["--link", "?seed=x"], "headless: seed is “x”, but must be a whole number from 0 to 4294967295\n"),
        (&["--steps", "many"], "headless: steps is “many”, but must be a whole number from 1 to 100000\n"),
        (&["--seed", "-3"], "headless: seed is “-3”, but must be a whole number from 0 to 4294967295\n"),
        (&["--seeds", "0"], "headless: invalid value '0' for '--seeds <COUNT>': 0 is not in 1..=10000"),
        (&["--depth", "0"], "headless: depth is “0”, but must be a whole number from 1 to 50\n"),
        (&["--slope", "7"], "headless: slope is “7”, but must be a number from 0 to 1\n"),
        (&["--dropout", "1"], "headless: dropout is “1”, but must be a number from 0 to 0.95\n"),
        (
            &["--init", "he-normal", "--std", "1"],
            "headless: std is “1”, but must be left out: it applies only to normal initial weights\n",
        ),
        (
            &["--optimizer", "sgd", "--momentum", "0.9"],
            "headless: momentum is “0.9”, but must be left out: it applies only to momentum, Nesterov and RMSprop\n",
        ),
        (&["--table", "--decay", "0.1"], "headless: decay is “0.1”, but must be left out: it applies only to AdamW\n"),
        (&["--rate", "NaN"], "headless: rate is “NaN”, but must be a number from 0 to 100\n"),
        (&["--table", "--depth", "3"], "headless: the argument '--table' cannot be used with '--depth <NUMBER>'"),
        (
            &["--activation", "relu", "--slope", "0"],
            "headless: slope is “0”, but must be left out: it applies only to leaky ReLU\n",
        ),
        (
            &["--seed", "4294967295", "--seeds", "2"],
            "headless: 2 seeds from 4294967295 on go beyond the largest, 4294967295\n",
        ),
        (&["--verbose"], "headless: unexpected argument '--verbose' found"),
        (
            &["--export", "parquet"],
            "headless: invalid value 'parquet' for '--export <FORMAT>'\n  [possible values: tensorboard, csv, json, weights, \
             scripts]",
        ),
        (
            &["--out", "files"],
            "headless: the following required arguments were not provided:\n  <--export <FORMAT>|--figure <KEY>>",
        ),
        (
            &["--export", "csv", "--seeds", "101"],
            "headless: seeds is “101”, but --export, --figure and --logdir take a whole number from 1 to 100\n",
        ),
        (&["--table", "--logdir", "logs"], "headless: the argument '--table' cannot be used with '--logdir <DIR>'"),
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert!(err.starts_with(sentence), "{args:?}: {err}");
    }
    assert_eq!(run(&["--help"]).0, Some(0));
}

#[test]
fn a_folder_that_is_no_data_set_gets_a_sentence_and_code_1() {
    let nowhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nowhere");
    assert_eq!(
        complaint(&nowhere),
        "headless: DIR: No such file or directory (os error 2); expected a folder with IDX files or with images in a folder for \
         each class, or a zip\n"
    );
    let folder = raw_folder("missing");
    fs::remove_file(folder.join(FILES[1])).unwrap();
    let unpaired = "holds IDX training images, but there is no IDX file of training labels that belongs to it";
    assert_eq!(complaint(&folder), format!("headless: DIR/{}: {unpaired}\n", FILES[0]));
}

#[test]
fn a_damaged_file_is_named_with_what_is_wrong() {
    let folder = raw_folder("damaged");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    let labels = inflated(FILES[1]);
    write(FILES[1], &labels[..labels.len() - 1]);
    let promised = "byte 4: the header promises 9000 bytes of data, but 8999 follow it";
    assert_eq!(complaint(&folder), format!("headless: DIR/{}: {promised}\n", FILES[1]));
    write(FILES[1], &inflated(FILES[3]));
    let counts = format!("byte 4: the header promises 1000 labels, but {} holds 9000 images", FILES[0]);
    assert_eq!(complaint(&folder), format!("headless: DIR/{}: {counts}\n", FILES[1]));
    write(FILES[1], &labels);
    let gzipped = fs::read(folder::bundled().join(format!("{}.gz", FILES[0]))).unwrap();
    let name = format!("{}.gz", FILES[0]);
    write(&name, &gzipped[..gzipped.len() / 2]);
    let complained = complaint(&folder);
    assert!(complained.starts_with(&format!("headless: DIR/{name}: byte ")), "{complained}");
    assert!(complained.contains(" of the inflated data: "), "{complained}");
    write(&name, b"<html>404</html>....");
    let sentence = "found 0x3c68746d (“<htm”), but expected 0x00000803 for IDX images or 0x00000801 for IDX labels";
    assert_eq!(complaint(&folder), format!("headless: DIR/{name}: byte 0: {sentence}\n"));
}

#[test]
fn a_gzip_bomb_is_refused_before_it_fills_the_memory() {
    let folder = raw_folder("bomb");
    let name = format!("{}.gz", FILES[0]);
    let mut bomb = GzEncoder::new(fs::File::create(folder.join(&name)).unwrap(), Compression::best());
    bomb.write_all(&inflated(FILES[0])).unwrap();
    io::copy(&mut io::repeat(0).take(256 << 20), &mut bomb).unwrap();
    bomb.finish().unwrap();
    let more = "byte 4: the header promises 9000 × 28 × 28 bytes of data, but more follow it";
    assert_eq!(complaint(&folder), format!("headless: DIR/{name}: {more}\n"));
}

/// A zip of class folders, then one IDX file for its pair: what was done with them is said on standard error.
#[test]
fn own_images_train_and_their_notes_are_printed() {
    let folder = raw_folder("own");
    let zip = folder.join("own.zip");
    let mut writer = zip::ZipWriter::new(fs::File::create(&zip).unwrap());
    for (class, i) in (0..20).flat_map(|i| [("disc", i), ("ring", i)]) {
        writer.start_file(format!("shapes/{class}/{i}.bmp"), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&bmp(if class == "disc" { 100 } else { 50 })).unwrap();
    }
    writer.start_file("shapes/LICENSE", zip::write::SimpleFileOptions::default()).unwrap();
    writer.finish().unwrap();
    let args = ["--steps", "1", "--batch", "10", "--activation", "relu", "--json", "--data"];
    let train = |path: &Path| {
        let (code, out, err) = run(&[&args[..], &[path.to_str().unwrap()]].concat());
        assert_eq!(code, Some(0), "{err}");
        let document: Value = serde_json::from_str(&out).unwrap();
        (document["data"]["train"].as_u64(), err.replace(path.to_str().unwrap(), "PATH"))
    };
    let held_out = |n, of| {
        let of = format!("{n} of {of} images, evenly spaced in their order");
        format!("headless: PATH: there is no held-out set, so a tenth of each class is held out: {of}\n")
    };
    let notes = [
        "headless: PATH: 1 file is not used: own.zip: shapes/LICENSE\n",
        &held_out(4, 40),
        "headless: PATH: 40 images of 1 × 1 pixels are resampled to 28 × 28\n",
    ];
    assert_eq!(train(&zip), (Some(36), notes.concat()));
    for file in &FILES[2..] {
        fs::remove_file(folder.join(file)).unwrap();
    }
    let (n_train, notes) = train(&folder.join(FILES[0]));
    let n_held_out = 9_000 - n_train.unwrap();
    assert!((895..=900).contains(&n_held_out), "{n_held_out}");
    assert_eq!(notes, held_out(n_held_out, 9_000));
}

/// A bitmap of one gray pixel: headers of 14 and 40 bytes, and a row of 4.
fn bmp(v: u8) -> Vec<u8> {
    let header = [b"BM".to_vec(), [58u32, 0, 54, 40, 1, 1].map(u32::to_le_bytes).concat(), vec![1, 0, 24, 0]].concat();
    [header, vec![0; 24], vec![v, v, v, 0]].concat()
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let mut child = headless(&["--steps", "401"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    for args in [&["--steps", "1"][..], &["--steps", "1", "--json"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = headless(args).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(err.starts_with("headless: standard output: No space left on device"), "{err}");
    }
}

#[test]
fn every_field_is_used() {
    let args = "--activation gelu --init normal --std 0.2 --norm layer --residual yes --dropout 0.1 --loss half-squared \
                --optimizer rmsprop --momentum 0.8 --rate 0.002 --clip 0.5 --batch 64 --steps 3";
    let (code, out, err) = run(&args.split_whitespace().collect::<Vec<_>>());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let settings = "seed 1: GELU, depth 6, width 10, normal, std 0.2, layer normalization, skip connections, dropout 0.1, \
                    half squared error, RMSprop, rate 0.002, momentum 0.8, epsilon 1e-7, clip 0.5, batch 64, steps 3";
    assert_eq!(out.lines().next(), Some(settings));
}

#[test]
fn a_run_that_diverges_is_reported_and_a_failure() {
    let args = ["--run", "identity,rate:100", "--run", "relu", "--optimizer", "sgd", "--steps", "5"];
    let (code, out, err) = run(&args);
    assert_eq!((code, err.as_str()), (Some(1), "headless: 1 of 2 runs diverged\n"));
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[2].starts_with("training diverged at step ") && lines[5].starts_with("Done: "), "{out}");
    let (code, out, _) = run(&[&args[..], &["--json"]].concat());
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, document["runs"][0]["diverged"].as_str()), (Some(1), Some(lines[2])));
    assert!(document["runs"][0]["fingerprint"].is_null() && document["runs"][1]["diverged"].is_null());
}

/// The same link opens the same experiment on the page.
#[test]
fn a_link_is_an_experiment() {
    let link = "https://a.example/?seed=5&steps=1&run=tanh,label:Mine&run=relu,depth:3&seeds=2#log";
    let (code, out, err) = run(&["--link", link, "--width", "7"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let starts: Vec<&str> = out.lines().filter_map(|line| line.split(", width 7, ").next()).collect();
    let headings: Vec<&str> = starts.into_iter().filter(|line| line.contains("seed")).collect();
    let expected = [
        "Mine, seed 5: tanh, depth 6",
        "Mine, seed 6: tanh, depth 6",
        "seed 5: ReLU, depth 3",
        "seed 6: ReLU, depth 3",
    ];
    assert_eq!(headings, expected);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let with = |n: &str| run(&["--steps", "201", "--seeds", "3", "--depth", "3", "--jobs", n]);
    let (code, out, err) = with("1");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(with("5").1, out);
}

/// The ratios before training of the depth × initialization table against TensorFlow's, medians of 5 seeds each: for sigmoid,
/// tanh, ReLU and leaky 0.2. Seeds spread by a factor of 2 about their median, more at depth 20.
#[test]
fn depth_and_initialization_set_the_gradients_as_in_tensorflow() {
    let reference = [
        [38.0, 2.3, 2.0, 2.1],
        [18.0, 1.2, 1.3, 1.3],
        [38.0, 8.4, 9.4, 9.1],
        [2.6e3, 2.0, 1.2, 1.7],
        [990.0, 1.3, 1.2, 1.3],
        [530.0, 6.8, 8.1, 7.0],
        [9.8e10, 13.0, 10.0, 11.0],
        [1.4e6, 2.6, 1.5, 1.9],
        [3.4e12, 3.0, 1.7, 1.1],
        [6.8e9, 0.68, 0.79, 0.77],
    ];
    let (code, out, err) = run(&["--table", "--steps", "1"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let rows: Vec<&str> = out.lines().skip(2).collect();
    assert_eq!(rows.len(), reference.len(), "{out}");
    for (row, reference) in rows.iter().zip(reference) {
        let cells = row.split('|').skip(2).filter_map(|cell| cell.split('→').next()?.trim().parse::<f64>().ok());
        let cells: Vec<f64> = cells.collect();
        assert_eq!(cells.len(), 4, "{row}");
        for (ours, reference) in cells.iter().zip(reference) {
            let factor = if reference > 1e6 { 6.0 } else { 2.5 };
            assert!((1.0 / factor..factor).contains(&(ours / reference)), "{row}: {ours} against {reference}");
        }
    }
}
