//! Markdown to HTML: one file, one section.
//!
//! Beyond CommonMark and tables: `$…$` and `$$…$$` are formulas; `[^name]` is a note, set beside its paragraph
//! on a wide screen and under it on a narrow one; `![](figure:name)`, `![](table:name)` and `![](panel:name)`
//! alone in a paragraph place what is drawn elsewhere; `{{key}}` is a number measured in the recorded run, and
//! `{{run}}` a tag that says which run that is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream, html};

use super::figures::Plates;
use super::{Error, escape, math, unbroken};

/// One section of the article.
#[derive(Debug)]
pub struct Section {
    /// From the file name: `03-sigmoid.md` is `sigmoid`.
    pub id: String,
    /// From the file name; a file without a number is outside the count.
    pub number: Option<u32>,
    /// HTML.
    pub title: String,
    /// HTML of everything below the title.
    body: String,
}

impl Section {
    pub fn html(&self) -> String {
        let Self { id, title, body, .. } = self;
        let number = self.number.map_or(String::new(), |number| format!("<span class=\"number\">{number}</span> "));
        format!(
            "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{number}{title}</h2>\n{body}</section>\n"
        )
    }
}

/// Sets sections one after another; notes and figures are numbered through the whole article.
pub struct Setter<'a> {
    plates: &'a Plates<'a>,
    notes: BTreeSet<String>,
    placed: BTreeSet<String>,
    figures: u32,
    tables: u32,
}

/// The footnotes of one file by name.
type Notes<'a> = BTreeMap<String, Vec<Event<'a>>>;

impl<'a> Setter<'a> {
    pub fn new(plates: &'a Plates<'a>) -> Self {
        let (notes, placed) = (BTreeSet::new(), BTreeSet::new());
        Self { plates, notes, placed, figures: 0, tables: 0 }
    }

    /// Sets one file; errors name it.
    pub fn set(&mut self, file: &Path, source: &str) -> Result<Section, Error> {
        let article = |sentence| Error::Article { file: file.display().to_string(), sentence };
        let stem = file.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let (number, id) = match stem.split_once('-') {
            Some((number, id)) if number.parse::<u32>().is_ok() => (number.parse().ok(), id.to_owned()),
            _ => (None, stem.into_owned()),
        };
        let (title, body) = self.section(source).map_err(article)?;
        Ok(Section { id, number, title, body })
    }

    /// An error unless every figure, table and panel stands somewhere in what was set.
    pub fn finish(self) -> Result<(), Error> {
        match self.plates.places().find(|place| !self.placed.contains(place)) {
            Some(name) => Err(Error::Unplaced { name }),
            None => Ok(()),
        }
    }

