//! Golden numbers from TensorFlow in float64: forward pass, gradients and weights after 1, 5 and 20 updates. Runs every
//! fixture of a folder, `tests/golden` or the one that the environment variable `GOLDEN_DIR` names. Nothing is skipped: what
//! cannot be read or is not known is a failure. To 10⁻⁹; what the laboratory measures in float32, to 10⁻⁶.

#![cfg(not(target_arch = "wasm32"))]

mod schema;

use lab::measure::measure;
use nn::kernel::stride;
use nn::optimizer::Optimization;

use nn::rng::Rng;
use nn::{Activation, Architecture, Float, Loss, Mlp, Optimizer, SparseRows, Tape};
use schema::{After, Case, Cube, Fixture, LossName, Net, Points, Summary, Train, activation};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What fixtures showed: how many numbers were compared, and sentences about those that differ.
#[derive(Default)]
struct Findings {
    compared: usize,
    wrong: Vec<String>,
}

impl Findings {
    /// Compares arrays to 10⁻⁹ of the golden one's largest magnitude.
    fn near(&mut self, what: &str, ours: &[f64], golden: &[f64]) {
        let largest = golden.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        self.within(1e-9 * largest + 1e-12, what, ours, golden);
    }

    fn within(&mut self, tolerance: f64, what: &str, ours: &[f64], golden: &[f64]) {
        self.compared += golden.len();
        if ours.len() != golden.len() {
            self.wrong.push(format!("{what}: {} numbers, but {} golden ones", ours.len(), golden.len()));
            return;
        }
        let is_near = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance; // false for NaN
        if let Some(i) = ours.iter().zip(golden).position(|pair| !is_near(pair)) {
            let (ours, golden) = (ours[i], golden[i]);
            self.wrong.push(format!("{what}, number {i}: {ours:e}, but {golden:e} ± {tolerance:.1e} is golden"));
        }
    }

    /// Compares one layer's `[in, out]` matrix with the golden one, or with what is golden of it.
    fn matrix(
        &mut self,
        what: &str,
        ours: &[f64],
        full: Option<&Cube>,
        summary: Option<&Vec<Summary>>,
        net: &Net,
        l: usize,
    ) {
        if let Some(full) = full {
            return self.near(what, ours, &full.get(l).map_or(vec![], |w| w.concat()));
        }
        let (Some(golden), Some(index)) = (summary.and_then(|s| s.get(l)), net.sample_index.get(l)) else {
            return self.wrong.push(format!("{what}: neither the matrix nor its summary is golden"));
        };
        let sum = |f: fn(f64) -> f64| ours.iter().map(|&w| f(w)).sum::<f64>();
        // A sum that cancels is rounded as its terms are.
        self.within(1e-9 * sum(f64::abs) + 1e-12, &format!("sum of {what}"), &[sum(|w| w)], &[golden.sum]);
        self.near(&format!("squares of {what}"), &[sum(|w| w * w)], &[golden.sumsq]);
        self.near(&format!("mean |{what}|"), &[sum(f64::abs) / ours.len() as f64], &[golden.mean_abs]);
        let fan_out = net.sizes[l + 1];
        let samples: Vec<f64> = index.iter().filter_map(|[i, j]| ours.get(i * fan_out + j).copied()).collect();
        self.near(&format!("samples of {what}"), &samples, &golden.samples);
    }
}

/// The trainer of a fixture: its network, its examples, and which of them a batch holds.
struct Trainer<'a> {
    net: &'a Net,
    mlp: Mlp<f64>,
    x: SparseRows<f64>,
    name: String,
}

impl<'a> Trainer<'a> {
    fn new(net: &'a Net, activation: Activation, name: String) -> Self {
        Self { net, mlp: network(net, activation), x: examples(net), name }
    }

