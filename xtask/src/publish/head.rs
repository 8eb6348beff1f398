//! Completes the head of every page: the manifest, the script for reading offline, and what catalogues and link previews read. The
//! pages of single figures get what link previews read only, and `embed.html`, which shows nothing by itself, gets nothing.

use super::dist::Dist;
use super::is_embed;
use super::site::Site;
use anyhow::{Context, Result};
use serde_json::json;

/// The picture of link previews, 1200 × 630 pixels, which the press draws.
pub const CARD: &str = "card.png";
const CARD_TEXT: &str = "Chart: the mean gradient of the first layer over the steps of training; the sigmoid network's is far below \
                         those of ReLU and leaky ReLU.";

/// Inserts the elements before the end of each head.
///
/// # Errors
/// A page has no `</head>`.
pub fn complete(dist: &mut Dist, site: &Site) -> Result<()> {
    for path in dist.pages().iter().filter(|path| *path != "embed.html") {
        let page = dist.text(path)?;
        let (before, after) = page.split_once("</head>").with_context(|| format!("{path} has no </head>"))?;
        let elements = elements(path, before, site)?;
        let page = format!("{before}{elements}</head>{after}");
        dist.insert(path, complete_snippets(&page, site));
    }
    for path in dist.pages().iter().filter(|path| is_embed(path)) {
        let page = name_origin(dist.text(path)?, site);
        dist.insert(path, page);
    }
    Ok(())
}

/// In a sandboxed frame without an origin, WebKit does not take the server for 'self', so the policy of an embed names it too.
fn name_origin(page: &str, site: &Site) -> String {
    site.origin().map_or_else(|| page.to_owned(), |origin| page.replace("'self'", &format!("'self' {origin}")))
}

fn elements(path: &str, head: &str, site: &Site) -> Result<String> {
    let mut elements = String::new();
    if !is_embed(path) {
        let root = "../".repeat(path.matches('/').count());
        elements += &format!(
            "<link rel=\"manifest\" href=\"{root}manifest.webmanifest\">\n\
             <link rel=\"apple-touch-icon\" href=\"{root}icons/icon-192.png\">\n\
             <script src=\"{root}offline.js\" defer></script>\n"
        );
    }
    if let (Some(page), Some(card)) = (site.url(path), site.url(CARD)) {
        elements += &format!(
            "<link rel=\"canonical\" href=\"{page}\">\n\
             <meta property=\"og:url\" content=\"{page}\">\n\
             <meta property=\"og:image\" content=\"{card}\">\n\
             <meta property=\"og:image:width\" content=\"1200\">\n\
             <meta property=\"og:image:height\" content=\"630\">\n\
             <meta property=\"og:image:alt\" content=\"{CARD_TEXT}\">\n\
             <meta name=\"twitter:card\" content=\"summary_large_image\">\n"
        );
    }
    if path == "index.html" {
        elements += &linked_data(head, site)?;
    }
    Ok(elements)
}

/// Addresses in the snippets of a page are relative to the site, which a script completes; here they are completed for readers without
/// JavaScript.
fn complete_snippets(page: &str, site: &Site) -> String {
    const START: &str = "<span data-address>";
    let page_of = |site| page.replace(&format!("{START}./"), START).replace(START, &format!("{START}{site}"));
    site.url("").map_or_else(|| page.to_owned(), page_of)
}

/// The article as catalogues of learning material and of papers describe one. Browsers do not run this kind of script.
fn linked_data(head: &str, site: &Site) -> Result<String> {
    let title = between(head, "<title>", "</title>").context("index.html has no title")?;
    let description =
        between(head, "<meta name=\"description\" content=\"", "\"").context("index.html has no description")?;
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": ["LearningResource", "ScholarlyArticle"],
        "name": title,
        "headline": title,
        "description": description,
        "inLanguage": "en",
        "isAccessibleForFree": true,
        "learningResourceType": ["interactive article", "simulation"],
        "interactivityType": "mixed",
        "educationalLevel": "higher education",
        "teaches": ["vanishing gradient problem", "activation functions", "backpropagation"],
        "author": { "@type": "Organization", "name": "The Vanishing Gradients authors" },
        "license": ["https://spdx.org/licenses/MIT", "https://spdx.org/licenses/Apache-2.0"],
        "isBasedOn": "https://adventuresinmachinelearning.com/vanishing-gradient-problem-tensorflow/",
    });
    if let (Some(page), Some(card)) = (site.url("index.html"), site.url(CARD)) {
        data["url"] = page.into();
        data["image"] = card.into();
    }
    // Nothing in it can end the element.
    let text = data.to_string().replace('<', "\\u003c");
    Ok(format!("<script type=\"application/ld+json\">{text}</script>\n"))
}

