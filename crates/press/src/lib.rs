//! The press: sets the article and the recorded default run into one static page.
//!
//! Trunk copies `index.html`, a template with places for contents and article, into a folder; the press
//! fills the places, writes the figures beside it as SVG and moves inline scripts into files, so that the page
//! is whole with JavaScript off and runs under a strict content security policy. It knows no browser and no
//! worker. What it cannot set (an unknown figure, finding or footnote, TeX it cannot read) is an error that
//! names the file.

pub mod contents;
pub mod error;
pub mod figures;
pub mod markdown;
pub mod math;
pub mod recipe;
pub mod recording;
pub mod scripts;
pub mod svg;

use std::fs;
use std::path::Path;

pub use error::Error;
use figures::Plates;
use markdown::{Section, Setter};
pub use recording::Recording;
use scripts::Script;

/// Presses `article/*.md` of `source` into `staging/index.html`, with the figures of `recording`.
pub fn press(source: &Path, staging: &Path, recording: &Recording) -> Result<(), Error> {
    let index = staging.join("index.html");
    let (page, scripts) = set_page(&source.join("article"), &read(&index)?, recording)?;
    svg::write_all(recording, &staging.join("figures"))?;
    for script in &scripts {
        write(&staging.join(&script.name), &script.text)?;
    }
    write(&staging.join("worker_loader.js"), scripts::WORKER_LOADER)?;
    write(&index, &page)
}

/// The template filled with the article of a folder, and the scripts that were inline in it.
fn set_page(articles: &Path, template: &str, recording: &Recording) -> Result<(String, Vec<Script>), Error> {
    let plates = Plates { figures: svg::plates(recording), recording };
    let sections = set_all(articles, &plates)?;
    scripts::externalise(&fill(template, &sections)?)
}

/// Sets every Markdown file of a folder, in the order of their names.
fn set_all(folder: &Path, plates: &Plates<'_>) -> Result<Vec<Section>, Error> {
    let entries = fs::read_dir(folder).map_err(|source| Error::file(folder, source))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    let mut setter = Setter::new(plates);
    let mut sections = Vec::with_capacity(files.len());
    for file in &files {
        sections.push(setter.set(file, &read(file)?)?);
    }
    setter.finish()?;
    Ok(sections)
}

/// Puts the contents and the sections where the template has their comments.
fn fill(template: &str, sections: &[Section]) -> Result<String, Error> {
    let body: String = sections.iter().map(Section::html).collect();
    let mut page = template.to_owned();
    for (place, text) in [("<!-- contents -->", contents::list(sections)), ("<!-- article -->", body)] {
        if !page.contains(place) {
            return Err(Error::Template { place });
        }
        page = page.replace(place, &text);
    }
    Ok(page)
}