    /// Forward and backward over all examples with the initial weights.
    fn pass(&self, case: &Case, findings: &mut Findings) {
        let (net, mlp, name) = (self.net, &self.mlp, &self.name);
        let rows = net.rows();
        let mut tape = Tape::new(mlp, rows.len());
        mlp.forward(&self.x, &net.labels, &rows, &mut tape);
        mlp.backward(&self.x, &net.labels, &rows, &mut tape);
        findings.near(&format!("{name}: loss"), &[tape.loss], &[case.forward.loss]);
        let depth = mlp.layers().len();
        let shown = net.z_rows.unwrap_or(rows.len());
        let golden = |cube: &Cube, l: usize| cube.get(l).map_or(vec![], |rows| rows.concat());
        let measured = measured(net, mlp.architecture.activation);
        for (l, (layer, ours)) in mlp.layers().iter().zip(&tape.layers).enumerate() {
            let shown = |padded: &[f64]| layer.unpadded(&padded[..shown * layer.stride]).collect::<Vec<_>>();
            let at = |what: &str| format!("{name}: {what} of layer {}", l + 1);
            findings.near(&at("z"), &shown(&ours.z), &golden(&case.forward.z, l));
            if l + 1 < depth || net.loss == LossName::HalfSqMean {
                findings.near(&at("a"), &shown(&ours.a), &golden(&case.forward.a, l));
            } else {
                findings.near(&at("p"), &shown(&ours.a), &case.forward.p.as_deref().unwrap_or_default().concat());
            }
            findings.near(&at("dz"), &shown(&ours.delta), &golden(&case.grad.dz, l));
            findings.near(
                &at("db"),
                &layer.unpadded(&tape.gradient[layer.b.clone()]).collect::<Vec<_>>(),
                case.grad.db.get(l).map_or(&[], Vec::as_slice),
            );
            let dw = &layer.weights(&tape.gradient).collect::<Vec<_>>();
            findings.matrix(&at("dW"), dw, case.grad.dw.as_ref(), case.grad.dw_summary.as_ref(), net, l);
            let mean = *case.grad.mean_abs_dw.get(l).unwrap_or(&f64::NAN);
            findings.near(&at("mean |dW|"), &[dw.iter().map(|g| g.abs()).sum::<f64>() / dw.len() as f64], &[mean]);
            findings.within(1e-6 * mean, &at("measured |dW|"), &measured[l..=l], &[mean]);
        }
    }

    /// Trains as long as the fixture looks.
    fn train(mut self, optimizer: Optimizer, golden: &Train, findings: &mut Findings) {
        let net = self.net;
        let largest = net.batches.iter().map(Vec::len).max().unwrap_or(0);
        let mut tape = Tape::new(&self.mlp, largest);
        let mut optimization = Optimization::of_network(optimizer, self.mlp.layers());
        let mut losses = Vec::new();
        let steps = golden.after.keys().copied().max().unwrap_or(0).max(golden.loss_before_step.len());
        for (step, rows) in (1..=steps).zip(net.batches.iter().cycle()) {
            self.mlp.forward(&self.x, &net.labels, rows, &mut tape);
            self.mlp.backward(&self.x, &net.labels, rows, &mut tape);
            losses.push(tape.loss);
            optimization.update(self.mlp.parameters_mut(), &tape.gradient);
            if let Some(after) = golden.after.get(&step) {
                self.compare(step, after, findings);
            }
        }
        findings.near(&format!("{}: loss before each step", self.name), &losses, &golden.loss_before_step);
    }

    fn compare(&self, step: usize, after: &After, findings: &mut Findings) {
        for (l, layer) in self.mlp.layers().iter().enumerate() {
            let at = |what: &str| format!("{}: {what} of layer {} after step {step}", self.name, l + 1);
            let parameters = self.mlp.parameters();
            let w = layer.weights(parameters).collect::<Vec<_>>();
            let b = layer.unpadded(&parameters[layer.b.clone()]).collect::<Vec<_>>();
            findings.matrix(&at("W"), &w, after.w.as_ref(), after.w_summary.as_ref(), self.net, l);
            findings.near(&at("b"), &b, after.b.get(l).map_or(&[], Vec::as_slice));
        }
    }
}

