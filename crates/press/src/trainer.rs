//! Adds a checksum to the names of the trainer's files, so that page and trainer are always from one build, however long a browser
//! or a proxy caches either.

use super::{Error, checksum};
use std::fs;
use std::path::Path;

/// Script and WebAssembly as Trunk writes them.
const FILES: [&str; 2] = ["worker.js", "worker_bg.wasm"];

/// Renames the trainer's files in a folder to `worker-<checksum>.js` and `worker-<checksum>_bg.wasm`. Returns the page with the new
/// names in its attributes. One checksum covers both, and the script finds its WebAssembly by its own name.
///
/// # Errors
/// A file is missing, or the page does not name it.
pub fn name_by_contents(folder: &Path, page: &str) -> Result<String, Error> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(|source| Error::Trainer { path, source })
    };
    let [script, wasm] = [read(FILES[0])?, read(FILES[1])?];
    let checksum = checksum([&script[..], &wasm]);
    let mut page = page.to_owned();
    for (name, place) in FILES.into_iter().zip(["href=\"worker.js\"", "href=\"worker_bg.wasm\""]) {
        if !page.contains(place) {
            return Err(Error::Template { place });
        }
        let new = name.replacen("worker", &format!("worker-{checksum}"), 1);
        fs::rename(folder.join(name), folder.join(&new)).map_err(|source| Error::file(&folder.join(name), source))?;
        page = page.replace(&format!("\"{name}\""), &format!("\"{new}\""));
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<link href=\"worker.js\"><link href=\"worker_bg.wasm\">";

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("press-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn other_contents_have_other_names() {
        let page = |wasm: &str| {
            let folder = folder("names");
            fs::write(folder.join("worker.js"), "script").unwrap();
            fs::write(folder.join("worker_bg.wasm"), wasm).unwrap();
            let page = name_by_contents(&folder, PAGE).unwrap();
            let name = page.split('"').nth(1).unwrap().to_owned();
            let wasm_name = name.replace(".js", "_bg.wasm");
            assert!(page.ends_with(&format!("<link href=\"{wasm_name}\">")), "{page}");
            assert_eq!(fs::read_to_string(folder.join(wasm_name)).unwrap(), wasm);
            fs::remove_dir_all(folder).unwrap();
            page
        };
        assert_eq!(page("a"), page("a"));
        assert_ne!(page("a"), page("b"));
    }

    #[test]
    fn a_trainer_that_is_not_built_is_named() {
        let folder = folder("missing");
        let sentence = name_by_contents(&folder, PAGE).unwrap_err().to_string();
        assert!(
            sentence.contains("worker.js") && sentence.ends_with("should be built before the press runs"),
            "{sentence}"
        );
        fs::write(folder.join("worker.js"), "").unwrap();
        fs::write(folder.join("worker_bg.wasm"), "").unwrap();
        let sentence = name_by_contents(&folder, "<html>").unwrap_err().to_string();
        assert_eq!(sentence, "index.html has no `href=\"worker.js\"`, where the press writes");
        fs::remove_dir_all(folder).unwrap();
    }
}
