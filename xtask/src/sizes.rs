//! Prints the compressed size of the page's first view, and what a million readers cost its host.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::publish::{Dist, SERVICE_WORKER, extension, is_for_reading, mentions};

/// The limit of the first view (HTML, CSS, fonts, JS and wasm) in bytes after brotli.
const LIMIT: usize = 350_000;
const PAGE: &str = "index.html";
/// What the page loads right after the first view, for its experiment.
const DIGITS: &str = "mnist/";

/// Bytes as they are, after gzip (as GitHub Pages serves them) and after brotli.
type Sizes = [usize; 3];

/// Prints a table of the first view's files, their sum and the limit; then the bytes of visits.
pub fn print(dist: &Path) -> Result<()> {
    let dist = Dist::read(dist)?;
    let sizes = |path: &str| dist.files.get(path).map_or(Ok([0; 3]), |bytes| sizes(path, bytes));
    let row = |[raw, gzip, brotli]: Sizes, name: &str| println!("{raw:>12} {gzip:>10} {brotli:>10}  {name}");

    let first_view = first_view(&dist);
    let mut files = first_view.iter().map(|path| Ok((sizes(path)?, *path))).collect::<Result<Vec<_>>>()?;
    files.sort_by_key(|&(sizes, path)| (std::cmp::Reverse(sizes[2]), path));
    println!("\n{:>12} {:>10} {:>10}  first view, bytes", "raw", "gzip", "brotli");
    files.iter().for_each(|(sizes, path)| row(*sizes, path));
    let total = sum(files.iter().map(|(sizes, _)| *sizes));
    row(total, "total, before digits and figures");
    let brotli = total[2];
    if brotli > LIMIT {
        println!("warning: the first view is {} bytes over its limit of {LIMIT}", brotli - LIMIT);
    } else {
        println!("{:>34}  left of {LIMIT}", LIMIT - brotli);
    }

    let (digits, others): (Vec<&str>, Vec<&str>) =
        later(&dist, &first_view).into_iter().partition(|path| path.starts_with(DIGITS));
    let total_of = |paths: &[&str]| -> Result<Sizes> {
        Ok(sum(paths.iter().map(|path| sizes(path)).collect::<Result<Vec<_>>>()?))
    };
    let (digits, offline, worker) = (total_of(&digits)?, total_of(&others)?, sizes(SERVICE_WORKER)?);
    let visit = sum([total, digits, offline, worker]);
    println!("\n{:>12} {:>10} {:>10}  first visit, bytes", "raw", "gzip", "brotli");
    row(total, "first view");
    row(digits, "digits, with their card and license");
    row(offline, &format!("{} files stored for reading offline: figures, icons, manifest, other pages", others.len()));
    row(worker, "service worker");
    row(visit, "total: megabytes are terabytes for a million readers");
    row(worker, "return visit to the same build, at most: the service worker; usually 304 and no bytes");
    Ok(())
}

/// The page and all scripts, style sheets, fonts and programs that it mentions, directly or through another. Scripts that pages load in
/// frames or after a click are mentioned by other pages only.
fn first_view(dist: &Dist) -> BTreeSet<&str> {
    let is_icon = |path: &str| extension(path) == "svg" && !path.contains('/');
    let is_loaded = |path: &str| matches!(extension(path), "js" | "css" | "wasm" | "woff2") || is_icon(path);
    let mut found = BTreeSet::from([PAGE]);
    let mut waiting = vec![PAGE];
    while let Some(path) = waiting.pop() {
        let Ok(text) = dist.text(path) else { continue };
        let text = &without_files_program(text);
        let paths = dist.files.keys().map(String::as_str);
        for path in paths.filter(|path| is_loaded(path) && *path != SERVICE_WORKER && mentions(text, path)) {
            if found.insert(path) {
                waiting.push(path);
            }
        }
    }
    found
}

/// A page without the element that names the program of files, which is loaded after a click.
fn without_files_program(page: &str) -> String {
    let rest =
        page.split_once("<meta name=\"files\"").and_then(|(before, rest)| Some((before, rest.split_once('>')?.1)));
    rest.map_or_else(|| page.to_owned(), |(before, after)| format!("{before}{after}"))
}

/// What the service worker stores besides the first view.
fn later<'a>(dist: &'a Dist, first_view: &BTreeSet<&str>) -> Vec<&'a str> {
    let paths = dist.files.keys().map(String::as_str);
    paths.filter(|path| is_for_reading(path) && !first_view.contains(path)).collect()
}

fn sum(sizes: impl IntoIterator<Item = Sizes>) -> Sizes {
    sizes.into_iter().fold([0; 3], |sum, sizes| [0, 1, 2].map(|i| sum[i] + sizes[i]))
}

/// Hosts do not compress what is compressed.
fn sizes(path: &str, bytes: &[u8]) -> Result<Sizes> {
    if matches!(extension(path), "gz" | "png" | "woff2") {
        return Ok([bytes.len(); 3]);
    }
    Ok([bytes.len(), gzip(bytes)?, brotli(bytes)?])
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// At the best quality, as a host that compresses in advance.
fn brotli(bytes: &[u8]) -> Result<usize> {
    const QUALITY: u32 = 11;
    const WINDOW: u32 = 22;
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, QUALITY, WINDOW);
    encoder.write_all(bytes)?;
    Ok(encoder.into_inner().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_compressors_finish() {
        let text = b"vanishing gradients ".repeat(1000);
        for size in [gzip(&text).unwrap(), brotli(&text).unwrap()] {
            assert!((10..200).contains(&size), "{size} bytes");
        }
    }

    #[test]
    fn the_first_view_is_what_the_page_loads_and_the_rest_comes_later() {
        let mut dist = Dist::default();
        for (path, text) in [
            (
                PAGE,
                "<meta name=\"files\" data-script=\"files.js\"><script src=\"start.js\"><link href=\"a.css\"><a href=\"lab.html\"><img src=\"figures/a.svg\">",
            ),
            ("start.js", "import \"./app.js\""),
            ("app.js", "new URL(\"app_bg.wasm\")"),
            ("app_bg.wasm", ""),
            ("a.css", "url(a.woff2)"),
            ("a.woff2", ""),
            ("lab.html", "<script src=\"lab.js\">"),
            ("lab.js", ""),
            ("files.js", ""),
            ("figures/a.svg", ""),
            ("mnist/a.gz", ""),
            ("_headers", ""),
            (SERVICE_WORKER, "\"lab.js\""),
        ] {
            dist.insert(path, text.into());
        }
        let first_view = first_view(&dist);
        assert_eq!(Vec::from_iter(&first_view), [&"a.css", &"a.woff2", &"app.js", &"app_bg.wasm", &PAGE, &"start.js"]);
        assert_eq!(later(&dist, &first_view), ["figures/a.svg", "files.js", "lab.html", "lab.js", "mnist/a.gz"]);
    }
}
