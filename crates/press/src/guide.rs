//! The guides: `docs/embedding.md` as the page `embedding.html`, and `docs/teaching.md` as `teaching.html`.
//!
//! Links and snippets in the repository name an example's address. On the page it is the site's own: links are relative, and publishing
//! or a script completes snippets. Links to other Markdown files become plain text, since those are not on the site. HTML comments, which GitHub does not show, mark what is in
//! one place only: the tables of all settings on the page, and some sentences in the repository.

use super::site::site_page;
use super::{Error, settings};
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::html::push_html;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream};

/// A Markdown file that is also a page of the site.
pub struct Guide {
    /// From the root of the repository.
    pub source: &'static str,
    /// From the folder of the site.
    pub page: &'static str,
    description: &'static str,
    has_settings: bool,
}

pub const EMBEDDING: Guide = Guide {
    source: "docs/embedding.md",
    page: "embedding.html",
    description: "How to put the live figures into web pages, books, slides and notebooks: attributes, events, messages and recipes.",
    has_settings: true,
};

pub const TEACHING: Guide = Guide {
    source: "docs/teaching.md",
    page: "teaching.html",
    description: "How to teach the vanishing gradient problem with this page: goals, lessons of 20 and 60 minutes, questions with answers.",
    has_settings: false,
};

pub const ALL: [Guide; 2] = [EMBEDDING, TEACHING];

/// The site's address in the files.
const EXAMPLE: &str = "https://example.org/vanishing-gradients/";
/// Where the tables of all settings stand.
const SETTINGS: &str = "<!-- settings -->";
/// The start and the end of what is left out of the page.
const REPOSITORY: &str = "<!-- repository -->";
const END: &str = "<!-- end -->";

impl Guide {
    /// The page. `source` is the text of the file, `article` that of the finished index.html.
    ///
    /// # Errors
    /// The source does not begin with a title or has no place for the settings, or the main page has no style sheet.
    pub fn render(&self, source: &str, article: &str) -> Result<String, Error> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION;
        let events: Vec<_> = TextMergeStream::new(Parser::new_ext(source, options)).collect();
        let (title, body) = split_title(&events).ok_or_else(|| Error::Article {
            file: self.source.to_owned(),
            sentence: "the file should begin with `# Title`".to_owned(),
        })?;
        if self.has_settings && !source.contains(SETTINGS) {
            return Err(Error::Template { file: self.source, place: SETTINGS });
        }
        let (body, headings) = render_markdown(body);
        let body = html! {
            body.gallery.guide {
                (super::site::guard())
                header.front { h1 { (title) } }
                nav aria-label="Contents" { (contents(&headings)) }
                main { (PreEscaped(body)) }
                footer {
                    p {
                        a href="gallery.html" { "The gallery" } " has every figure with the HTML to copy. "
                        a href="./" { "The vanishing gradient problem" } " is the article that they belong to."
                    }
                }
            }
        };
        // It writes the site's address into the snippets.
        let script = html! { script src="gallery.js" defer {} };
        let title = format!("{title}: The vanishing gradient problem");
        site_page(&title, self.description, article, &script, &body)
    }
}

/// A heading below the title.
struct Heading {
    level: HeadingLevel,
    id: String,
    text: String,
}

/// The text of the title, and what follows it.
fn split_title<'a, 'e>(events: &'a [Event<'e>]) -> Option<(String, &'a [Event<'e>])> {
    match events {
        [Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }), Event::Text(title), Event::End(_), body @ ..] => {
            Some((title.to_string(), body))
        }
        _ => None,
    }
}

/// The HTML of the body, and its headings.
fn render_markdown(events: &[Event]) -> (String, Vec<Heading>) {
    let (mut rendered, mut headings) = (Vec::new(), Vec::new());
    let mut events = events.iter().cloned();
    let mut is_left_out = false;
    while let Some(event) = events.next() {
        match event {
            Event::Html(text) if text.trim() == REPOSITORY => {
                events.by_ref().find(|event| matches!(event, Event::Html(text) if text.trim() == END));
            }
            Event::Html(text) if text.trim() == SETTINGS => {
                rendered.push(Event::Html(settings::tables().into_string().into()));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let inner = events.by_ref().take_while(|event| !matches!(event, Event::End(_)));
                rendered.push(Event::Html(code_block(&kind, &text(inner)).into_string().into()));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let inner: Vec<_> = events.by_ref().take_while(|event| !matches!(event, Event::End(_))).collect();
                let text = text(inner.iter().cloned());
                let id = id(&text);
                let start = Tag::Heading { level, id: Some(id.clone().into()), classes: Vec::new(), attrs: Vec::new() };
                rendered.push(Event::Start(start));
                rendered.extend(inner);
                rendered.push(Event::End(TagEnd::Heading(level)));
                headings.push(Heading { level, id, text });
            }
            Event::Start(Tag::Table(alignments)) => {
                rendered.push(Event::Html(
                    "<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\">".into(),
                ));
                rendered.push(Event::Start(Tag::Table(alignments)));
            }
            Event::End(TagEnd::Table) => rendered.extend([Event::End(TagEnd::Table), Event::Html("</div>\n".into())]),
            Event::Start(Tag::Link { dest_url, .. }) if is_of_repository(&dest_url) => is_left_out = true,
            Event::End(TagEnd::Link) if is_left_out => is_left_out = false,
            Event::Start(Tag::Link { link_type, dest_url, title, id }) if dest_url.starts_with(EXAMPLE) => {
                let dest_url = dest_url.replacen(EXAMPLE, "./", 1).into();
                rendered.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::Code(code) => rendered.push(inline(html! { code { (with_address(&code)) } })),
            other => rendered.push(other),
        }
    }
    let mut body = String::new();
    push_html(&mut body, rendered.into_iter());
    (body, headings)
}

fn inline(markup: Markup) -> Event<'static> {
    Event::InlineHtml(markup.into_string().into())
}

