//! Writes the script `guard.js` into every page. So it is there whatever other files a host or a cache has, and of the page's own build.
//! The page's policy allows it by its checksum.

use super::dist::Dist;
use super::offline::base64;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

const SCRIPT: &str = "guard.js";
const START: &str = "<script src=\"";
const END: &str = "\"></script>";

/// Replaces the element that names the script by the script.
///
/// # Errors
/// There is no such script, or a page has no such element.
pub fn inline(dist: &mut Dist) -> Result<()> {
    let script = String::from_utf8(dist.files.remove(SCRIPT).context("dist/ has no guard.js")?)?;
    let script = script.trim();
    let source = format!("script-src 'sha256-{}' ", base64(&Sha256::digest(script)));
    for path in dist.pages() {
        let page = dist.text(&path)?;
        let (before, after) =
            page.split_once(&format!("{SCRIPT}{END}")).with_context(|| format!("{path} does not load {SCRIPT}"))?;
        let before = before.rsplit_once(START).with_context(|| format!("{path} does not load {SCRIPT}"))?.0;
        let page = format!("{before}<script>{script}</script>{after}").replacen("script-src ", &source, 1);
        dist.insert(&path, page);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_in_the_page_and_allowed_by_its_checksum() {
        let mut dist = Dist::default();
        let page = "<meta content=\"script-src 'self'\"><script src=\"../guard.js\"></script><script src=\"../b.js\"></script>";
        dist.insert("embed/a.html", page.into());
        dist.insert(SCRIPT, "a\n".into());
        inline(&mut dist).unwrap();
        // printf a | openssl dgst -sha256 -binary | base64
        let allowed = "script-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=' 'self'";
        let expected = format!("<meta content=\"{allowed}\"><script>a</script><script src=\"../b.js\"></script>");
        assert_eq!(dist.text("embed/a.html").unwrap(), expected);
        assert!(dist.text(SCRIPT).is_err());
    }

    #[test]
    fn a_page_without_the_script_is_an_error() {
        let mut dist = Dist::default();
        dist.insert("a.html", "<p>".into());
        dist.insert(SCRIPT, "a".into());
        assert_eq!(inline(&mut dist).unwrap_err().to_string(), "a.html does not load guard.js");
    }
}