pub fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_of_an_embed_names_the_server_if_it_is_known() {
        let page = "<meta content=\"script-src 'self' 'wasm-unsafe-eval'; img-src 'self'\">";
        let site: Site = "https://example.org/a/".parse().unwrap();
        let named = "<meta content=\"script-src 'self' https://example.org 'wasm-unsafe-eval'; img-src 'self' https://example.org\">";
        assert_eq!(name_origin(page, &site), named);
        assert_eq!(name_origin(page, &Site::default()), page);
    }
    use serde_json::Value;

    const PAGE: &str =
        "<html><head><title>A < B</title><meta name=\"description\" content=\"Why.\"></head><body></body></html>";

    fn completed(site: &Site) -> Dist {
        let mut dist = Dist::default();
        for path in ["index.html", "lab/index.html", "embed.html", "embed/loss.html"] {
            dist.insert(path, PAGE.into());
        }
        complete(&mut dist, site).unwrap();
        dist
    }

    #[test]
    fn pages_are_installable_from_any_folder_and_embeds_are_left_alone() {
        let dist = completed(&Site::default());
        for (path, root) in [("index.html", ""), ("lab/index.html", "../")] {
            let page = dist.text(path).unwrap();
            for element in
                ["<link rel=\"manifest\" href=\"{}manifest.webmanifest\">", "<script src=\"{}offline.js\" defer>"]
            {
                assert!(page.contains(&element.replace("{}", root)), "{path}: {page}");
            }
            assert!(!page.contains("og:image") && !page.contains("canonical"), "they need the site's address");
        }
        assert_eq!(dist.text("embed.html").unwrap(), PAGE);
        assert_eq!(dist.text("embed/loss.html").unwrap(), PAGE);
    }

    #[test]
    fn the_page_of_a_figure_has_a_preview_but_is_not_installed() {
        let dist = completed(&"https://a.org/b/".parse().unwrap());
        let page = dist.text("embed/loss.html").unwrap();
        assert!(page.contains("<link rel=\"canonical\" href=\"https://a.org/b/embed/loss.html\">"), "{page}");
        assert!(
            page.contains("og:image\" content=\"https://a.org/b/card.png\"") && !page.contains("manifest"),
            "{page}"
        );
        assert_eq!(dist.text("embed.html").unwrap(), PAGE);
    }

    #[test]
    fn snippets_name_the_site_if_it_is_known() {
        let snippet = "<span data-address>embed.js</span>";
        let site = "https://a.org/b/".parse().unwrap();
        assert_eq!(complete_snippets(snippet, &site), "<span data-address>https://a.org/b/embed.js</span>");
        assert_eq!(complete_snippets(snippet, &Site::default()), snippet);
        let folder = "<span data-address>./</span>";
        assert_eq!(complete_snippets(folder, &site), "<span data-address>https://a.org/b/</span>");
    }

    #[test]
    fn absolute_addresses_are_the_sites() {
        let dist = completed(&"https://a.org/b/".parse().unwrap());
        let page = dist.text("lab/index.html").unwrap();
        assert!(page.contains("<link rel=\"canonical\" href=\"https://a.org/b/lab/\">"), "{page}");
        assert!(page.contains("<meta property=\"og:image\" content=\"https://a.org/b/card.png\">"), "{page}");
    }

    #[test]
    fn linked_data_is_json_with_the_pages_title() {
        let dist = completed(&"https://a.org/b/".parse().unwrap());
        let text =
            between(dist.text("index.html").unwrap(), "<script type=\"application/ld+json\">", "</script>").unwrap();
        assert!(!text.contains('<'), "{text}");
        let data: Value = serde_json::from_str(text).unwrap();
        assert_eq!((data["name"].as_str(), data["url"].as_str()), (Some("A < B"), Some("https://a.org/b/")));
    }
}