/// The network of a fixture with its initial weights.
fn network<F: Float>(net: &Net, activation: Activation) -> Mlp<F> {
    let loss = match net.loss {
        LossName::SoftmaxXentMean => Loss::SoftmaxCrossEntropy,
        LossName::HalfSqMean => Loss::HalfSquared,
    };
    let mut mlp = Mlp::new(Architecture::plain(&net.sizes, activation, loss), &mut Rng::weights(0));
    let copy = |ours: &mut [F], golden: &[f64]| ours.iter_mut().zip(golden).for_each(|(to, &w)| *to = F::from_f64(w));
    for (layer, (w, b)) in mlp.layers().to_vec().iter().zip(net.w0.iter().zip(&net.b0)) {
        let ours = mlp.parameters_mut()[layer.w.clone()].chunks_exact_mut(layer.stride);
        ours.zip(w).for_each(|(ours, golden)| copy(&mut ours[..layer.fan_out], golden));
        copy(&mut mlp.parameters_mut()[layer.b.clone()][..layer.fan_out], b);
    }
    mlp
}

fn examples<F: Float>(net: &Net) -> SparseRows<F> {
    match &net.x_u8 {
        Some(pixels) => {
            let palette = std::array::from_fn(|v| F::from_f64(v as f64 / 255.0));
            SparseRows::new(net.sizes[0], palette, &pixels.concat())
        }
        None => SparseRows::from_dense(net.sizes[0], net.x.iter().flatten().flatten().map(|&x| F::from_f64(x))),
    }
}

/// What the laboratory measures: the mean |∂C/∂W| of each layer, in float32.
fn measured(net: &Net, activation: Activation) -> Vec<f64> {
    let (mlp, x, rows) = (network::<f32>(net, activation), examples(net), net.rows());
    let mut tape = Tape::new(&mlp, rows.len());
    mlp.forward(&x, &net.labels, &rows, &mut tape);
    mlp.backward(&x, &net.labels, &rows, &mut tape);
    let samples = measure(&mlp, &tape);
    samples.iter().map(|layer| layer.gradient.mean.into()).collect()
}

fn run_net(net: &Net, file: &str, findings: &mut Findings) -> Result<(), String> {
    for case in &net.cases {
        let name = format!("{file}, {}", case.activation);
        let activation = activation(&case.activation)?;
        Trainer::new(net, activation, name.clone()).pass(case, findings);
        for (key, train) in &case.train {
            let rule = net.optimizers.get(key).ok_or_else(|| format!("“{key}” is not among its optimizers"))?;
            let name = format!("{name}, {key}");
            Trainer::new(net, activation, name).train(rule.optimizer(), train, findings);
        }
    }
    Ok(())
}

fn run_points(points: &Points, file: &str, findings: &mut Findings) -> Result<(), String> {
    // SCHEMA.md allows an absolute 10⁻¹⁵; a number above 1 may differ by as many of its own units in the last place.
    let tolerance = |golden: &[f64]| golden.iter().fold(1.0, |max: f64, x| max.max(x.abs())) * 1e-15;
    for (name, curve) in &points.activations {
        let activation = activation(name)?;
        for (i, &z) in points.z.iter().enumerate() {
            let golden = [curve.f.get(i), curve.df.get(i)].map(|x| x.copied().unwrap_or(f64::NAN));
            let ours = [activation.f(z), activation.df(z)];
            findings.within(tolerance(&golden), &format!("{file}: f and f′ of {name} at {z:e}"), &ours, &golden);
        }
    }
    let (loss, linear) = (Loss::SoftmaxCrossEntropy, Activation::Identity);
    for golden in &points.softmax_xent {
        let (z, n) = (&golden.logits, golden.logits.len());
        let padded = [z.as_slice(), &vec![0.0; stride(n) - n]].concat();
        let (mut p, mut delta) = (vec![0.0; stride(n)], vec![0.0; stride(n)]);
        let ours = loss.outputs(linear, n, [golden.label].into_iter(), &padded, &mut p);
        loss.deltas(linear, n, [golden.label].into_iter(), &padded, &p, &mut delta);
        let at = |what: &str| format!("{file}: {what} of logits {z:?}, class {}", golden.label);
        findings.within(tolerance(&golden.p), &at("p"), &p[..n], &golden.p);
        findings.within(tolerance(&golden.dlogits), &at("dlogits"), &delta[..n], &golden.dlogits);
        findings.within(tolerance(&[golden.loss]), &at("loss"), &[ours], &[golden.loss]);
    }
    Ok(())
}

