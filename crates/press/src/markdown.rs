//! Markdown to HTML: one file is one section.
//!
//! Beyond CommonMark and tables: `$…$` and `$$…$$` are formulas; `[^name]` is a note, beside its paragraph on a wide screen and
//! under it on a narrow one; `![](figure:name)`, `![](table:name)` and `![](panel:name)`, each alone in a paragraph, place a figure,
//! a table and the panel, and text between the brackets replaces the caption; two figures in one paragraph stand side by side, and one
//! before the first title opens the page; `![caption](name.svg)` is a drawing in the folder of the article; `{{key}}` is a number measured in the recorded run,
//! and `{{run}}` a tag that names that run. A link that starts with `?` starts that experiment in the live page, one that starts with `mark:` is a [`word`]
//! that names a mark of the figures. `![caption](numbers:key)` is a formula with [numbers](substitution). A code block
//! of the language `question` is a [`Question`](super::question). Definition lists are glossaries: a term has the id `term-…`.

use super::question::{self, Question};
use super::{Error, Recording, figures, math, substitution, unbroken, word};
use chart::Link;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// One section of the article.
#[derive(Debug)]
pub struct Section {
    /// From the file name: `03-sigmoid.md` is `sigmoid`.
    pub id: String,
    /// From the file name; None if it has no number.
    pub number: Option<u32>,
    title: Markup,
    /// Everything below the title.
    body: Markup,
}

impl Section {
    /// Number and title.
    pub fn heading(&self) -> Markup {
        html! { @if let Some(number) = self.number { span.number { (number) } " " } (self.title) }
    }

    pub fn html(&self) -> Markup {
        let Self { id, body, .. } = self;
        html! {
            section id=(id) aria-labelledby={ (id) "-title" } { h2 id={ (id) "-title" } { (self.heading()) } "\n" (body) }
            "\n"
        }
    }
}

/// Renders sections one after another; notes, figures and tables are numbered through the whole article.
pub struct Setter<'a> {
    recording: &'a Recording,
    /// The folder of the file at hand.
    folder: PathBuf,
    /// The names of all notes so far.
    notes: BTreeSet<String>,
    /// The figure before the first title, once the first file is set.
    opening: Option<Markup>,
    /// Everything placed so far, for example `figure:accuracy`.
    placed: BTreeSet<String>,
    figures: u32,
    tables: u32,
}

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_SMART_PUNCTUATION);

/// The footnotes of one file by name.
type Notes<'a> = BTreeMap<String, Vec<Event<'a>>>;

impl<'a> Setter<'a> {
    pub fn new(recording: &'a Recording) -> Self {
        Self {
            recording,
            folder: PathBuf::new(),
            notes: BTreeSet::new(),
            opening: None,
            placed: BTreeSet::new(),
            figures: 0,
            tables: 0,
        }
    }

    /// Renders one file.
    ///
    /// # Errors
    /// The file is invalid; the error names it.
    pub fn set(&mut self, file: &Path, source: &str) -> Result<Section, Error> {
        let article = |sentence| Error::Article { file: file.display().to_string(), sentence };
        let stem = file.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let (number, id) = match stem.split_once('-') {
            Some((number, id)) if number.parse::<u32>().is_ok() => (number.parse().ok(), id.to_owned()),
            _ => (None, stem.into_owned()),
        };
        self.folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let (title, body) = self.section(source).map_err(article)?;
        Ok(Section { id, number, title: PreEscaped(title), body: PreEscaped(body) })
    }

    /// The figure before the first title; empty if there is none.
    pub fn opening(&self) -> Markup {
        self.opening.clone().unwrap_or_default()
    }

    /// Checks that everything that must be placed was placed.
    ///
    /// # Errors
    /// Names the first that was not.
    pub fn finish(self) -> Result<(), Error> {
        match figures::required().find(|place| !self.placed.contains(place)) {
            Some(name) => Err(Error::Unplaced { name }),
            None => Ok(()),
        }
    }

