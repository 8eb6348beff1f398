//! Moves inline scripts into files, so that `script-src 'self'` holds.
//!
//! Trunk writes one inline script that starts the app, and `trunk serve` a second one that reloads the page. Each becomes a file
//! named after the checksum of its text. Trunk fills in placeholders of the second script when it serves the HTML, but not
//! in a file: the press replaces them by expressions that use the page's own address.
//!
//! The app starts, and its WebAssembly is fetched, after the first paint, which needs all of a slow connection for itself: so the
//! preload that Trunk writes is removed.

use super::{Error, checksum};

/// A script that was inline.
#[derive(Debug, PartialEq)]
pub struct Script {
    /// File name, relative to the page.
    pub name: String,
    pub text: String,
}

/// Returns the page without inline scripts, and the scripts.
///
/// # Errors
/// A `<script>` is not closed.
pub fn externalize(page: &str) -> Result<(String, Vec<Script>), Error> {
    let mut html = String::with_capacity(page.len());
    let mut scripts = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find("<script") {
        let (before, element) = rest.split_at(start);
        let (attributes, after) = element["<script".len()..].split_once('>').ok_or(Error::Script)?;
        let (text, after) = after.split_once("</script>").ok_or(Error::Script)?;
        html += before;
        if text.trim().is_empty() {
            html += &format!("<script{attributes}></script>");
        } else {
            let script = script(text);
            html += &format!("<script{attributes} src=\"{}\"></script>", script.name);
            scripts.push(script);
        }
        rest = after;
    }
    Ok((html + rest, scripts))
}

/// Where the browser lacks something, the app does not start. A page that is not painted, for example in another tab, does not wait for
/// ever. `guard.js` is told if the app cannot be loaded.
const BEFORE: &str = "if (document.documentElement.dataset.missing) await new Promise(() => {});
await new Promise((go) => { requestAnimationFrame(() => setTimeout(go)); setTimeout(go, 1000); });
const load = (...options) => init(...options).catch((error) => {
  dispatchEvent(new Event('vanishing-gradients:unloaded'));
  throw error;
});
";
/// How Trunk's script loads the app.
const LOADS: &str = "await init(";

/// Removes the preload of the WebAssembly.
///
/// # Errors
/// There is none.
pub fn without_preload(page: &str) -> Result<String, Error> {
    let place = "<link rel=\"preload\"";
    let (before, rest) = page.split_once(place).ok_or(Error::Template { file: "index.html", place })?;
    let (_, after) = rest.split_once('>').ok_or(Error::Template { file: "index.html", place })?;
    Ok([before, after].concat())
}

fn script(text: &str) -> Script {
    let before = if text.contains(LOADS) { BEFORE } else { "" };
    let text = format!("{before}{}", text.trim().replace(LOADS, "await load("))
        .replace("'{{__TRUNK_ADDRESS__}}'", "window.location.host")
        .replace("'{{__TRUNK_WS_BASE__}}'", "new URL('.', document.baseURI).pathname");
    Script { name: format!("start-{}.js", checksum([text.as_bytes()])), text: text + "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_become_files_and_keep_their_attributes() {
        let page = "<p>a</p><script type=\"module\">\nimport init from './app.js';\n</script>\
                    <script src=\"guard.js\" defer></script><p>b</p>";
        let (html, scripts) = externalize(page).unwrap();
        assert_eq!(scripts.len(), 1);
        assert_eq!(scripts[0].text, "import init from './app.js';\n");
        let name = &scripts[0].name;
        assert_eq!(
            html,
            format!(
                "<p>a</p><script type=\"module\" src=\"{name}\"></script>\
                 <script src=\"guard.js\" defer></script><p>b</p>"
            )
        );
        assert_eq!(externalize(&html).unwrap(), (html.clone(), Vec::new()));
    }

    #[test]
    fn the_app_starts_after_the_first_paint_and_is_not_preloaded() {
        let page = "<link rel=\"preload\" href=\"a.wasm\"><script>\nimport init from './a.js';\nconst wasm = await init('a.wasm');</script>";
        let (html, scripts) = externalize(page).unwrap();
        let text = &scripts[0].text;
        assert!(text.find("await new Promise((go)") < text.find("await load('a.wasm')"), "{text}");
        assert_eq!(without_preload(&html).unwrap(), html.split_once('>').unwrap().1);
        assert!(without_preload("<link rel=\"stylesheet\">").is_err());
    }

    #[test]
    fn the_reload_script_finds_its_server_from_the_page() {
        let page = "<script>const address = '{{__TRUNK_ADDRESS__}}';const base = '{{__TRUNK_WS_BASE__}}';</script>";
        let (_, scripts) = externalize(page).unwrap();
        let expected = "const address = window.location.host;const base = new URL('.', document.baseURI).pathname;\n";
        assert_eq!(scripts[0].text, expected);
    }

    #[test]
    fn different_scripts_have_different_names() {
        let (_, scripts) = externalize("<script>a()</script><script>b()</script>").unwrap();
        assert_ne!(scripts[0].name, scripts[1].name);
        assert!(externalize("<script>a()").is_err());
    }
}