/// Runs every fixture of a folder; Markdown beside them is passed over.
fn run_folder(folder: &Path) -> Result<Findings, String> {
    let sentence = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut paths: Vec<PathBuf> = entries.map_err(|e| sentence(folder, &e))?.iter().map(fs::DirEntry::path).collect();
    paths.retain(|path| path.extension().is_none_or(|extension| extension != "md"));
    paths.sort();
    if paths.is_empty() {
        return Err(sentence(folder, &"holds no fixture"));
    }
    let mut findings = Findings::default();
    for path in &paths {
        if path.extension().is_none_or(|extension| extension != "json") {
            return Err(sentence(path, &"is no fixture: its name does not end in .json"));
        }
        let json = fs::read_to_string(path).map_err(|e| sentence(path, &e))?;
        let file = path.file_stem().unwrap_or_default().to_string_lossy();
        let run = match Fixture::parse(&json).map_err(|e| sentence(path, &e))? {
            Fixture::Net(net) => run_net(&net, &file, &mut findings),
            Fixture::Points(points) => run_points(&points, &file, &mut findings),
        };
        run.map_err(|e| sentence(path, &e))?;
    }
    Ok(findings)
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

#[test]
fn golden_numbers_are_ours() {
    let folder = env::var_os("GOLDEN_DIR").map_or_else(golden, PathBuf::from);
    let findings = run_folder(&folder).unwrap_or_else(|sentence| panic!("{sentence}"));
    // Not println, whose output a passing test does not show.
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "golden: {} numbers compared in {}", findings.compared, folder.display());
    assert!(findings.wrong.is_empty(), "{} differ:\n{}", findings.wrong.len(), findings.wrong.join("\n"));
    assert!(findings.compared > 0, "{}: nothing was compared", folder.display());
}

#[test]
fn a_golden_folder_that_cannot_be_read_is_a_failure() {
    let sentence = |name: &str, content: &str| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), content).unwrap();
        run_folder(&folder).err().unwrap_or_default()
    };
    let net = fs::read_to_string(golden().join("net_4_3_2_halfsq.json")).unwrap();
    for (name, content, expected) in [
        ("README.md", "", "holds no fixture"),
        ("net.json.gz", "", "is no fixture"),
        ("list.json", "[1, 2]", "is neither a net"),
        ("cut.json", &net[..net.len() / 2], "EOF while parsing"),
        ("wide.json", &net.replacen("\"labels\":[0", "\"labels\":[2", 1), "“labels” does not fit the others"),
        ("swish.json", &net.replacen("sigmoid", "swish", 1), "“swish” is no activation of SCHEMA.md"),
        ("lion.json", &net.replacen("\"kind\":\"sgd\"", "\"kind\":\"lion\"", 1), "unknown variant `lion`"),
    ] {
        let sentence = sentence(name, content);
        assert!(
            sentence.contains(name.trim_end_matches("README.md")) && sentence.contains(expected),
            "{name}: {sentence}"
        );
    }
}
