//! The layers as a test: each names only those that [`LAYERS`] allows it. Besides, the absences that the design rests on:
//! pure layers know no browser, clock, thread, file, log or global, and few files know the canvas or the workers' mail.

use std::fs;
use std::path::{Path, PathBuf};

/// A layer and the layers it may name.
const LAYERS: [(&str, &[&str]); 8] = [
    ("nn", &[]),
    ("data", &["nn"]),
    ("lab", &["nn", "data"]),
    ("chart", &["nn", "data", "lab"]),
    ("folder", &["nn", "data"]),
    ("press", &["nn", "data", "lab", "chart", "folder"]),
    ("web", &["nn", "data", "lab", "chart"]),
    ("worker", &["nn", "data", "lab"]),
];

/// Layers that run everywhere alike, and what they never name.
const PURE: [&str; 4] = ["nn", "data", "lab", "chart"];
const IMPURE: [&str; 12] = [
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "leptos",
    "target_arch",
    "std::time",
    "std::thread",
    "std::fs",
    "std::env",
    "println!",
    "static mut",
    "thread_local!",
];

struct Source {
    /// Below `src`, as in `nn/mlp.rs`.
    path: String,
    /// Without comments; lines as in the file.
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let code = |line: &str| {
            let comment = line.match_indices("//").find(|&(at, _)| !line[..at].ends_with(':'));
            line[..comment.map_or(line.len(), |(at, _)| at)].to_owned() + "\n"
        };
        Self { path: path.to_owned(), code: text.lines().map(code).collect() }
    }

    fn layer(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many modules lie between the file's own names and the crate's root: 1 in `nn/mod.rs`, 2 in `nn/mlp.rs`.
    fn depth(&self) -> usize {
        self.path.split('/').filter(|&part| part != "mod.rs").count()
    }

    /// `file:line` of a byte of the code.
    fn place(&self, at: usize) -> String {
        format!("src/{}:{}", self.path, self.code[..at].matches('\n').count() + 1)
    }

    /// Every name directly below the crate's root that the code mentions by `crate::` or by enough `super::`.
    fn roots(&self) -> Vec<(usize, &str)> {
        let to_root = "super::".repeat(self.depth());
        let after = |path: &str| {
            let ends = self.code.match_indices(path).map(|(at, found)| at + found.len());
            let names = ends.flat_map(|end| first_names(&self.code[end..]).into_iter().map(move |name| (end, name)));
            names.collect::<Vec<_>>()
        };
        let mut roots = after(&to_root);
        roots.retain(|&(_, name)| name != "*"); // An inline module's own parent.
        roots.extend(after("crate::"));
        roots
    }

    fn violations(&self) -> Vec<String> {
        let Some((layer, allowed)) = LAYERS.into_iter().find(|(layer, _)| *layer == self.layer()) else {
            return vec![format!("src/{} is in no layer", self.path)];
        };
        let is_wrong = |name: &str| {
            name == "*" || (name != layer && !allowed.contains(&name) && LAYERS.iter().any(|(other, _)| *other == name))
        };
        let wrong = self.roots().into_iter().filter(|(_, name)| is_wrong(name));
        let mut violations: Vec<String> =
            wrong.map(|(at, name)| format!("{}: {layer} may not name {name}", self.place(at))).collect();
        if PURE.contains(&layer) {
            let found = IMPURE.into_iter().flat_map(|word| self.code.match_indices(word));
            violations.extend(found.map(|(at, word)| format!("{}: {layer} may not name {word}", self.place(at))));
        }
        violations
    }
}

/// The first name of a path, or of each path in a braced group.
fn first_names(path: &str) -> Vec<&str> {
    let name = |path: &str| path.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*').unwrap_or(path.len());
    let Some(group) = path.strip_prefix('{') else { return vec![&path[..name(path)]] };
    let mut depth = 0;
    let end = group.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth < 0
    });
    let mut depth = 0;
    let items = group[..end.unwrap_or(group.len())].split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    items.map(str::trim_start).map(|item| &item[..name(item)]).collect()
}

/// All code below `src`, this file apart.
fn sources() -> Vec<Source> {
    fn visit(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { visit(&entry, files) } else { files.push(entry) }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    visit(&src, &mut files);
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs") && !file.ends_with("layering.rs"));
    let read = |file: &PathBuf| {
        let path = file.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
        Source::new(&path, &fs::read_to_string(file).unwrap())
    };
    files.iter().map(read).collect()
}

#[test]
fn a_layer_names_only_those_it_may() {
    let is_layer = |source: &Source| source.layer() != "bin" && source.path != "lib.rs";
    let violations: Vec<String> = sources().iter().filter(|s| is_layer(s)).flat_map(Source::violations).collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn one_file_knows_the_canvas_and_two_the_mail() {
    let sources = sources();
    let who =
        |word: &str| sources.iter().filter(|s| s.code.contains(word)).map(|s| s.path.as_str()).collect::<Vec<_>>();
    let has_page = sources.iter().any(|source| source.layer() == "web");
    for (word, files) in [("CanvasBackend", 1), ("post_message", 2)] {
        assert_eq!(who(word).len(), if has_page { files } else { 0 }, "{word} is named by {:?}", who(word));
    }
}

#[test]
fn the_rule_sees_what_breaks_it() {
    let violations = |path: &str, code: &str| Source::new(path, code).violations().join("; ");
    assert_eq!(violations("data/digits.rs", "// crate::lab\nuse crate::nn::Mlp;\nuse super::idx;"), "");
    assert_eq!(violations("nn/mlp.rs", "\nuse crate::lab::Session;"), "src/nn/mlp.rs:2: nn may not name lab");
    assert_eq!(violations("lab/mod.rs", "use super::chart::Area;"), "src/lab/mod.rs:1: lab may not name chart");
    assert_eq!(
        violations("lab/run.rs", "use super::chart; use super::super::web::Store;"),
        "src/lab/run.rs:1: lab may not name web"
    );
    let group = "use crate::{\n    data::{Digits, lab},\n    web::plate,\n};";
    assert_eq!(violations("chart/axis.rs", group), "src/chart/axis.rs:1: chart may not name web");
    assert_eq!(violations("press/page.rs", "use crate::web::x;"), "src/press/page.rs:1: press may not name web");
    assert_eq!(violations("nn/rng.rs", "use crate::*;"), "src/nn/rng.rs:1: nn may not name *");
    assert_eq!(violations("chart/axis.rs", "println!(\"\");"), "src/chart/axis.rs:1: chart may not name println!");
    assert_eq!(violations("helpers.rs", ""), "src/helpers.rs is in no layer");
}
