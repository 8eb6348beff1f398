//! The embed pages: one figure, or the experiment, without the article.
//!
//! `embed/KEY.html` is the page of one figure: it is complete as a recorded figure without JavaScript, catalogues and link previews can
//! describe it, and it loads the program when the reader sees the figure. `embed.html` has the keys of all figures only: the script
//! `embed-page.js` sends its reader to the page of the figure that the address names, or says that there is no such figure.

use super::figures::{self, Place};
use super::policy::Policy;
use super::site::guard;
use super::{Error, Recording, files, height, panel, unbroken};
use chart::{Figure, Options};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The figure that is the panel of the experiment.
pub const EXPERIMENT: &str = "experiment";
pub const EXPERIMENT_TITLE: &str = "The experiment";

/// The program of one figure, as Trunk builds it.
const SCRIPT: &str = "embedded.js";
const WASM: &str = "embedded_bg.wasm";
const ARTICLE: &str = "The vanishing gradient problem";

/// The files that an embed page needs, as the finished main page names them.
struct Files<'a> {
    /// What every figure needs.
    figure_style: &'a str,
    /// What the article has besides.
    article_style: &'a str,
    icon: &'a str,
    /// The program of the article, which has the experiment's panel.
    article_script: &'a str,
    article_wasm: &'a str,
}

impl<'a> Files<'a> {
    fn of(article: &'a str) -> Result<Self, Error> {
        let find = |before: &'static str| {
            let (_, rest) = article.split_once(before).ok_or(Error::Template { file: "index.html", place: before })?;
            Ok(rest.split('"').next().unwrap_or_default())
        };
        let style = "rel=\"stylesheet\" href=\"";
        let mut styles = article.split(style).skip(1).filter_map(|rest| rest.split('"').next());
        let mut next = || styles.next().ok_or(Error::Template { file: "index.html", place: style });
        Ok(Self {
            figure_style: next()?,
            article_style: next()?,
            icon: find("rel=\"icon\" href=\"")?,
            article_script: find("rel=\"modulepreload\" href=\"")?,
            article_wasm: find("<link rel=\"preload\" href=\"")?,
        })
    }
}

/// An address of the main page, as a page in another folder names it. Trunk may write absolute addresses.
fn from(root: &str, address: &str) -> String {
    if address.starts_with('/') || address.contains("://") {
        address.into()
    } else {
        format!("{root}{}", address.trim_start_matches("./"))
    }
}

/// The links to the style sheets and the icon, of a page in the folder of the site.
///
/// # Errors
/// The main page has none.
pub fn links(article: &str) -> Result<Markup, Error> {
    Ok(links_from("./", &Files::of(article)?, true))
}

fn links_from(root: &str, files: &Files, is_article: bool) -> Markup {
    html! {
        link rel="icon" href=(from(root, files.icon)) type="image/svg+xml";
        link rel="stylesheet" href=(from(root, files.figure_style));
        @if is_article { link rel="stylesheet" href=(from(root, files.article_style)); }
    }
}

/// `embed.html`, which sends its reader to the page of a figure. `article` is the text of the finished `index.html`.
///
/// # Errors
/// The main page lacks a file that the embed page needs.
pub fn page(article: &str) -> Result<String, Error> {
    let keys: Vec<&str> = chart::figures().map(|figure| figure.key()).chain([EXPERIMENT]).collect();
    let contents = Contents {
        key: "",
        root: "./",
        head: html! {
            title { "A figure of “" (ARTICLE) "”" }
            meta name="figures" content=(keys.join(" "));
        },
        main: html! {},
        without_javascript: "This figure trains networks in your browser. It needs JavaScript.",
    };
    Ok(render(&Files::of(article)?, &contents))
}

/// The pages of single figures with the default experiment: path and text of each.
///
/// # Errors
/// As [`page`].
pub fn presets(article: &str, recording: &Recording) -> Result<Vec<(String, String)>, Error> {
    let files = Files::of(article)?;
    let root = "../";
    let results = &recording.results;
    let figures = chart::figures().map(|figure| Contents {
        key: figure.key(),
        root,
        head: head(
            &figure.title(),
            &figure.summary(results, &figure.recorded_view(), &Options::default()),
            height::wide(recording, figure),
        ),
        main: embedded(recording, figure, root),
        without_javascript: if figure.is_measured() {
            "This is a recorded run. With JavaScript the networks train here, in your browser."
        } else {
            "With JavaScript you can read values off the curves."
        },
    });
    let experiment = Contents {
        key: EXPERIMENT,
        root,
        head: head(
            EXPERIMENT_TITLE,
            "Networks that train on handwritten digits in your browser.",
            EXPERIMENT_HEIGHTS[0],
        ),
        main: panel::panel(results, root),
        // The panel says it.
        without_javascript: "",
    };
    let page = |contents: Contents| (format!("embed/{}.html", contents.key), render(&files, &contents));
    Ok(figures.chain([experiment]).map(page).collect())
}

