//! The frame of a page in the folder of the site, beside the article: the gallery and the guide.

use super::policy::Policy;
use super::{Error, embed};
use maud::{DOCTYPE, Markup, html};

/// Where the script of the same name says what the reader must know.
pub fn guard() -> Markup {
    html! { p.guard #guard role="status" {} }
}

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
                (Policy::Site.meta())
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                meta name="description" content=(description);
                meta name="color-scheme" content="light dark";
                meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)";
                meta name="theme-color" content="#14171b" media="(prefers-color-scheme: dark)";
                meta property="og:type" content="website";
                meta property="og:title" content=(title);
                meta property="og:description" content=(description);
                script src="guard.js" {}
                script src="page.js" {}
                (embed::links(article)?)
                (scripts)
            }
            (body)
        }
    };
    Ok(page.into_string())
}