/// Whether a link leads to a file of the repository that is not on the site.
fn is_of_repository(address: &CowStr) -> bool {
    !address.contains("://") && address.split('#').next().is_some_and(|path| path.ends_with(".md"))
}

/// The plain text of some events.
fn text<'a>(events: impl Iterator<Item = Event<'a>>) -> String {
    events
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.to_string()),
            _ => None,
        })
        .collect()
}

/// As GitHub makes it, so that links to sections are the same in both places.
fn id(heading: &str) -> String {
    let heading = heading.to_lowercase().replace(' ', "-");
    heading.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
}

/// A block that scrolls in its own box, by keys too.
fn code_block(kind: &CodeBlockKind, code: &str) -> Markup {
    let language = if let CodeBlockKind::Fenced(language) = kind { language } else { "" };
    let label = format!("Code {language}");
    html! { pre role="group" tabindex="0" aria-label=(label.trim_end()) { code { (with_address(code)) } } "\n" }
}

/// A text with the site's address instead of the example's.
fn with_address(text: &str) -> Markup {
    html! {
        @for (i, part) in text.split(EXAMPLE).enumerate() {
            @if i > 0 { span data-address { "./" } }
            (part)
        }
    }
}

/// A line for each section, with its subsections.
fn contents(headings: &[Heading]) -> Markup {
    let is_section = |heading: &Heading| heading.level == HeadingLevel::H2;
    let link = |heading: &Heading| html! { a href={ "#" (heading.id) } { (heading.text) } };
    html! {
        @for (i, section) in headings.iter().enumerate().filter(|(_, heading)| is_section(heading)) {
            p {
                (link(section))
                @for (n, heading) in headings[i + 1..].iter().take_while(|heading| !is_section(heading)).enumerate() {
                    (if n == 0 { ": " } else { ", " }) (link(heading))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(source: &str) -> String {
        render_markdown(&Parser::new_ext(source, Options::ENABLE_TABLES).collect::<Vec<_>>()).0
    }

    #[test]
    fn snippets_name_the_site_and_need_no_escapes() {
        let expected = "<span data-address>./</span>embed.js";
        assert!(body(&format!("`{EXAMPLE}embed.js`")).contains(&format!("<code>{expected}</code>")));
        let block = body(&format!("```html\n<script src=\"{EXAMPLE}embed.js\" async></script>\n```"));
        let inner = format!("&lt;script src=&quot;{expected}&quot; async&gt;&lt;/script&gt;\n</code></pre>");
        assert!(block.contains(&inner), "{block}");
        assert!(block.starts_with("<pre role=\"group\" tabindex=\"0\" aria-label=\"Code html\"><code>"), "{block}");
    }

    #[test]
    fn the_tables_are_on_the_page_only_and_marked_sentences_in_the_repository_only() {
        let html = body(&format!("A\n\n{REPOSITORY}\n\nB `c`\n\n{END}\n\nD\n\n{SETTINGS}\n\nE"));
        let (before, after) = html.split_once(&settings::tables().into_string()).unwrap();
        assert_eq!((before, after), ("<p>A</p>\n<p>D</p>\n", "<p>E</p>\n"));
    }

    #[test]
    fn a_link_to_the_site_is_relative() {
        assert_eq!(
            body(&format!("[Go]({EXAMPLE}?depth=12#results)")),
            "<p><a href=\"./?depth=12#results\">Go</a></p>\n"
        );
    }

    #[test]
    fn only_links_to_other_markdown_files_are_left_out() {
        let html = body("See [hosting.md](hosting.md#nginx), [rustup](https://a.org/b.md) and [events](#events).");
        let expected =
            "<p>See hosting.md, <a href=\"https://a.org/b.md\">rustup</a> and <a href=\"#events\">events</a>.</p>\n";
        assert_eq!(html, expected);
    }

    #[test]
    fn headings_have_the_addresses_that_github_gives_them() {
        let (html, headings) = render_markdown(&Parser::new("## `run` and A.B 0.5, x\n\n### C").collect::<Vec<_>>());
        assert!(html.starts_with("<h2 id=\"run-and-ab-05-x\"><code>run</code> and A.B 0.5, x</h2>"), "{html}");
        let lines = contents(&headings).into_string();
        assert_eq!(lines, "<p><a href=\"#run-and-ab-05-x\">run and A.B 0.5, x</a>: <a href=\"#c\">C</a></p>");
    }

    #[test]
    fn a_file_without_a_title_or_without_a_place_for_the_settings_is_an_error() {
        let sentence = EMBEDDING.render("Text", "").unwrap_err().to_string();
        assert_eq!(sentence, "docs/embedding.md: the file should begin with `# Title`");
        let sentence = EMBEDDING.render("# Title", "").unwrap_err().to_string();
        assert_eq!(sentence, "docs/embedding.md has no `<!-- settings -->`, where the press writes");
    }

    #[test]
    fn no_two_headings_of_a_guide_have_the_same_address() {
        for source in [include_str!("../../../docs/embedding.md"), include_str!("../../../docs/teaching.md")] {
            let headings = render_markdown(&Parser::new(source).collect::<Vec<_>>()).1;
            let mut ids: Vec<_> = headings.into_iter().map(|heading| heading.id).collect();
            let n_headings = ids.len();
            assert!(n_headings > 6);
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), n_headings);
        }
    }
}
