//! Names every script, style sheet, font and WebAssembly file by a checksum of its final content, and rewrites what names it.
//!
//! A file is named once everything that it mentions has its final name, so a changed file changes the names of all that use it. Trunk
//! and the press put checksums into names, too, but before wasm-opt and esbuild change the content: these are replaced.

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use super::dist::{Dist, base, extension};

const NAMED: [&str; 4] = ["js", "css", "wasm", "woff2"];
/// Files that may mention others.
const TEXTS: [&str; 4] = ["html", "js", "css", "webmanifest"];
/// Other people's pages, and browsers with an older build, ask for these names.
const FIXED: [&str; 2] = ["service-worker.js", "embed.js"];

/// Renames the files and rewrites all mentions.
///
/// # Errors
/// Two files mention each other, or two folders have a file of the same name.
pub fn by_content(dist: &mut Dist) -> Result<()> {
    let is_named = |path: &&String| NAMED.contains(&extension(path)) && !FIXED.contains(&base(path));
    let mut waiting: Vec<String> = dist.files.keys().filter(is_named).cloned().collect();
    for (i, path) in waiting.iter().enumerate() {
        let twin = waiting[..i].iter().find(|other| base(other) == base(path));
        ensure!(twin.is_none(), "{path} has the name of another file, {}", twin.map_or("", String::as_str));
    }
    while !waiting.is_empty() {
        let Some(i) = waiting.iter().position(|path| is_ready(dist, path, &waiting)) else {
            bail!("{} mention each other, so no checksum can be in their names", waiting.join(", "));
        };
        rename(dist, &waiting.swap_remove(i))?;
    }
    Ok(())
}

/// Whether a file mentions no other that waits for its name.
fn is_ready(dist: &Dist, path: &str, waiting: &[String]) -> bool {
    let Ok(text) = dist.text(path) else { return true };
    let others = waiting.iter().filter(|other| *other != path);
    others.flat_map(|other| aliases(other)).all(|name| !mentions(text, &name))
}

fn rename(dist: &mut Dist, path: &str) -> Result<()> {
    let bytes = dist.files.remove(path).with_context(|| format!("dist/ has no {path}"))?;
    let (folder, old) = path.split_at(path.len() - base(path).len());
    let Name { stem, suffix, .. } = Name::parse(old);
    let checksum: String = Sha256::digest(&bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let new = format!("{stem}-{checksum}{suffix}");
    for (other, bytes) in dist.files.iter_mut().filter(|(other, _)| TEXTS.contains(&extension(other))) {
        let text = std::str::from_utf8(bytes).with_context(|| format!("{other} is not UTF-8"))?;
        let text = aliases(old).iter().fold(text.to_owned(), |text, name| replace(&text, name, &new));
        *bytes = text.into_bytes();
    }
    if dist.files.insert(format!("{folder}{new}"), bytes).is_some() {
        bail!("two files would be {folder}{new}");
    }
    Ok(())
}

/// What other files may call a file: its name, and its name without a checksum, as wasm-bindgen's script calls its WebAssembly.
fn aliases(path: &str) -> Vec<String> {
    let name = Name::parse(base(path));
    let mut aliases = vec![base(path).to_owned(), format!("{}{}", name.stem, name.suffix)];
    aliases.dedup();
    aliases
}

/// A file name around its checksum: `app-0123456789abcdef_bg.wasm` is `app`, the checksum, `_bg.wasm`.
pub struct Name<'a> {
    pub stem: &'a str,
    pub checksum: Option<&'a str>,
    pub suffix: &'a str,
}

impl<'a> Name<'a> {
    pub fn parse(name: &'a str) -> Self {
        let end = name.find("_bg.").or_else(|| name.rfind('.')).unwrap_or(name.len());
        let (start, suffix) = name.split_at(end);
        match start.rsplit_once('-') {
            Some((stem, sum)) if sum.len() >= 8 && sum.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Self { stem, checksum: Some(sum), suffix }
            }
            _ => Self { stem: start, checksum: None, suffix },
        }
    }
}

/// Whether a text mentions a file by its name at the end of a quoted address.
pub fn mentions(text: &str, name: &str) -> bool {
    replace(text, name, "") != text
}

