//! The frame of a page in the folder of the site, beside the article: the gallery and the guide.

use super::{Error, embed};
use maud::{DOCTYPE, Markup, html};

/// The content security policy. Frames are embeds; the service worker and the manifest are those of the site.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; frame-src 'self'; connect-src 'self'; \
                      worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// A whole page. `article` is the text of the finished index.html, whose style sheet and icon the page shares; `body` is the element
/// `<body>`.
///
/// # Errors
/// `article` has no style sheet or no icon.
pub fn site_page(
    title: &str,
    description: &str,
    article: &str,
    scripts: &Markup,
    body: &Markup,
) -> Result<String, Error> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                meta name="description" content=(description);
                meta name="color-scheme" content="light dark";
                meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)";
                meta name="theme-color" content="#14171b" media="(prefers-color-scheme: dark)";
                meta property="og:type" content="website";
                meta property="og:title" content=(title);
                meta property="og:description" content=(description);
                script src="page.js" {}
                (embed::links(article)?)
                (scripts)
            }
            (body)
        }
    };
    Ok(page.into_string())
}
