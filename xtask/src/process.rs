//! Runs other programs. An error is a sentence that names the command.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Error, Result, ensure};

/// Runs `command` in this terminal and waits until it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, error))?;
    check(command, status)
}

/// Runs `command` and returns its stdout.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, error))?;
    check(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
    ensure!(status.success(), "`{line}` failed: {status}");
    Ok(())
}

fn not_started(command: &Command, error: std::io::Error) -> Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        ErrorKind::NotFound => Error::msg(format!("`{program}` is not installed")),
        _ => Error::new(error).context(format!("cannot start `{program}`")),
    }
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
        assert!(error.to_string().starts_with("`cargo no-such-command` failed: exit"), "{error}");
    }
}
