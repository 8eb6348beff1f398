//! Runs the wasm tests, and the built page with an embed, in one browser engine or in all three. They compare the trained weights and the
//! exported files with the bits that the native tests pin.
//!
//! wasm-bindgen's test runner serves the tests and controls a browser over WebDriver, each engine through its own driver. It
//! has a time limit, after which it may leave a hanging browser behind. No engine is skipped: what is missing is installed or
//! asked for before the first engine starts. `tests/browser/engines.mjs` opens the page; all other tests of it run in Chromium only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use serde_json::{Value, json};

use crate::publish::Site;
use crate::tools::Tools;
use crate::{page, process, remap, steps, system};

/// The tests use the profile of the page.
const TESTS: [&str; 11] =
    ["test", "-p", "lab", "-p", "export", "--test", "wasm", "--target", "wasm32-unknown-unknown", "--profile", "page"];

/// What Chromium needs on a machine without a display. It has no sandbox, so that root can run it.
pub const CHROMIUM_FLAGS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Where distributions install the browser that WebKitGTK's driver starts; none puts it on PATH.
const MINI_BROWSERS: [&str; 6] = [
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/x86_64-linux-gnu/webkitgtk-6.0/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkitgtk-6.0/MiniBrowser",
    "/usr/libexec/webkitgtk-6.0/MiniBrowser",
    "/usr/lib/webkitgtk-6.0/MiniBrowser",
];

/// Timeouts, in seconds, for the start of a driver and for the tests. Both take a few seconds on an idle machine.
const TIMEOUTS: [(&str, &str); 2] = [("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60"), ("WASM_BINDGEN_TEST_TIMEOUT", "120")];

#[derive(Clone, Copy)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKitGtk,
}

/// Runs the wasm tests and the page in every engine and prints the outcome of each with its version.
pub fn run(root: &Path) -> Result<()> {
    let tools = Tools::install(root)?;
    let mut engines = Vec::new();
    for engine in Engine::ALL {
        let version = engine.version(&tools)?;
        for (what, mut tests) in
            [("wasm tests", engine.wasm_tests(root, &tools)?), ("the page", engine.page(root, &tools)?)]
        {
            engines.push((format!("{version}: {what}"), move || process::run(&mut tests)));
        }
    }
    page::build(root, &tools, page::ANYWHERE, &Site::default())?;
    process::run(tools.command("cargo").args(TESTS).arg("--no-run").envs([remap::variable(root)]).current_dir(root))?;
    steps::run(engines, true)
}

impl Engine {
    const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKitGtk];

    /// The command that runs the wasm tests in this engine.
    pub fn wasm_tests(self, root: &Path, tools: &Tools) -> Result<Command> {
        let driver = self.driver(tools)?;
        let capabilities = root.join("target").join(self.driver_name()).with_extension("json");
        fs::write(&capabilities, self.capabilities()?.to_string())?;
        let mut command = match self {
            Self::Chromium | Self::Firefox => tools.command("cargo"),
            Self::WebKitGtk => with_display(tools, "cargo")?,
        };
        for engine in Self::ALL {
            // The runner takes the first driver in the environment, which could be another engine's.
            let variable = engine.driver_name().to_uppercase();
            command.env_remove(format!("{variable}_REMOTE")).env_remove(variable);
        }
        command
            .args(TESTS)
            .envs([remap::variable(root)])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
            .env(self.driver_name().to_uppercase(), driver)
            .envs(TIMEOUTS)
            .current_dir(root);
        Ok(command)
    }

    /// The command that opens the built page in this engine.
    fn page(self, root: &Path, tools: &Tools) -> Result<Command> {
        // Node.js comes with it.
        system::npm()?;
        let mut command = match self {
            Self::Chromium | Self::Firefox => tools.command("node"),
            Self::WebKitGtk => with_display(tools, "node")?,
        };
        command
            .arg("engines.mjs")
            .env("DRIVER", self.driver(tools)?)
            .env("CAPABILITIES", self.capabilities()?.to_string())
            .env("MOZ_HEADLESS", "1")
            .current_dir(root.join("tests/browser"));
        Ok(command)
    }

    /// The test runner's name for the driver. It has none for WebKitGTK, but Safari's driver has the same protocol.
    fn driver_name(self) -> &'static str {
        match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::WebKitGtk => "safaridriver",
        }
    }

    fn driver(self, tools: &Tools) -> Result<PathBuf> {
        match self {
            Self::Chromium => system::chromedriver(),
            Self::Firefox => tools.geckodriver().map(PathBuf::from),
            Self::WebKitGtk => system::webkit_driver(),
        }
    }

    /// Which browser the driver starts, and how. WebKitGTK's driver starts its own.
    fn capabilities(self) -> Result<Value> {
        Ok(match self {
            Self::Chromium => json!({ "goog:chromeOptions": { "binary": system::chrome()?, "args": CHROMIUM_FLAGS } }),
            Self::Firefox => json!({ "moz:firefoxOptions": { "binary": system::firefox()? } }),
            Self::WebKitGtk => json!({}),
        })
    }

    /// The browser's name and version, as it prints them.
    fn version(self, tools: &Tools) -> Result<String> {
        let mut command = match self {
            Self::Chromium => Command::new(system::chrome()?),
            Self::Firefox => Command::new(system::firefox()?),
            Self::WebKitGtk => match MINI_BROWSERS.iter().find(|path| Path::new(path).is_file()) {
                Some(path) => with_display(tools, path)?,
                None => return Ok("WebKitGTK of unknown version (no MiniBrowser found)".to_owned()),
            },
        };
        Ok(process::output(command.arg("--version"))?.trim().to_owned())
    }
}

/// A command with a display in memory, for a browser without headless mode.
fn with_display(tools: &Tools, program: &str) -> Result<Command> {
    let mut command = tools.command(system::xvfb_run()?);
    command.arg("--auto-servernum").arg(program);
    Ok(command)
}
