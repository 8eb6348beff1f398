//! The embed page: one figure, or the experiment, without the article. The page has every figure as a template; the script
//! `embed-page.js` shows the one that the address names, and loads the program of the article when the reader sees it.

use super::{Error, Recording, figures, files, panel};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The figure that is the panel of the experiment.
const EXPERIMENT: &str = "experiment";

/// The program of one figure, as Trunk builds it.
const SCRIPT: &str = "./embedded.js";
const WASM: &str = "./embedded_bg.wasm";

/// The embed page of the site that `article` is the finished main page of.
///
/// # Errors
/// The main page lacks a file that the embed page needs.
pub fn page(article: &str, recording: &Recording) -> Result<String, Error> {
    let find = |before: &'static str| {
        let (_, rest) = article.split_once(before).ok_or(Error::Template { place: before })?;
        Ok(rest.split('"').next().unwrap_or_default())
    };
    let style = find("rel=\"stylesheet\" href=\"")?;
    let (article_script, article_wasm) =
        (find("rel=\"modulepreload\" href=\"")?, find("<link rel=\"preload\" href=\"")?);
    let figures = chart::figures().map(|figure| (figure.key(), figures::embedded(recording, figure)));
    let experiment = (EXPERIMENT, panel::embedded(&recording.results));
    let page = html! {
        (DOCTYPE)
        html lang="en" data-embed {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                // For hosts whose browser sizes frames by itself.
                meta name="responsive-embedded-sizing";
                meta name="color-scheme" content="light dark";
                title { "A figure of “The vanishing gradient problem”" }
                link rel="stylesheet" href=(style);
                // Programs are not preloaded: most readers of a page never start its figures.
                meta name="article" data-script=(article_script) data-wasm=(article_wasm);
                (files::head("./"))
                script src="guard.js" defer {}
                script src="embed-page.js" data-script=(SCRIPT) data-wasm=(WASM) defer {}
            }
            body {
                p.guard #guard role="status" {}
                main {}
                noscript { p { "This figure trains networks in your browser. It needs JavaScript." } }
                footer { a data-full href="./" target="_blank" rel="noopener" { "The vanishing gradient problem, measured in your browser" } }
                (files::menu())
                @for (key, figure) in figures.chain([experiment]) { template data-embed=(key) { (figure) } }
            }
        }
    };
    Ok(page.into_string())
}

/// The content security policy. In a sandboxed frame of opaque origin, 'self' is still the server of the page.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob:; style-src 'self'; worker-src blob:; \
                      img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'";

/// The line with the main button, which the live page replaces by the state of the runs.
pub fn bar() -> Markup {
    html! {
        div.bar data-bar {
            button.primary type="button" data-run { "Run" }
            " " span.status { "recorded run" }
        }
        (PreEscaped("\n"))
    }
}
