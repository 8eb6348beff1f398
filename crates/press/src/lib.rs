//! The press: renders the article and the recorded run as a static page, the pages that others embed, a gallery of them, and the
//! guides to embedding and teaching.
//!
//! Trunk copies the template `index.html` into a folder. The press replaces the template's comments by the contents and the article,
//! writes the figures as SVG files, and moves inline scripts into files. So the page is complete without JavaScript and runs under a
//! strict content security policy. For publishing it draws icons and the picture of link previews. The press knows no browser and no
//! worker. An unknown figure, finding or footnote, or invalid TeX, is an error that names the file.

pub mod cite;
pub mod contents;
pub mod embed;
pub mod error;
pub mod figures;
pub mod files;
pub mod gallery;
pub mod guide;
mod height;
pub mod images;
pub mod markdown;
pub mod math;
pub mod panel;
mod placeholder;
pub mod policy;
pub mod question;
pub mod ratios;
pub mod recipe;
pub mod recording;
pub mod scripts;
pub mod settings;
pub mod site;
pub mod substitution;
pub mod word;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use recording::Recording;

use markdown::{Section, Setter};
use maud::Markup;
use policy::Policy;
use scripts::Script;
use std::fs;
use std::path::Path;

/// Renders `article/*.md` of `source` into `staging/index.html`, with the figures of `recording`.
///
/// # Errors
/// A file cannot be read or written, or the article is invalid.
pub fn press(source: &Path, staging: &Path, recording: &Recording) -> Result<(), Error> {
    let index = staging.join("index.html");
    let template = cite::insert(&read(&index)?, &read(&source.join(cite::SOURCE))?)?;
    let (page, scripts) = set_page(&source.join("article"), &template, recording)?;
    figures::write_all(recording, &page, &staging.join("figures"))?;
    for script in &scripts {
        write(&staging.join(&script.name), &script.text)?;
    }
    write(&staging.join("embed.html"), &embed::page(&page)?)?;
    let folder = staging.join("embed");
    fs::create_dir_all(&folder).map_err(|source| Error::file(&folder, source))?;
    for (path, text) in embed::presets(&page, recording)? {
        write(&staging.join(path), &text)?;
    }
    write(&staging.join("gallery.html"), &gallery::page(&page)?)?;
    for guide in &guide::ALL {
        write(&staging.join(guide.page), &guide.render(&read(&source.join(guide.source))?, &page)?)?;
    }
    let element = staging.join("embed.js");
    write(&element, &embed::element(&read(&element)?, recording)?)?;
    write(&index, &scripts::without_preload(&page)?)
}

/// Fills the template with the article of a folder. Returns the page and the scripts that were inline in it.
fn set_page(articles: &Path, template: &str, recording: &Recording) -> Result<(String, Vec<Script>), Error> {
    let (opening, sections) = set_all(articles, recording)?;
    scripts::externalize(&fill(template, &opening, &sections)?)
}

/// Renders every Markdown file of a folder, in the order of their names: the opening figure, and the sections.
fn set_all(folder: &Path, recording: &Recording) -> Result<(Markup, Vec<Section>), Error> {
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
    let opening = setter.opening();
    setter.finish()?;
    Ok((opening, sections))
}

/// Replaces the comments of the template by the opening figure, the contents and the sections.
fn fill(template: &str, opening: &Markup, sections: &[Section]) -> Result<String, Error> {
    let body: String = sections.iter().map(|section| section.html().into_string()).collect();
    let mut page = template.to_owned();
    let texts = [
        ("<!-- policy -->", Policy::Article.meta().into_string()),
        ("<!-- opening -->", opening.clone().into_string()),
        ("<!-- contents -->", contents::list(sections).into_string()),
        ("<!-- article -->", body),
        ("<!-- menu -->", files::menu().into_string()),
    ];
    for (place, text) in texts {
        if !page.contains(place) {
            return Err(Error::Template { file: "index.html", place });
        }
        page = page.replace(place, &text);
    }
    Ok(page)
}

/// Text with no-break spaces before a percent sign, around ×, and in ln 10, and with word joiners in |∂C/∂W|.
fn unbroken(text: &str) -> String {
    let text = text.replace(" %", "\u{a0}%").replace(" × ", "\u{a0}×\u{a0}").replace("ln 10", "ln\u{a0}10");
    text.replace("|∂C/∂W|", "|\u{2060}∂C/\u{2060}∂W|")
}

/// CRC-32 of the parts as eight hexadecimal digits.
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
