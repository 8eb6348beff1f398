//! The address of the published site, and the files that need it.

use super::dist::Dist;
use super::is_embed;
use anyhow::{Error, ensure};
use std::str::FromStr;

/// Where the page will be published, if that is known. All addresses within the page are relative; only search engines and link
/// previews need absolute ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site(Option<String>);

impl FromStr for Site {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let is_plain =
            rest.is_some_and(|rest| !rest.starts_with('/') && !rest.contains(['?', '#', '"', '<', '&', ' ']));
        ensure!(is_plain && url.ends_with('/'), "`{url}` must be like https://example.org/vanishing-gradients/");
        Ok(Self(Some(url.to_owned())))
    }
}

impl Site {
    /// The scheme and the host of the site, if its address is known.
    pub fn origin(&self) -> Option<&str> {
        let url = self.0.as_deref()?;
        let host = url.find("://")? + "://".len();
        Some(&url[..host + url[host..].find('/')?])
    }

    /// The address of a file, if the site's is known. `index.html` has the address of its folder.
    pub fn url(&self, path: &str) -> Option<String> {
        self.0.as_ref().map(|url| format!("{url}{}", address(path)))
    }
}

/// A page's path as links name it, relative to the site: empty for `index.html`.
pub fn address(path: &str) -> &str {
    match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => path,
    }
}

/// Writes `robots.txt` and, if the address is known, `sitemap.xml`.
pub fn write(dist: &mut Dist, site: &Site) {
    let mut robots = "User-agent: *\nAllow: /\n".to_owned();
    if let Some(sitemap) = site.url("sitemap.xml") {
        robots += &format!("Sitemap: {sitemap}\n");
        let urls: String = dist
            .pages()
            .iter()
            .filter(|page| !is_embed(page))
            .filter_map(|page| site.url(page))
            .map(|url| format!("  <url><loc>{url}</loc></url>\n"))
            .collect();
        let sitemap = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
        );
        dist.insert("sitemap.xml", sitemap);
    }
    dist.insert("robots.txt", robots);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_whole_or_an_error_that_quotes_it() {
        let site: Site = "https://example.org/vanishing-gradients/".parse().unwrap();
        assert_eq!(site.url("index.html").unwrap(), "https://example.org/vanishing-gradients/");
        assert_eq!(site.url("lab/index.html").unwrap(), "https://example.org/vanishing-gradients/lab/");
        assert_eq!(site.url("card.png").unwrap(), "https://example.org/vanishing-gradients/card.png");
        for bad in ["example.org/", "https://example.org", "https:///", "https://a/?b/", "ftp://a/"] {
            assert!(
                bad.parse::<Site>().unwrap_err().to_string().starts_with(&format!("`{bad}` must be like")),
                "{bad}"
            );
        }
    }

    #[test]
    fn the_sitemap_lists_pages_but_no_embeds_and_needs_an_address() {
        let files = ["index.html", "embedding.html", "embed.html", "embed/loss.html"];
        let dist = || Dist { files: files.iter().map(|name| ((*name).to_owned(), Vec::new())).collect() };
        let mut known = dist();
        write(&mut known, &"https://a.org/b/".parse().unwrap());
        let sitemap = known.text("sitemap.xml").unwrap();
        let urls: Vec<_> = sitemap.split("<loc>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!(urls, ["https://a.org/b/embedding.html", "https://a.org/b/"]);
        assert!(known.text("robots.txt").unwrap().ends_with("Sitemap: https://a.org/b/sitemap.xml\n"));

        let mut unknown = dist();
        write(&mut unknown, &Site::default());
        assert!(unknown.text("sitemap.xml").is_err());
        assert_eq!(unknown.text("robots.txt").unwrap(), "User-agent: *\nAllow: /\n");
    }
}
