//! oEmbed: how sites such as forums and learning platforms turn a link to the page of one figure into a frame. Each page names a JSON
//! file beside it. Both need the site's address.

use super::dist::Dist;
use super::head::{CARD, between};
use super::site::Site;
use anyhow::{Context, Result, ensure};
use serde_json::json;

const PROVIDER: &str = "Vanishing Gradients";
/// What an embed needs; `static/embed.js` asks for the same.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-downloads allow-popups";
const ALLOW: &str = "fullscreen; clipboard-write";

/// The folder of the pages of single figures.
const FOLDER: &str = "embed/";

/// Writes `embed/KEY.oembed.json` for each `embed/KEY.html`, and the link to it into the page's head, if the address is known.
///
/// # Errors
/// A page has no title, no size or no `</head>`.
pub fn write(dist: &mut Dist, site: &Site) -> Result<()> {
    for path in dist.pages().iter().filter(|path| path.starts_with(FOLDER)) {
        let json = path.replace(".html", ".oembed.json");
        let (Some(provider), Some(page), Some(address), Some(card)) =
            (site.url("index.html"), site.url(path), site.url(&json), site.url(CARD))
        else {
            return Ok(());
        };
        let text = dist.text(path)?;
        let title = between(text, "<title>", "</title>").with_context(|| format!("{path} has no title"))?;
        ensure!(!title.contains(['"', '&']), "the title of {path} would need escapes: {title}");
        let size = between(text, "<meta name=\"embed-size\" content=\"", "\"").and_then(|size| size.split_once('x'));
        let number = |text: &str| text.parse::<u32>().ok();
        let size = size.and_then(|(width, height)| Some((number(width)?, number(height)?)));
        let (width, height) = size.with_context(|| format!("{path} has no embed-size"))?;
        let frame = format!(
            "<iframe src=\"{page}\" width=\"{width}\" height=\"{height}\" title=\"{title}\" loading=\"lazy\" allow=\"{ALLOW}\" \
             sandbox=\"{SANDBOX}\" style=\"border: 0; max-width: 100%\"></iframe>"
        );
        let answer = json!({
            "version": "1.0",
            "type": "rich",
            "title": title,
            "provider_name": PROVIDER,
            "provider_url": provider,
            "html": frame,
            "width": width,
            "height": height,
            "thumbnail_url": card,
            "thumbnail_width": 1200,
            "thumbnail_height": 630,
        });
        let link = format!(
            "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{address}\" title=\"{title}\">\n</head>"
        );
        ensure!(text.contains("</head>"), "{path} has no </head>");
        let text = text.replacen("</head>", &link, 1);
        dist.insert(path, text);
        dist.insert(&json, answer.to_string());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const PAGE: &str =
        "<html><head><title>Loss: The page</title><meta name=\"embed-size\" content=\"720x655\"></head></html>";

    fn written(site: &Site) -> Dist {
        let mut dist = Dist::default();
        for path in ["index.html", "embed.html", "embed/loss.html"] {
            dist.insert(path, PAGE.into());
        }
        write(&mut dist, site).unwrap();
        dist
    }

    #[test]
    fn an_answer_has_what_the_specification_requires_of_rich_content() {
        let dist = written(&"https://a.org/b/".parse().unwrap());
        let answer: Value = serde_json::from_str(dist.text("embed/loss.oembed.json").unwrap()).unwrap();
        assert_eq!((answer["type"].as_str(), answer["version"].as_str()), (Some("rich"), Some("1.0")));
        assert_eq!((answer["width"].as_u64(), answer["height"].as_u64()), (Some(720), Some(655)));
        assert_eq!(answer["provider_url"], "https://a.org/b/");
        let html = answer["html"].as_str().unwrap();
        assert!(html.starts_with(
            "<iframe src=\"https://a.org/b/embed/loss.html\" width=\"720\" height=\"655\" title=\"Loss: The page\""
        ));
        let script = include_str!("../../../static/embed.js");
        assert!(script.contains(&format!("\"{SANDBOX}\"")) && script.contains(&format!("\"{ALLOW}\"")));
    }

    #[test]
    fn only_the_pages_of_single_figures_have_an_answer_and_name_it() {
        let dist = written(&"https://a.org/b/".parse().unwrap());
        let link =
            "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"https://a.org/b/embed/loss.oembed.json\"";
        assert!(dist.text("embed/loss.html").unwrap().contains(link));
        assert_eq!(dist.text("embed.html").unwrap(), PAGE);
        assert_eq!(dist.files.len(), 4);
    }

    #[test]
    fn without_an_address_nothing_is_written() {
        let dist = written(&Site::default());
        assert_eq!(dist.text("embed/loss.html").unwrap(), PAGE);
        assert_eq!(dist.files.len(), 3);
    }
}
