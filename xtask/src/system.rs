//! What the tests need of the machine itself: browsers, their drivers, a screen to draw on, and Node.
//!
//! Each is looked for where it usually is. What is missing is installed on Debian as root; anywhere else a sentence says
//! what to install. Tests are never skipped for want of a tool.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// A program that this project does not install under target/.
struct Program {
    /// The environment variable that names it and goes before everything else.
    variable: &'static str,
    /// Names on PATH, or whole paths.
    usual: &'static [&'static str],
    /// Debian's packages.
    packages: &'static [&'static str],
    /// How to get it elsewhere.
    advice: &'static str,
}

const CHROME: Program = Program {
    variable: "CHROME",
    usual: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ],
    packages: &["chromium", "fonts-dejavu-core"],
    advice: "no browser found: install Chromium or Google Chrome, or name one by the environment variable CHROME",
};

const CHROMEDRIVER: Program = Program {
    variable: "CHROMEDRIVER",
    usual: &["chromedriver", "/usr/lib/chromium-browser/chromedriver", "/opt/homebrew/bin/chromedriver"],
    packages: &["chromium-driver"],
    advice: "no chromedriver found: install the one of your browser's version, or name it by the environment variable CHROMEDRIVER",
};

const FIREFOX: Program = Program {
    variable: "FIREFOX",
    usual: &[
        "firefox-esr",
        "firefox",
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
    ],
    packages: &["firefox-esr", "fonts-dejavu-core"],
    advice: "no Firefox found: install it, or name it by the environment variable FIREFOX",
};

const WEBKIT_DRIVER: Program = Program {
    variable: "WEBKIT_DRIVER",
    usual: &["WebKitWebDriver"],
    packages: &["webkit2gtk-driver", "fonts-dejavu-core"],
    advice: "no WebKitWebDriver found: install WebKitGTK's (Linux only; Debian's package is webkit2gtk-driver), \
             or name it by the environment variable WEBKIT_DRIVER",
};

const XVFB_RUN: Program = Program {
    variable: "XVFB_RUN",
    usual: &["xvfb-run"],
    packages: &["xvfb", "xauth"],
    advice: "no xvfb-run found: install Xvfb, a screen in memory, or name its xvfb-run by the environment variable XVFB_RUN",
};

const NPM: Program = Program {
    variable: "NPM",
    usual: &[process::NPM],
    packages: &["nodejs", "npm"],
    advice: "no npm found: install Node.js 18 or later, or name npm by the environment variable NPM",
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

impl Program {
    fn find_or_install(&self) -> Result<PathBuf> {
        if let Some(path) = self.find()? {
            return Ok(path);
        }
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
                bail!("{} names {}, which is not a file", self.variable, path.display());
            }
            return Ok(Some(path));
        }
        let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
        Ok(first_file(self.usual, &folders))
    }
}

/// The first of `names` that is a file, in the first of `folders` that has it; a whole path stands for itself.
fn first_file(names: &[&str], folders: &[PathBuf]) -> Option<PathBuf> {
    names.iter().find_map(|name| {
        let with_ending = format!("{name}{}", env::consts::EXE_SUFFIX);
        let in_folder = |folder: &PathBuf| [folder.join(name), folder.join(&with_ending)];
        let places = folders.iter().flat_map(in_folder);
        std::iter::once(PathBuf::from(name)).filter(|path| path.is_absolute()).chain(places).find(|path| path.is_file())
    })
}

fn is_debian_as_root() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    is_debian(&release) && is_root && Path::new("/usr/bin/apt-get").exists()
}

/// Debian itself: Ubuntu's `chromium` package is a door to another store.
fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| line == "ID=debian")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tried_in_their_order() {
        let folder = env::temp_dir().join(format!("xtask-system-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("second"), "").unwrap();
        fs::write(folder.join("third"), "").unwrap();
        let found = first_file(&["first", "second", "third"], std::slice::from_ref(&folder));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, Some(folder.join("second")));
    }

    #[test]
    fn ubuntu_is_not_taken_for_debian() {
        assert!(is_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(!is_debian("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n"));
    }
}