/// Text made safe between tags and inside double quotes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Prose without line breaks before a per cent sign, around ×, and in ln 10.
pub fn unbroken(text: &str) -> String {
    text.replace(" %", "\u{a0}%").replace(" × ", "\u{a0}×\u{a0}").replace("ln 10", "ln\u{a0}10")
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::file(path, source))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|source| Error::file(path, source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    static ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    static TEMPLATE: &str = include_str!("../../../index.html");
    static RECORDING: LazyLock<Recording> =
        LazyLock::new(|| Recording::make(&Path::new(ROOT).join("static/mnist")).unwrap());
    static PAGE: LazyLock<String> =
        LazyLock::new(|| set_page(&Path::new(ROOT).join("article"), TEMPLATE, &RECORDING).unwrap().0);

    /// Sets one section and returns its HTML or the error's sentence.
    fn set(source: &str) -> Result<String, String> {
        let plates = Plates { figures: svg::plates(&RECORDING), recording: &RECORDING };
        let section = Setter::new(&plates).set(Path::new("article/03-sigmoid.md"), source);
        section.map(|section| section.html()).map_err(|error| error.to_string())
    }

    /// The values of an attribute in the order of the page.
    fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
        let start = format!(" {attribute}=\"");
        html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn all_eleven_sections_and_all_seven_equations_are_there() {
        assert_eq!(PAGE.matches("<section ").count(), 12, "eleven sections and the references");
        for number in 1..=7 {
            let (_, equation) = PAGE.split_once(&format!("id=\"equation-{number}\"")).unwrap();
            assert!(equation.find("<math display=\"block\">") < equation.find("</div>"), "equation {number}");
        }
        assert!(!PAGE.contains("merror") && !PAGE.contains("$"), "TeX that was not set");
    }

    #[test]
    fn no_number_is_torn_from_what_belongs_to_it() {
        for torn in [" %", " × ", "ln 10"] {
            let before = PAGE.find(torn).map(|at| &PAGE[PAGE.floor_char_boundary(at.saturating_sub(80))..at]);
            assert_eq!(before, None, "before “{torn}”");
        }
        assert!(PAGE.contains("81\u{a0}%") && PAGE.contains("4\u{a0}×\u{a0}10⁻⁶"));
    }

    #[test]
    fn nothing_on_the_page_is_inline() {
        for forbidden in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
            assert!(!PAGE.contains(forbidden), "{forbidden}");
        }
        for element in PAGE.split("<script").skip(1) {
            assert!(element.starts_with(" src=\"") && element.contains("></script>"), "<script{element}");
        }
        let policy = values(&PAGE, "content")[0];
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval'") && !policy.contains("unsafe-inline"),
            "{policy}"
        );
    }

    #[test]
    fn every_local_link_and_label_leads_to_one_element() {
        let ids = values(&PAGE, "id");
        let known: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "ids are unique");
        let links = values(&PAGE, "href").into_iter().filter_map(|link| link.strip_prefix('#'));
        for id in links.chain(values(&PAGE, "aria-labelledby")) {
            assert!(known.contains(id), "#{id}");
        }
        // A <base> would turn `#log` into `./#log`: a link that drops the settings in the query and loads the page anew.
        assert!(!PAGE.contains("<base"));
    }

    #[test]
    fn every_element_is_closed_in_its_turn() {
        let mut open: Vec<&str> = Vec::new();
        for tag in PAGE.split('<').skip(1).filter(|tag| !tag.starts_with('!')) {
            let name = tag.split(|c: char| c.is_whitespace() || c == '>').next().unwrap();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "…<{tag}"),
                None if ["base", "meta", "link", "img", "source", "input", "br", "mspace"].contains(&name) => {}
                None => open.push(name),
            }
        }
        assert_eq!(open, Vec::<&str>::new());
    }

    #[test]
    fn what_cannot_be_set_names_its_file() {
        let sentence = |body: &str| set(&format!("## Sigmoid\n\n{body}\n")).unwrap_err();
        for (body, named) in [
            ("A factor of {{ratio.sigmoid.6.9.logs}}.", "ratio.sigmoid.6.9.logs"),
            ("A factor of {{seed.", "}}"),
            ("![](figure:nothing)", "figure:nothing"),
            ("![](panel:experiment)\n\n![](panel:experiment)", "placed twice"),
            ("$$\\frac{1$$", "braces"),
            ("The slope $\\slope$.", "\\slope"),
            ("Text.[^a]\n\nText.[^a]\n\n[^a]: Note.", "[^a]"),
            ("Text.\n\n[^a]: Note.", "[^a]"),
        ] {
            let sentence = sentence(body);
            assert!(sentence.starts_with("article/03-sigmoid.md: ") && sentence.contains(named), "{sentence}");
        }
        assert!(set("Text.").unwrap_err().contains("`## Title`"));
    }

    #[test]
    fn a_figure_that_no_article_places_is_an_error() {
        let plates = Plates { figures: svg::plates(&RECORDING), recording: &RECORDING };
        let error = Setter::new(&plates).finish().unwrap_err().to_string();
        assert!(error.contains("no article places `figure:"), "{error}");
    }

    #[test]
    fn a_measured_number_carries_its_key_and_its_value() {
        let html = set("## Sigmoid\n\nAfter {{steps}} steps.").unwrap();
        let number = "<data class=\"measured\" data-finding=\"steps\" value=\"2500\">2,500</data>";
        assert!(html.contains(number), "{html}");
    }

    #[test]
    fn prose_and_table_say_whose_run_they_quote() {
        let html = set("## Sigmoid\n\nA factor of {{ratio.relu.6.1.logs}}. {{run}}").unwrap();
        assert!(html.contains("<span class=\"tag\" data-run-tag>recorded, seed 1</span></p>"), "{html}");
        assert_eq!(PAGE.matches(" data-run-tag>recorded, seed 1</span>").count(), 3, "sections 9 and 10, the table");
    }
}