    fn section(&mut self, source: &str) -> Result<(String, String), String> {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_MATH
            | Options::ENABLE_SMART_PUNCTUATION;
        let events: Vec<_> = TextMergeStream::new(Parser::new_ext(source, options)).collect();
        let (blocks, mut notes) = blocks(events);
        let mut blocks = blocks.into_iter();
        let title = match blocks.next().as_deref() {
            Some([Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }), inner @ .., Event::End(_)]) => {
                self.inline(inner.to_vec(), &mut Vec::new())?
            }
            _ => return Err("the file should begin with `## Title`".to_owned()),
        };
        let mut body = String::new();
        let mut waiting = String::new();
        for block in blocks {
            // A formula belongs to the sentence before it: the sentence's notes come after both.
            if !is_formula(&block) {
                body += &beside(&std::mem::take(&mut waiting));
            }
            let (html, notes) = self.block(block, &mut notes)?;
            body += &html;
            waiting += &notes;
        }
        body += &beside(&waiting);
        match notes.keys().next() {
            Some(name) => Err(format!("nothing refers to the note `[^{name}]`")),
            None => Ok((title, body)),
        }
    }

    /// One block of the section, and the notes that it refers to.
    fn block(&mut self, block: Vec<Event<'_>>, notes: &mut Notes<'_>) -> Result<(String, String), String> {
        if let [Event::Start(Tag::Paragraph), inner @ .., Event::End(TagEnd::Paragraph)] = &block[..] {
            match inner {
                [Event::DisplayMath(tex)] => return Ok((math::display(tex)?, String::new())),
                [Event::Start(Tag::Image { dest_url, .. }), Event::End(TagEnd::Image)] => {
                    return Ok((self.place(dest_url)?, String::new()));
                }
                _ => {}
            }
        }
        let is_table = matches!(block.first(), Some(Event::Start(Tag::Table(_))));
        let mut marks = Vec::new();
        let mut html = self.inline(block, &mut marks)?;
        if is_table {
            html = format!("<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\">\n{html}</div>\n");
        }
        let mut set = String::new();
        for mark in marks {
            let note = notes.remove(&mark.name);
            let note = note.ok_or_else(|| format!("the note `[^{}]` is not in this file", mark.name))?;
            set += &mark.note(&self.inline(note, &mut Vec::new())?);
        }
        Ok((html, set))
    }

    /// Events as HTML, with formulas, measured numbers and marks of notes.
    fn inline(&mut self, events: Vec<Event<'_>>, marks: &mut Vec<Mark>) -> Result<String, String> {
        let mut set = Vec::with_capacity(events.len());
        for event in events {
            set.push(match event {
                Event::InlineMath(tex) => Event::InlineHtml(math::inline(&tex)?.into()),
                Event::FootnoteReference(name) => {
                    let mark = self.mark(&name)?;
                    let html = mark.html();
                    marks.push(mark);
                    Event::InlineHtml(html.into())
                }
                Event::Text(text) if text.contains('$') => {
                    return Err(format!("the `$` in “{text}” opens or closes no formula; are its braces balanced?"));
                }
                Event::Text(text) if text.contains("{{") => Event::InlineHtml(self.measured(&unbroken(&text))?.into()),
                Event::Text(text) => Event::Text(unbroken(&text).into()),
                Event::DisplayMath(_) | Event::Start(Tag::Image { .. }) => {
                    return Err("a displayed formula or an image should stand alone in its paragraph".to_owned());
                }
                other => other,
            });
        }
        let mut text = String::new();
        html::push_html(&mut text, set.into_iter());
        Ok(text)
    }

    /// The next number for the note of this name.
    fn mark(&mut self, name: &str) -> Result<Mark, String> {
        if !self.notes.insert(name.to_owned()) {
            return Err(format!("`[^{name}]` stands twice in the article; each note has one place"));
        }
        Ok(Mark { name: name.to_owned(), number: self.notes.len() })
    }

    /// Text with every `{{key}}` replaced by its number and `{{run}}` by the run's tag.
    fn measured(&self, text: &str) -> Result<String, String> {
        let mut html = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (key, after) = after.split_once("}}").ok_or_else(|| format!("`{{{{{after}` lacks its `}}}}`"))?;
            html += &escape(before);
            html += &match key {
                "run" => self.plates.recording.tag(),
                key => self.plates.recording.measured(key)?,
            };
            rest = after;
        }
        Ok(html + &escape(rest))
    }

    /// `figure:accuracy` and the like as markup.
    fn place(&mut self, place: &str) -> Result<String, String> {
        if !self.placed.insert(place.to_owned()) {
            return Err(format!("`{place}` is placed twice"));
        }
        let counter = if place.starts_with("table:") { &mut self.tables } else { &mut self.figures };
        let html = self.plates.html(place, *counter + 1)?;
        *counter += u32::from(!place.starts_with("panel:"));
        Ok(html)
    }
}

/// The number in the text that leads to a note.
struct Mark {
    name: String,
    number: usize,
}

impl Mark {
    fn html(&self) -> String {
        let Self { name, number } = self;
        let link = format!("<a href=\"#note-{name}\" id=\"mark-{name}\" aria-label=\"Note {number}\">{number}</a>");
        format!("<sup class=\"mark\">{link}</sup>")
    }

    /// The note itself; its number leads back to the text.
    fn note(&self, body: &str) -> String {
        let Self { name, number } = self;
        let label = format!("Note {number}, back to the text");
        let back = format!("<p><a class=\"back\" href=\"#mark-{name}\" aria-label=\"{label}\">{number}</a> ");
        let body = body.replacen("<p>", &back, 1);
        format!("<div class=\"note\" role=\"note\" id=\"note-{name}\">\n{body}</div>\n")
    }
}

/// The notes of one block, together: they stand beside it or under it as one.
fn beside(notes: &str) -> String {
    if notes.is_empty() { String::new() } else { format!("<div class=\"notes\">\n{notes}</div>\n") }
}

fn is_formula(block: &[Event<'_>]) -> bool {
    matches!(block, [Event::Start(Tag::Paragraph), Event::DisplayMath(_), Event::End(TagEnd::Paragraph)])
}

/// Top-level blocks in order, and the notes apart from them.
fn blocks<'a>(events: Vec<Event<'a>>) -> (Vec<Vec<Event<'a>>>, Notes<'a>) {
    let mut blocks = Vec::new();
    let mut notes = Notes::new();
    let mut block = Vec::new();
    let mut depth = 0_usize;
    for event in events {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        block.push(event);
        if depth == 0 {
            let mut done = std::mem::take(&mut block);
            match done.first() {
                Some(Event::Start(Tag::FootnoteDefinition(name))) => {
                    let name = name.to_string();
                    done.pop();
                    done.remove(0);
                    notes.insert(name, done);
                }
                _ => blocks.push(done),
            }
        }
    }
    (blocks, notes)
}
