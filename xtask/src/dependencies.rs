//! Checks the crates in the lock files of the page and of the benchmark with cargo-deny: their licenses, sources and duplicates, and security advisories.
//! `deny.toml` has the rules.
//!
//! The advisories are a git repository, which some machines cannot reach. There they are not checked, and the output says so.

use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::process;
use crate::tools::Tools;

/// The host of the database of advisories.
const DATABASE: (&str, u16) = ("github.com", 443);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// git gives up a transfer that stalls: less than 1 kB/s for 20 s.
const STALLED: [(&str, &str); 2] = [("GIT_HTTP_LOW_SPEED_LIMIT", "1000"), ("GIT_HTTP_LOW_SPEED_TIME", "20")];

pub fn check(root: &Path) -> Result<()> {
    let tools = Tools::install(root)?;
    tools.cargo_deny()?;
    process::run(deny(&tools, root, ".").args(["check", "licenses", "bans", "sources"]))?;
    // The benchmark compares with other libraries and takes the duplicates that they bring.
    process::run(deny(&tools, root, "bench").args(["check", "licenses", "sources"]))?;

    // git itself has no limit for the time in which it connects.
    let fetched = match is_reachable(DATABASE) {
        true => process::run(deny(&tools, root, ".").args(["fetch", "db"]).envs(STALLED)),
        false => Err(anyhow::anyhow!("no connection to {}", DATABASE.0)),
    };
    if let Err(error) = fetched {
        println!("advisories NOT CHECKED: their database cannot be fetched ({error:#})");
        return Ok(());
    }
    for workspace in [".", "bench"] {
        process::run(deny(&tools, root, workspace).args(["--offline", "check", "advisories"]))?;
    }
    Ok(())
}

fn deny(tools: &Tools, root: &Path, workspace: &str) -> Command {
    let mut command = tools.command("cargo-deny");
    command.current_dir(root.join(workspace)).arg("--locked").arg("--config").arg(root.join("deny.toml"));
    command
}

fn is_reachable(host: (&str, u16)) -> bool {
    let mut addresses = host.to_socket_addrs().into_iter().flatten();
    addresses.any(|address| TcpStream::connect_timeout(&address, CONNECT_TIMEOUT).is_ok())
}
