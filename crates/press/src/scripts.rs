//! Moves inline scripts into files, so that `script-src 'self'` holds.
//!
//! Trunk writes one inline script that starts the app, and `trunk serve` a second one that reloads the page. Each becomes a file
//! named after the checksum of its text. Trunk fills the places in the second one while it serves the HTML, which it does not do in
//! a file: the press fills them here, from the page's own address.

use super::{Error, checksum};

/// A script that was inline.
#[derive(Debug, PartialEq)]
pub struct Script {
    /// File name, relative to the page.
    pub name: String,
    pub text: String,
}

/// The page without inline scripts, and the scripts.
pub fn externalise(page: &str) -> Result<(String, Vec<Script>), Error> {
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

fn script(text: &str) -> Script {
    let text = text
        .trim()
        .replace("'{{__TRUNK_ADDRESS__}}'", "window.location.host")
        .replace("'{{__TRUNK_WS_BASE__}}'", "new URL('.', document.baseURI).pathname");
    Script { name: format!("start-{}.js", checksum([text.as_bytes()])), text: text + "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::data::dataset::MNIST_FILES;

    #[test]
    fn inline_scripts_become_files_and_keep_their_attributes() {
        let page = "<p>a</p><script type=\"module\">\nimport init from './app.js';\n</script>\
                    <script src=\"guard.js\" defer></script><p>b</p>";
        let (html, scripts) = externalise(page).unwrap();
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
        assert_eq!(externalise(&html).unwrap(), (html.clone(), Vec::new()));
    }

    #[test]
    fn the_reload_script_finds_its_server_from_the_page() {
        let page = "<script>const address = '{{__TRUNK_ADDRESS__}}';const base = '{{__TRUNK_WS_BASE__}}';</script>";
        let (_, scripts) = externalise(page).unwrap();
        let expected = "const address = window.location.host;const base = new URL('.', document.baseURI).pathname;\n";
        assert_eq!(scripts[0].text, expected);
    }

    #[test]
    fn different_scripts_have_different_names() {
        let (_, scripts) = externalise("<script>a()</script><script>b()</script>").unwrap();
        assert_ne!(scripts[0].name, scripts[1].name);
        assert!(externalise("<script>a()").is_err());
    }

    #[test]
    fn the_digits_that_are_sent_for_ahead_are_those_that_the_page_reads() {
        let ahead = include_str!("../../../static/ahead.js");
        assert!(MNIST_FILES.iter().all(|name| ahead.contains(name)));
    }
}