    fn section(&mut self, source: &str) -> Result<(String, String), String> {
        let events: Vec<_> = TextMergeStream::new(Parser::new_ext(source, OPTIONS)).collect();
        let (blocks, mut notes) = blocks(events);
        let mut blocks = blocks.into_iter().peekable();
        if self.opening.is_none() {
            let opening = blocks.next_if(|block| images(block).is_some());
            let html = opening.map(|block| self.block(block, &mut notes)).transpose()?;
            // It is on the first screen.
            let html = html.unwrap_or_default().0.replacen(" loading=\"lazy\"", " fetchpriority=\"high\"", 1);
            self.opening = Some(PreEscaped(html));
        }
        let title = match blocks.next().as_deref() {
            Some([Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }), inner @ .., Event::End(_)]) => {
                self.inline(inner.to_vec(), &mut Vec::new())?
            }
            _ => return Err("the file should begin with `## Title`".to_owned()),
        };
        let mut body = String::new();
        let mut waiting = String::new();
        for block in blocks {
            // A formula belongs to the sentence before it, so the notes of the sentence come after the formula.
            if !is_formula(&block) {
                body += &beside(std::mem::take(&mut waiting));
            }
            let (html, notes) = self.block(block, &mut notes)?;
            body += &html;
            waiting += &notes;
        }
        body += &beside(waiting);
        match notes.keys().next() {
            Some(name) => Err(format!("nothing refers to the note `[^{name}]`")),
            None => Ok((title, body)),
        }
    }

    /// One block of the section, and the notes that it refers to.
    fn block(&mut self, block: Vec<Event<'_>>, notes: &mut Notes<'_>) -> Result<(String, String), String> {
        let mut marks = Vec::new();
        let html = match paragraph(&block) {
            _ if let Some(images) = images(&block) => {
                let is_pair = images.len() > 1;
                let mut html = String::new();
                for (place, caption) in images {
                    let caption = self.inline(caption.to_vec(), &mut marks)?;
                    let caption = Some(caption).filter(|caption| !caption.is_empty());
                    html += &self.place(place, caption, is_pair)?.into_string();
                }
                if is_pair { html! { div.pair { (PreEscaped(html)) } "\n" }.into_string() } else { html }
            }
            Some([Event::DisplayMath(tex)]) => math::display(tex)?.into_string(),
            _ if let Some(source) = code(&block, question::LANGUAGE) => {
                let mut render = |text: &str| self.fragment(text, &mut marks);
                Question::parse(source)?.html(&mut render)?.into_string()
            }
            _ => {
                let is_table = matches!(block.first(), Some(Event::Start(Tag::Table(_))));
                let html = PreEscaped(self.inline(block, &mut marks)?);
                let scrolling = || html! { div.table role="group" aria-label="Table" { (html) } "\n" };
                if is_table { scrolling().into_string() } else { html.into_string() }
            }
        };
        let mut set = String::new();
        for mark in marks {
            let note = notes.remove(&mark.name);
            let note = note.ok_or_else(|| format!("the note `[^{}]` is not in this file", mark.name))?;
            set += &mark.note(&self.inline(note, &mut Vec::new())?);
        }
        Ok((html, set))
    }

    /// Renders the Markdown of a sentence, without a paragraph around it.
    fn fragment(&mut self, text: &str, marks: &mut Vec<Mark>) -> Result<Markup, String> {
        let events = TextMergeStream::new(Parser::new_ext(text, OPTIONS)).collect();
        Ok(question::unwrapped(&self.inline(events, marks)?))
    }

    /// Renders events as HTML, with formulas, measured numbers and marks of notes; appends the marks to `marks`.
    fn inline(&mut self, events: Vec<Event<'_>>, marks: &mut Vec<Mark>) -> Result<String, String> {
        let mut set = Vec::with_capacity(events.len());
        let mut events = events.into_iter().peekable();
        let mut is_word = false;
        while let Some(event) = events.next() {
            set.push(match event {
                Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with('?') => preset(&dest_url)?,
                Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with(word::PLACE) => {
                    is_word = true;
                    Event::InlineHtml(word::start(&self.recording.results, &dest_url[word::PLACE.len()..])?.into())
                }
                Event::End(TagEnd::Link) if std::mem::take(&mut is_word) => Event::InlineHtml("</span>".into()),
                Event::Start(Tag::DefinitionListTitle) => term(events.peek())?,
                Event::InlineMath(tex) => Event::InlineHtml(math::inline(&tex)?.into_string().into()),
                Event::FootnoteReference(name) => {
                    let mark = self.mark(&name)?;
                    let html = mark.html();
                    marks.push(mark);
                    Event::InlineHtml(html.into_string().into())
                }
                Event::Text(text) if text.contains('$') => {
                    return Err(format!("the `$` in “{text}” opens or closes no formula; are its braces balanced?"));
                }
                // The parser reads an image whose text contains a note as plain text.
                Event::Text(text) if text.contains("![") => {
                    return Err(format!("`{text}` opens no image; can its caption do without notes?"));
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
        pulldown_cmark::html::push_html(&mut text, set.into_iter());
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
            let number = if key == "run" { self.recording.tag() } else { self.recording.measured(key)? };
            html += &html! { (before) (number) }.into_string();
            rest = after;
        }
        Ok(html + &html! { (rest) }.into_string())
    }

    /// `figure:accuracy` and the like as markup; `caption` is HTML.
    fn place(&mut self, place: &str, caption: Option<String>, is_half: bool) -> Result<Markup, String> {
        if place.ends_with(".svg") {
            return drawing(&self.folder.join(place), caption.unwrap_or_default());
        }
        if let Some(key) = place.strip_prefix(substitution::PLACE) {
            return substitution::disclosure(self.recording, key, caption.as_deref());
        }
        if !self.placed.insert(place.to_owned()) {
            return Err(format!("`{place}` is placed twice"));
        }
        let counter = if place.starts_with("table:") { &mut self.tables } else { &mut self.figures };
        let html = figures::html(self.recording, place, caption.as_deref(), *counter + 1, is_half)?;
        *counter += u32::from(!place.starts_with("panel:"));
        Ok(html)
    }
}

/// A drawing of the article; its caption says what it shows.
fn drawing(file: &Path, caption: String) -> Result<Markup, String> {
    let svg = fs::read_to_string(file).map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
    let svg = svg.replacen("<svg ", "<svg aria-hidden=\"true\" ", 1);
    Ok(html! { figure.drawing { (PreEscaped(svg)) figcaption { (PreEscaped(caption)) } } "\n" })
}

/// The number in the text that leads to a note.
struct Mark {
    name: String,
    number: usize,
}

impl Mark {
    fn html(&self) -> Markup {
        let Self { name, number } = self;
        html! {
            sup.mark { a href={ "#note-" (name) } id={ "mark-" (name) } aria-label={ "Note " (number) } { (number) } }
        }
    }

    /// The note itself; its number leads back to the text.
    fn note(&self, body: &str) -> String {
        let Self { name, number } = self;
        let label = format!("Note {number}, back to the text");
        let back = html! { a.back href={ "#mark-" (name) } aria-label=(label) { (number) } " " }.into_string();
        let body = PreEscaped(body.replacen("<p>", &format!("<p>{back}"), 1));
        html! { div.note role="note" id={ "note-" (name) } { (body) } "\n" }.into_string()
    }
}

/// Groups the notes of one block; the group is beside the block or under it.
fn beside(notes: String) -> String {
    let notes = PreEscaped(notes);
    html! { @if !notes.0.is_empty() { div.notes { (notes) } "\n" } }.into_string()
}

fn is_formula(block: &[Event<'_>]) -> bool {
    matches!(paragraph(block), Some([Event::DisplayMath(_)]))
}

/// The places and the captions of a paragraph that consists of images.
fn images<'a, 'e>(block: &'a [Event<'e>]) -> Option<Vec<(&'a str, &'a [Event<'e>])>> {
    let events = paragraph(block)?.split_inclusive(|event| matches!(event, Event::End(TagEnd::Image)));
    let image = |events: &'a [Event<'e>]| match events {
        [Event::SoftBreak, Event::Start(Tag::Image { dest_url, .. }), caption @ .., Event::End(_)]
        | [Event::Start(Tag::Image { dest_url, .. }), caption @ .., Event::End(_)] => Some((&**dest_url, caption)),
        _ => None,
    };
    events.map(image).collect()
}

/// The start of a link that starts an experiment.
fn preset(query: &str) -> Result<Event<'static>, String> {
    if let Some(error) = Link::from_query(query, &[]).1.first() {
        return Err(format!("the link `{query}`: {error}"));
    }
    Ok(start(&html! { a.preset href=(query) {} }))
}

/// The start of a term of the glossary.
fn term(inner: Option<&Event<'_>>) -> Result<Event<'static>, String> {
    let Some(Event::Text(text)) = inner else {
        return Err("a term of the glossary should begin with plain text".to_owned());
    };
    let letters = text.to_lowercase().replace(' ', "-");
    let id: String = letters.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    Ok(start(&html! { dt id={ "term-" (id.trim_matches('-')) } {} }))
}

/// The start of an empty element.
fn start(element: &Markup) -> Event<'static> {
    let html = &element.0;
    Event::InlineHtml(html[..html.rfind("</").unwrap_or(html.len())].to_owned().into())
}

/// The text of a code block of this language.
fn code<'a>(block: &'a [Event<'_>], language: &str) -> Option<&'a str> {
    match block {
        [Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(found))), Event::Text(text), Event::End(_)]
            if **found == *language =>
        {
            Some(text)
        }
        _ => None,
    }
}

/// The content of a block if it is a paragraph.
fn paragraph<'a, 'e>(block: &'a [Event<'e>]) -> Option<&'a [Event<'e>]> {
    match block {
        [Event::Start(Tag::Paragraph), inner @ .., Event::End(TagEnd::Paragraph)] => Some(inner),
        _ => None,
    }
}

/// Splits events into top-level blocks and notes.
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
