//! Exports experiments with the terminal program and reads every file back with the tools that it is for: TensorBoard, pandas,
//! safetensors, JAX and Keras, from PyPI in pinned versions, in a virtual environment under `target/interop`.
//!
//! PyTorch is not installed, because its wheel for Linux brings 5 GB. Where it is in that environment, its script runs too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{process, steps, system};

/// Two experiments of six networks that use every value of every choice: the name of the folder and the networks.
const EXPERIMENTS: [(&str, [&str; 6]); 2] = [
    (
        "first",
        [
            "sigmoid,init:he-normal,loss:half-squared,optimizer:momentum,rate:0.1",
            "relu,norm:batch,optimizer:adamw,clip:0.5",
            "leaky,slope:0.2,norm:layer,residual:yes,optimizer:sgd",
            "tanh,dropout:0.3,depth:4,width:24,optimizer:nesterov,label:=1+1",
            "elu,optimizer:rmsprop,init:orthogonal,batch:64",
            "selu,init:lecun-normal,clip:0.1,optimizer:sgd,rate:1",
        ],
    ),
    (
        "second",
        [
            "gelu,norm:batch,residual:yes,dropout:0.5,loss:half-squared",
            "silu,norm:layer,optimizer:adamw,decay:0.3,dropout:0.1",
            "softplus,optimizer:nesterov,depth:3,width:13",
            "identity,depth:2,optimizer:momentum,clip:1",
            "relu,depth:1",
            "tanh,depth:20,width:16,init:glorot-normal",
        ],
    ),
];

type Step<'a> = Box<dyn FnOnce() -> Result<()> + 'a>;

const FORMATS: [&str; 5] = ["tensorboard", "csv", "json", "weights", "scripts"];

/// Installs the tools, exports and checks.
pub fn run(root: &Path) -> Result<()> {
    let folder = root.join("target/interop");
    let python = &folder.join("venv").join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let install = || install(root, &folder, python);
    let mut all: Vec<(String, Step)> = vec![("tools from PyPI".to_owned(), Box::new(install))];
    for (name, networks) in EXPERIMENTS {
        let files = folder.join(name);
        all.push((format!("the {name} experiment"), Box::new(move || check(root, python, &files, &networks))));
    }
    steps::run(all, false)
}

/// Makes the virtual environment, unless it has the required packages already.
fn install(root: &Path, folder: &Path, python: &Path) -> Result<()> {
    let required = root.join("tests/interop/requirements.txt");
    let installed = folder.join("installed.txt");
    let wanted = fs::read_to_string(&required).with_context(|| format!("cannot read {}", required.display()))?;
    if python.exists() && fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    println!("installing TensorBoard, pandas, safetensors, JAX and Keras from PyPI (once, about a minute)");
    fs::create_dir_all(folder)?;
    process::run(Command::new(system::python()?).args(["-m", "venv", "--clear"]).arg(folder.join("venv")))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    process::run(Command::new(python).args(pip).arg(&required))?;
    Ok(fs::write(installed, wanted)?)
}

/// Exports an experiment into an empty folder and reads it back.
fn check(root: &Path, python: &Path, files: &Path, networks: &[&str]) -> Result<()> {
    if files.exists() {
        fs::remove_dir_all(files)?;
    }
    process::run(&mut exports(root, files, networks))?;
    process::run(Command::new(python).arg(root.join("tests/interop/check.py")).arg(files).current_dir(root))
}

/// The command that writes every format, with few enough steps to be quick and with logs at two of them.
fn exports(root: &Path, files: &Path, networks: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["run", "--quiet", "--package", "headless", "--"]);
    command.args(["--steps", "210", "--seed", "3", "--csv"]).stdout(std::process::Stdio::null());
    let folders: [(&str, PathBuf); 2] = [("--out", files.to_owned()), ("--logdir", files.join("logs"))];
    folders.iter().for_each(|(flag, folder)| _ = command.arg(flag).arg(folder));
    command.args(FORMATS.iter().flat_map(|format| ["--export", format]));
    command.args(networks.iter().flat_map(|network| ["--run", network]));
    command
}