/// The script of `<vanishing-gradients>` with all figures, the sizes of their drawings, and their heights around these.
///
/// # Errors
/// The script has no place for them.
pub fn element(script: &str, recording: &Recording) -> Result<String, Error> {
    const PLACE: &str = "/* figures */";
    if !script.contains(PLACE) {
        return Err(Error::Template { file: "embed.js", place: PLACE });
    }
    let entry = |figure: &dyn Figure| {
        let [wide, narrow] =
            [false, true].map(|is_narrow| figure.size(is_narrow)).map(|(width, height)| [width, height]);
        let (key, around, is_measured) = (figure.key(), height::around(recording, figure), figure.is_measured());
        format!("\"{key}\": {{ wide: {wide:?}, narrow: {narrow:?}, around: {around:?}, isMeasured: {is_measured} }}, ")
    };
    let entries: String = chart::figures().map(entry).collect();
    let experiment = format!("\"{EXPERIMENT}\": {{ around: {EXPERIMENT_HEIGHTS:?} }}");
    Ok(script.replace(PLACE, &format!("{entries}{experiment}")))
}

/// What differs between embed pages.
struct Contents<'a> {
    /// The figure of the page; empty if it has none.
    key: &'a str,
    /// From the page to the folder of the site.
    root: &'a str,
    head: Markup,
    main: Markup,
    without_javascript: &'a str,
}

fn render(files: &Files, contents: &Contents) -> String {
    let Contents { key, root, head, main, without_javascript } = contents;
    let fragment = if key.is_empty() { String::new() } else { format!("#{}", fragment(key)) };
    let page = html! {
        (DOCTYPE)
        html lang="en" data-embed=(key) data-root=(root) {
            head {
                meta charset="utf-8";
                (Policy::Embed.meta())
                meta name="viewport" content="width=device-width, initial-scale=1";
                script src={ (root) "guard.js" } {}
                // Search engines list the article.
                meta name="robots" content="noindex";
                // For hosts whose browser sizes frames by itself.
                meta name="responsive-embedded-sizing";
                meta name="color-scheme" content="light dark";
                (head)
                // The panel is a part of the article.
                (links_from(root, files, *key == EXPERIMENT))
                // Programs are not preloaded: most readers of a page never start its figures.
                meta name="article" data-script=(from(root, files.article_script)) data-wasm=(from(root, files.article_wasm));
                (files::head(root))
                script src={ (root) "embed-page.js" } data-script={ (root) (SCRIPT) } data-wasm={ (root) (WASM) } defer {}
            }
            body {
                (guard())
                main { (main) }
                @if !without_javascript.is_empty() { noscript { p { (without_javascript) } } }
                // No <footer>, which would be a landmark of the host's page.
                p.source { a data-full href={ (root) (fragment) } target="_blank" rel="noopener" { (ARTICLE) ", measured in your browser" } }
                (files::menu())
            }
        }
    };
    page.into_string()
}

/// What describes the page of one figure to link previews. The size is for hosts that embed it; publishing adds absolute addresses.
fn head(title: &str, description: &str, height: u32) -> Markup {
    let (title, description) = (format!("{title}: {ARTICLE}"), unbroken(description));
    html! {
        title { (title) }
        meta name="description" content=(description);
        meta name="embed-size" content={ (height::WIDE) "x" (height) };
        meta property="og:type" content="website";
        meta property="og:title" content=(title);
        meta property="og:description" content=(description);
    }
}

/// The place of a figure in the article.
pub fn fragment(key: &str) -> String {
    format!("{}-{key}", if key == EXPERIMENT { "panel" } else { "figure" })
}

/// The heights of the experiment's page in CSS pixels, at the widths of the estimates of figures.
const EXPERIMENT_HEIGHTS: [u32; 2] = [1087, 1640];

/// A figure, with the main button if it needs a run.
fn embedded(recording: &Recording, figure: &dyn Figure, root: &str) -> Markup {
    html! {
        @if figure.is_measured() { (bar()) } @else { div.notices data-notices role="status" {} }
        (figures::plate(recording, figure, &Place { root, ..Place::default() }))
    }
}

/// The line with the main button, which the live page replaces by the state of the runs.
fn bar() -> Markup {
    html! {
        div.bar data-bar {
            button.primary type="button" data-run { "Run" }
            " " span.status { "recorded run" }
        }
        (PreEscaped("\n"))
    }
}
