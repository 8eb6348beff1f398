//! The HTTP headers that a host should send: `_headers`, which Netlify and Cloudflare Pages read. The recipe for nginx in
//! `docs/hosting.md` sends the same but for the policies of pages, which are in the pages; a test compares them.
//!
//! Everything may be read and framed by other sites: there are no accounts and no private data, course pages put the whole article into
//! a frame, and embeds in a sandbox without an origin need its files. There is no `frame-ancestors`, because even `frame-ancestors *`
//! refuses host pages without an origin and slides (`file:`), and no `Cross-Origin-Opener-Policy`, which refuses links out of sandboxed
//! frames. The policy of a page is that of its own meta element.

use super::dist::{Dist, base};
use super::head::between;
use super::names::Name;
use super::offline::SERVICE_WORKER;
use super::site::address;
use anyhow::Result;

const POLICY: &str = "Content-Security-Policy";
/// Workers have no meta element. This one only fetches.
const POLICY_OF_SERVICE_WORKER: &str = "default-src 'none'; connect-src 'self'";
const CACHE: &str = "Cache-Control";
/// A name with a checksum always means the same content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Browsers may store the file, but ask whether it has changed.
const ASK: &str = "no-cache";

const EVERYWHERE: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
];

/// Writes `_headers` into `dist/`. No two rules for the same file set the same header: hosts would join both values.
///
/// # Errors
/// A page is not UTF-8.
pub fn write(dist: &mut Dist) -> Result<()> {
    let mut text = rule("/*", &EVERYWHERE);
    let mut folders = Vec::new();
    for path in dist.files.keys() {
        match path.split_once('/') {
            Some((folder, _)) if folders.contains(&folder) => {}
            Some((folder, _)) if let Some(headers) = of_folder(dist, folder)? => {
                folders.push(folder);
                text += &rule(&format!("/{folder}/*"), &headers);
            }
            _ => text += &of_file(dist, path)?,
        }
    }
    dist.insert("_headers", text);
    Ok(())
}

/// The headers of all files of a folder, if its pages have one policy. Cloudflare Pages reads at most 100 rules.
fn of_folder<'a>(dist: &'a Dist, folder: &str) -> Result<Option<Vec<(&'static str, &'a str)>>> {
    let mut headers = vec![(CACHE, ASK)];
    let pages = dist.pages();
    let pages = pages.iter().filter(|page| page.split_once('/').is_some_and(|(start, _)| start == folder));
    let mut policies = pages.map(|page| Ok(policy(dist.text(page)?))).collect::<Result<Vec<_>>>()?;
    policies.dedup();
    if policies.len() > 1 {
        return Ok(None);
    }
    headers.extend(policies.into_iter().flatten().map(|policy| (POLICY, policy)));
    Ok(Some(headers))
}

fn of_file(dist: &Dist, path: &str) -> Result<String> {
    let is_hashed = Name::parse(base(path)).checksum.is_some();
    let mut headers = vec![(CACHE, if is_hashed { FOREVER } else { ASK })];
    if path == SERVICE_WORKER {
        headers.push((POLICY, POLICY_OF_SERVICE_WORKER));
    }
    let Some(page) = path.strip_suffix(".html") else { return Ok(rule(&format!("/{path}"), &headers)) };
    headers.extend(policy(dist.text(path)?).map(|policy| (POLICY, policy)));
    // Hosts answer to the short address, too: `/` for `index.html`, `/gallery` for `gallery.html`.
    let short = if address(path) == path { page } else { address(path) };
    Ok([path, short].map(|path| rule(&format!("/{path}"), &headers)).concat())
}

/// The policy in a page's meta element.
fn policy(page: &str) -> Option<&str> {
    between(page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")
}

fn rule(path: &str, headers: &[(&str, &str)]) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
    format!("{path}\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";
    const RECIPES: &str = include_str!("../../../docs/hosting.md");

    fn headers() -> String {
        let mut dist = Dist::default();
        for path in [
            "index.html",
            "lab.html",
            "embed/a.html",
            "embed/a.oembed.json",
            "embed/b.html",
            "lab/a.html",
            "app-0123456789abcdef_bg.wasm",
            "mnist/a.gz",
            "mnist/b.gz",
        ] {
            dist.insert(path, PAGE.into());
        }
        dist.insert("lab/b.html", "<p>no policy</p>".into());
        dist.insert(SERVICE_WORKER, String::new());
        write(&mut dist).unwrap();
        dist.text("_headers").unwrap().to_owned()
    }

    /// The headers of a rule.
    fn of(headers: &str, path: &str) -> String {
        let (_, rest) = headers.split_once(&format!("{path}\n  ")).unwrap_or_else(|| panic!("no rule for {path}"));
        rest.split("\n/").next().unwrap().to_owned()
    }

    #[test]
    fn only_names_with_a_checksum_are_stored_without_asking() {
        let headers = headers();
        assert_eq!(headers.matches("immutable").count(), 1);
        assert!(of(&headers, "/app-0123456789abcdef_bg.wasm").contains(FOREVER));
        for path in
            ["/", "/index.html", "/lab.html", "/lab", "/lab/a.html", "/embed/*", "/service-worker.js", "/mnist/*"]
        {
            assert!(of(&headers, path).contains(ASK), "{path}");
        }
    }

    #[test]
    fn a_folder_whose_pages_have_one_policy_has_one_rule() {
        let headers = headers();
        assert!(of(&headers, "/embed/*").contains(policy(PAGE).unwrap()));
        assert!(!headers.contains("/embed/a"), "{headers}");
        assert!(of(&headers, "/lab/a").contains(POLICY) && !of(&headers, "/lab/b").contains(POLICY), "{headers}");
    }

    #[test]
    fn no_path_has_two_rules() {
        let headers = headers();
        let mut paths: Vec<_> = headers.lines().filter(|line| line.starts_with('/')).collect();
        let n_paths = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), n_paths);
    }

    #[test]
    fn the_policy_of_a_page_is_that_of_its_meta_element() {
        let policy = policy(PAGE).unwrap();
        assert!(of(&headers(), "/").contains(&format!("{POLICY}: {policy}")));
    }

    #[test]
    fn the_recipe_for_nginx_sends_the_same() {
        for (name, value) in EVERYWHERE {
            assert!(RECIPES.contains(&format!("add_header {name} \"{value}\" always;")), "{name}: {value}");
        }
        for value in [FOREVER, ASK, POLICY_OF_SERVICE_WORKER] {
            assert!(RECIPES.contains(&format!("\"{value}\";")), "{value}");
        }
    }
}
