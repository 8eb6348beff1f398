//! Runs other programs and turns their failures into sentences.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Error, Result, bail};

/// npm is a script, and Windows wants to hear its ending.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Runs `command` with the terminal as its own and waits for it to succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status();
    succeeded(command, status)
}

/// Runs `command` and returns what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    match command.stdin(Stdio::null()).output() {
        Ok(output) => {
            succeeded(command, Ok(output.status))?;
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(error) => Err(not_started(command, error)),
    }
}

/// Whether a program starts at all: it is there and answers `--version`.
pub fn is_installed(program: impl AsRef<OsStr>) -> bool {
    output(Command::new(program).arg("--version")).is_ok()
}

/// Nothing, or a sentence that names the command which failed.
pub fn succeeded(command: &Command, status: io::Result<ExitStatus>) -> Result<()> {
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("`{}` ended with {status}", line(command)),
        Err(error) => Err(not_started(command, error)),
    }
}

fn not_started(command: &Command, error: io::Error) -> Error {
    let program = command.get_program().to_string_lossy().into_owned();
    match error.kind() {
        ErrorKind::NotFound => Error::msg(format!("`{program}` is not installed")),
        _ => Error::new(error).context(format!("cannot start `{program}`")),
    }
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "`no-such-program` is not installed");
    }

    #[test]
    fn a_failing_command_is_quoted() {
        let error = output(Command::new("cargo").arg("no-such-command")).unwrap_err();
        assert!(error.to_string().starts_with("`cargo no-such-command` ended with exit"), "{error}");
    }
}
