//! Turns the built `dist/` into what a host can serve for years: files named by their content, a copy for reading offline, headers,
//! addresses for search engines and link previews, a manifest with icons.
//!
//! Trunk and the press know nothing of this, so `trunk serve` has no service worker that could show an old page. Every HTML file in
//! `dist/` is treated alike, except embeds, which live in frames of other pages and are not installed, catalogued or stored.

mod dist;
mod guard;
mod head;
mod headers;
mod names;
mod oembed;
mod offline;
mod site;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

pub use dist::{Dist, extension};
pub use head::CARD;
pub use names::mentions;
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
    guard::inline(&mut files)?;
    head::complete(&mut files, site)?;
    oembed::write(&mut files, site)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflow_pins_every_action_by_its_commit() {
        let workflow = include_str!("../../../.github/workflows/pages.yml");
        let actions: Vec<_> = workflow.lines().filter_map(|line| line.split_once("uses: ")).collect();
        assert_eq!(actions.len(), 4);
        for (_, action) in actions {
            let (commit, tag) = action.split_once('@').and_then(|(_, rest)| rest.split_once(" # v")).unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
            assert!(tag.starts_with(|digit: char| digit.is_ascii_digit()), "{action}");
        }
    }

    /// All steps on a page, an embed and a script as Trunk and the press leave them.
    #[test]
    fn a_published_folder_has_final_names_in_its_pages_its_list_and_its_headers() {
        let dist = std::env::temp_dir().join(format!("xtask-publish-{}", std::process::id()));
        for (name, text) in [
            (
                "index.html",
                "<html><head><title>A</title><meta name=\"description\" content=\"B\"><script src=\"guard.js\"></script><script src=\"app.js\"></script></head></html>",
            ),
            (
                "embed.html",
                "<html><head><script src=\"guard.js\"></script><script src=\"app.js\"></script></head></html>",
            ),
            ("guard.js", "guard()"),
            ("app.js", "run()"),
            ("old.css", ""),
        ] {
            fs::create_dir_all(&dist).unwrap();
            fs::write(dist.join(name), text).unwrap();
        }
        copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")), &dist).unwrap();
        publish(&dist, &Site::default()).unwrap();
        let files = Dist::read(&dist).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        let app = files.files.keys().find(|name| name.starts_with("app-")).unwrap();
        for page in ["index.html", "embed.html"] {
            assert!(mentions(files.text(page).unwrap(), app), "{page}");
        }
        assert!(files.text("app.js").is_err(), "old names are gone");
        let list = files.text(SERVICE_WORKER).unwrap();
        assert!(list.contains(&format!("\"./{app}\":\"sha256-")) && list.contains("\"./embed.html\":"));
        assert!(
            files
                .text("_headers")
                .unwrap()
                .contains(&format!("/{app}\n  Cache-Control: public, max-age=31536000, immutable\n"))
        );
    }
}