/// Replaces a file name where it ends a quoted address: `"./app.js"`, `url(app.css)`, but not in `old-app.js` or in prose.
fn replace(text: &str, old: &str, new: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(old) {
        let (before, after) = (&rest[..start], &rest[start + old.len()..]);
        let is_start = before.ends_with(['"', '\'', '`', '/', '(', '=']);
        let is_end = after.is_empty() || after.starts_with(['"', '\'', '`', ')', '?', '#', ' ', '>']);
        result += before;
        result += if is_start && is_end { new } else { old };
        rest = after;
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dist(files: &[(&str, &str)]) -> Dist {
        Dist { files: files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect() }
    }

    const FILES: [(&str, &str); 9] = [
        ("index.html", "<script src=\"start-12345678.js\"></script><link href=\"./app-0123456789abcdef_bg.wasm\">"),
        ("embed/a.html", "<script src=\"../guard.js\"></script> guard.js"),
        ("start-12345678.js", "import i from\"./app-0123456789abcdef.js\";i(\"./app-0123456789abcdef_bg.wasm\")"),
        ("app-0123456789abcdef.js", "new URL(\"app_bg.wasm\",import.meta.url)"),
        ("app-0123456789abcdef_bg.wasm", "\0asm"),
        ("guard.js", "guard()"),
        ("style.css", "@font-face{src:url(serif.woff2)format(\"woff2\")}"),
        ("serif.woff2", "wOF2"),
        ("embed.js", "const frame=\"embed.html\""),
    ];

    #[test]
    fn every_mention_follows_its_file_and_no_old_name_remains() {
        let mut dist = dist(&FILES);
        by_content(&mut dist).unwrap();
        let names: Vec<_> = dist.files.keys().cloned().collect();
        let find = |start: &str, end: &str| names.iter().find(|n| n.starts_with(start) && n.ends_with(end)).unwrap();
        let (app, wasm) = (find("app-", ".js"), find("app-", "_bg.wasm"));
        let (start, guard) = (find("start-", ".js"), find("guard-", ".js"));
        assert_eq!(
            dist.text("index.html").unwrap(),
            format!("<script src=\"{start}\"></script><link href=\"./{wasm}\">")
        );
        assert_eq!(
            dist.text("embed/a.html").unwrap(),
            format!("<script src=\"../{guard}\"></script> guard.js"),
            "prose is not an address"
        );
        assert_eq!(dist.text(start).unwrap(), format!("import i from\"./{app}\";i(\"./{wasm}\")"));
        let style = format!("@font-face{{src:url({})format(\"woff2\")}}", find("serif-", ".woff2"));
        assert_eq!(dist.text(find("style-", ".css")).unwrap(), style);
        assert_eq!(dist.text(app).unwrap(), format!("new URL(\"{wasm}\",import.meta.url)"));
        assert!(names.contains(&"embed.js".to_owned()), "other people's pages name it");
    }

    #[test]
    fn a_change_renames_the_file_and_all_that_use_it_and_nothing_else() {
        let names = |wasm: &str| {
            let mut files = FILES;
            files[4].1 = wasm;
            let mut dist = dist(&files);
            by_content(&mut dist).unwrap();
            dist.files.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(names("a"), names("a"));
        let (a, b) = (names("a"), names("b"));
        let changed: Vec<_> = a.iter().filter(|name| !b.contains(name)).map(|name| Name::parse(name).stem).collect();
        assert_eq!(changed, ["app", "app", "start"]);
    }

    #[test]
    fn names_are_those_of_the_final_content() {
        let mut named = dist(&FILES);
        by_content(&mut named).unwrap();
        for (path, bytes) in named.files.iter().filter(|(path, _)| NAMED.contains(&extension(path))) {
            let sum: String = Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(FIXED.contains(&base(path)) || Name::parse(path).checksum == Some(&sum), "{path}");
        }
    }

    #[test]
    fn a_circle_of_mentions_is_an_error() {
        let mut dist = dist(&[("a.js", "import \"./b.js\""), ("b.js", "import \"./a.js\"")]);
        let sentence = by_content(&mut dist).unwrap_err().to_string();
        assert_eq!(sentence, "a.js, b.js mention each other, so no checksum can be in their names");
    }

    #[test]
    fn a_name_in_two_folders_is_an_error() {
        let mut dist = dist(&[("a.js", ""), ("lab/a.js", "")]);
        assert_eq!(by_content(&mut dist).unwrap_err().to_string(), "lab/a.js has the name of another file, a.js");
    }

    #[test]
    fn only_a_whole_name_in_an_address_is_replaced() {
        let text = "\"worker.js\" 'a/worker.js?x' \"service-worker.js\" worker.js \"worker.jsx\" url(worker.js)";
        let expected = "\"w\" 'a/w?x' \"service-worker.js\" worker.js \"worker.jsx\" url(w)";
        assert_eq!(replace(text, "worker.js", "w"), expected);
    }
}
