//! Completes the service worker: its first line lists every file that a reader can open, with the checksum that the browser requires.

use super::dist::Dist;
use super::site::address;
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

pub const SERVICE_WORKER: &str = "service-worker.js";

/// Files that only hosts, crawlers and other sites ask for.
const NOT_FOR_READING: [&str; 6] =
    ["_headers", SERVICE_WORKER, "robots.txt", "sitemap.xml", super::CARD, "CITATION.cff"];

/// Whether a reader can open a file: these are stored for reading offline.
pub fn is_for_reading(path: &str) -> bool {
    !NOT_FOR_READING.contains(&path) && !path.ends_with(".oembed.json")
}

/// Writes `BUILD` and `FILES` before the service worker's own text. A page is listed by its address, since some hosts redirect from
/// `index.html`. The build's name covers the whole script, so that no two builds share a cache.
///
/// # Errors
/// There is no service worker.
pub fn list(dist: &mut Dist) -> Result<()> {
    let script = dist.text(SERVICE_WORKER).context("the service worker was not copied")?;
    let files: Map<String, Value> = dist
        .files
        .iter()
        .filter(|(path, _)| is_for_reading(path))
        .map(|(path, bytes)| {
            (format!("./{}", address(path)), format!("sha256-{}", base64(&Sha256::digest(bytes))).into())
        })
        .collect();
    let files = Value::from(files).to_string();
    let build: String =
        Sha256::digest(format!("{files}{script}"))[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let script = format!("const BUILD=\"{build}\",FILES={files};\n{script}");
    dist.insert(SERVICE_WORKER, script);
    Ok(())
}

/// Base64 with padding, as integrity attributes have it.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0_u32, |bits, (i, &byte)| bits | u32::from(byte) << (16 - 8 * i));
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(page: &str) -> String {
        let mut dist = Dist::default();
        let others = [
            ("lab/index.html", "b"),
            ("embed.html", "d"),
            ("embed/loss.html", "e"),
            ("embed/loss.oembed.json", "f"),
            ("a.css", ""),
            ("_headers", "c"),
        ];
        for (path, text) in [("index.html", page)].into_iter().chain(others) {
            dist.insert(path, text.into());
        }
        dist.insert(SERVICE_WORKER, "addEventListener();".into());
        list(&mut dist).unwrap();
        dist.text(SERVICE_WORKER).unwrap().to_owned()
    }

    #[test]
    fn the_list_has_addresses_and_checksums() {
        // printf a | openssl dgst -sha256 -binary | base64
        let a = "\"./\":\"sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=\"";
        let script = script("a");
        let (list, own) = script.split_once('\n').unwrap();
        assert!(list.contains(a) && list.contains("\"./lab/\":") && list.contains("\"./a.css\":"), "{list}");
        assert!(list.contains("\"./embed.html\":") && list.contains("\"./embed/loss.html\":"), "{list}");
        assert!(!list.contains("oembed"), "{list}");
        assert!(!list.contains("_headers") && !list.contains("service-worker"), "{list}");
        assert_eq!(own, "addEventListener();");
    }

    #[test]
    fn another_page_is_another_build() {
        let build = |page| script(page).split('"').nth(1).unwrap().to_owned();
        assert_eq!(build("a"), build("a"));
        assert_ne!(build("a"), build("b"));
    }

    /// RFC 4648, section 10.
    #[test]
    fn base64_pads() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
