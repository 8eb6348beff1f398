//! Programs that the tests expect on the machine: browsers, their drivers, Xvfb, npm and Python.
//!
//! A missing program is installed on Debian as root. Anywhere else the error says what to install. Tests are never skipped
//! because a program is missing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// A program that this project does not install under target/.
struct Program {
    /// The environment variable with its path. It overrides `names`.
    variable: &'static str,
    /// Names on PATH, or absolute paths; the first that exists is used.
    names: &'static [&'static str],
    /// The Debian packages.
    packages: &'static [&'static str],
    /// The error where it is missing and cannot be installed.
    advice: &'static str,
}

const CHROME: Program = Program {
    variable: "CHROME",
    names: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ],
    packages: &["chromium", "fonts-dejavu-core"],
    advice: "no browser found: install Chromium or Google Chrome, or set the environment variable CHROME",
};

const CHROMEDRIVER: Program = Program {
    variable: "CHROMEDRIVER",
    names: &["chromedriver", "/usr/lib/chromium-browser/chromedriver", "/opt/homebrew/bin/chromedriver"],
    packages: &["chromium-driver"],
    advice: "no chromedriver found: install the version of your browser, or set the environment variable CHROMEDRIVER",
};

const FIREFOX: Program = Program {
    variable: "FIREFOX",
    names: &[
        "firefox-esr",
        "firefox",
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
    ],
    packages: &["firefox-esr", "fonts-dejavu-core"],
    advice: "no Firefox found: install it, or set the environment variable FIREFOX",
};

const WEBKIT_DRIVER: Program = Program {
    variable: "WEBKIT_DRIVER",
    names: &["WebKitWebDriver"],
    packages: &["webkit2gtk-driver", "fonts-dejavu-core"],
    advice: "no WebKitWebDriver found: install WebKitGTK's (Linux only; Debian's package is webkit2gtk-driver), \
             or set the environment variable WEBKIT_DRIVER",
};

const XVFB_RUN: Program = Program {
    variable: "XVFB_RUN",
    names: &["xvfb-run"],
    packages: &["xvfb", "xauth"],
    advice: "no xvfb-run found: install Xvfb (a display in memory), or set the environment variable XVFB_RUN",
};

const NPM: Program = Program {
    variable: "NPM",
    names: &["npm"],
    packages: &["nodejs", "npm"],
    advice: "no npm found: install Node.js 18 or later, or set the environment variable NPM",
};

const PYTHON: Program = Program {
    variable: "PYTHON",
    names: &["python3", "python"],
    packages: &["python3", "python3-venv"],
    advice: "no Python 3 with the modules venv and ensurepip found: install Python 3.11 or later (Debian's packages are python3 and \
             python3-venv), or set the environment variable PYTHON",
};

pub fn chrome() -> Result<PathBuf> {
    CHROME.find_or_install()
}

pub fn chromedriver() -> Result<PathBuf> {
    CHROMEDRIVER.find_or_install()
}

pub fn firefox() -> Result<PathBuf> {
    FIREFOX.find_or_install()
}

pub fn webkit_driver() -> Result<PathBuf> {
    WEBKIT_DRIVER.find_or_install()
}

pub fn xvfb_run() -> Result<PathBuf> {
    XVFB_RUN.find_or_install()
}

pub fn npm() -> Result<PathBuf> {
    NPM.find_or_install()
}

/// Python 3 that can make virtual environments. Debian has the modules for it in a package of their own.
pub fn python() -> Result<PathBuf> {
    let makes_environments = |python: &PathBuf| {
        process::output(
            Command::new(python).args(["-c", "import sys, venv, ensurepip; assert sys.version_info >= (3, 11)"]),
        )
        .is_ok()
    };
    if let Some(python) = PYTHON.find()?.filter(makes_environments) {
        return Ok(python);
    }
    match PYTHON.install()? {
        python if makes_environments(&python) => Ok(python),
        _ => bail!("{}", PYTHON.advice),
    }
}

/// npm, or None if it is not installed.
pub fn npm_if_installed() -> Result<Option<PathBuf>> {
    NPM.find()
}

impl Program {
    fn find_or_install(&self) -> Result<PathBuf> {
        if let Some(path) = self.find()? {
            return Ok(path);
        }
        self.install()
    }

    fn install(&self) -> Result<PathBuf> {
        if !is_debian_as_root() {
            bail!("{}", self.advice);
        }
        println!("installing {} with apt-get (once, about a minute)", self.packages.join(" and "));
        process::run(Command::new("apt-get").args(["update", "-qq"]))?;
        process::run(
            Command::new("apt-get")
                .args(["install", "-qq", "-y", "--no-install-recommends"])
                .args(self.packages)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )?;
        match self.find()? {
            Some(path) => Ok(path),
            None => bail!("{}", self.advice),
        }
    }

    fn find(&self) -> Result<Option<PathBuf>> {
        if let Some(path) = env::var_os(self.variable).map(PathBuf::from) {
            if !path.is_file() {
                bail!("{} is {}, which is not a file", self.variable, path.display());
            }
            return Ok(Some(path));
        }
        Ok(self.names.iter().find_map(|name| which::which(name).ok()))
    }
}

fn is_debian_as_root() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    is_debian(&release) && is_root && Path::new("/usr/bin/apt-get").exists()
}

/// Debian itself, not its derivatives: Ubuntu's `chromium` package installs a snap.
fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| line == "ID=debian")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ubuntu_is_not_debian() {
        assert!(is_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(!is_debian("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n"));
    }
}
