//! The press: sets the article and the recorded default run into one static page.
//!
//! Trunk copies `index.html`, a template with places for contents and article, into a folder; the press fills the places, writes
//! the figures beside it as SVG, moves inline scripts into files and names the trainer's files after their contents. So the page is
//! whole with JavaScript off, runs under a strict content security policy, and never meets a trainer of another build. The press
//! knows no browser and no worker. What it cannot set (an unknown figure, finding or footnote, TeX it cannot read) is an error that
//! names the file.

pub mod contents;
pub mod error;
pub mod figures;
pub mod markdown;
pub mod math;
pub mod panel;
mod placeholder;
pub mod ratios;
pub mod recipe;
pub mod recording;
pub mod scripts;
pub mod trainer;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use recording::Recording;

use markdown::{Section, Setter};
use scripts::Script;
use std::fs;
use std::path::Path;

/// Presses `article/*.md` of `source` into `staging/index.html`, with the figures of `recording`.
///
/// # Errors
/// What cannot be read, set or written.
pub fn press(source: &Path, staging: &Path, recording: &Recording) -> Result<(), Error> {
    let index = staging.join("index.html");
    let (page, scripts) = set_page(&source.join("article"), &read(&index)?, recording)?;
    figures::write_all(recording, &staging.join("figures"))?;
    for script in &scripts {
        write(&staging.join(&script.name), &script.text)?;
    }
    write(&index, &trainer::name_by_contents(staging, &page)?)
}

/// The template filled with the article of a folder, and the scripts that were inline in it.
fn set_page(articles: &Path, template: &str, recording: &Recording) -> Result<(String, Vec<Script>), Error> {
    let sections = set_all(articles, recording)?;
    scripts::externalise(&fill(template, &sections)?)
}

/// Sets every Markdown file of a folder, in the order of their names.
fn set_all(folder: &Path, recording: &Recording) -> Result<Vec<Section>, Error> {
    let entries = fs::read_dir(folder).map_err(|source| Error::file(folder, source))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    let mut setter = Setter::new(recording);
    let mut sections = Vec::with_capacity(files.len());
    for file in &files {
        sections.push(setter.set(file, &read(file)?)?);
    }
    setter.finish()?;
    Ok(sections)
}

/// Puts the contents and the sections where the template has their comments.
fn fill(template: &str, sections: &[Section]) -> Result<String, Error> {
    let body: String = sections.iter().map(|section| section.html().into_string()).collect();
    let mut page = template.to_owned();
    for (place, text) in [("<!-- contents -->", contents::list(sections).into_string()), ("<!-- article -->", body)] {
        if !page.contains(place) {
            return Err(Error::Template { place });
        }
        page = page.replace(place, &text);
    }
    Ok(page)
}

/// Prose without line breaks before a per cent sign, around ×, and in ln 10.
fn unbroken(text: &str) -> String {
    text.replace(" %", "\u{a0}%").replace(" × ", "\u{a0}×\u{a0}").replace("ln 10", "ln\u{a0}10")
}

/// Eight digits that differ where contents do.
fn checksum<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut checksum = flate2::Crc::new();
    parts.into_iter().for_each(|bytes| checksum.update(bytes));
    format!("{:08x}", checksum.sum())
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::file(path, source))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|source| Error::file(path, source))
}
