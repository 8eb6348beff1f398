//! Turns the built `dist/` into what a host can serve for years: files named by their content, a copy for reading offline, headers,
//! addresses for search engines and link previews, a manifest with icons.
//!
//! Trunk and the press know nothing of this, so `trunk serve` has no service worker that could show an old page. Every HTML file in
//! `dist/` is treated alike, except embeds, which live in frames of other pages and are not installed or catalogued.

mod head;
mod headers;
mod names;
mod offline;
mod site;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

pub use head::CARD;
pub use names::{Dist, extension, mentions};
pub use offline::{SERVICE_WORKER, is_for_reading};
pub use site::Site;

/// Files of the repository that are published as they are, and their names in `dist/`.
const COPIES: [(&str, &str); 4] = [
    ("static/offline.js", "offline.js"),
    ("static/service-worker.js", SERVICE_WORKER),
    ("static/manifest.webmanifest", "manifest.webmanifest"),
    ("CITATION.cff", "CITATION.cff"),
];

/// Copies what Trunk does not know into `dist/`. Scripts are minified afterwards with all others.
pub fn copy(root: &Path, dist: &Path) -> Result<()> {
    for (from, to) in COPIES {
        let from = root.join(from);
        fs::copy(&from, dist.join(to)).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

/// The last step of a build, after everything that changes a file.
pub fn publish(dist: &Path, site: &Site) -> Result<()> {
    let mut files = Dist::read(dist)?;
    ensure!(files.text("index.html").is_ok(), "{} has no index.html", dist.display());
    head::complete(&mut files, site)?;
    site::write(&mut files, site);
    names::by_content(&mut files)?;
    offline::list(&mut files)?;
    headers::write(&mut files)?;
    files.write(dist)
}

/// Whether a page is made for frames of other pages.
fn is_embed(path: &str) -> bool {
    path == "embed.html" || path.starts_with("embed/")
}
