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
pub mod recording;
pub mod scripts;
pub mod svg;

use std::fs;
use std::path::Path;

pub use error::Error;
use figures::Plates;
use markdown::{Section, Setter};
pub use recording::Recording;

/// Presses `article/*.md` of `source` into `staging/index.html`, with the figures of `recording`.
pub fn press(source: &Path, staging: &Path, recording: &Recording) -> Result<(), Error> {
    let plates = Plates { figures: svg::plates(recording), recording };
    let sections = set_all(&source.join("article"), &plates)?;
    svg::write_all(recording, &staging.join("figures"))?;

    let index = staging.join("index.html");
    let page = fill(&read(&index)?, &sections)?;
    let (page, scripts) = scripts::externalise(&page)?;
    for script in &scripts {
        write(&staging.join(&script.name), &script.text)?;
    }
    write(&index, &page)
}

/// Sets every Markdown file of a folder, in the order of their names.
pub fn set_all(folder: &Path, plates: &Plates<'_>) -> Result<Vec<Section>, Error> {
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

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::file(path, source))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|source| Error::file(path, source))
}
