//! Runs other programs and turns their failures into sentences.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs `command` with the terminal as its own and waits for it to succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let program = name(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("`{}` ended with {status}", line(command)),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("`{program}` is not installed"),
        Err(error) => Err(error).with_context(|| format!("cannot start `{program}`")),
    }
}

/// Whether `program --version` starts and succeeds, and what it says.
pub fn version(program: impl AsRef<OsStr>) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
