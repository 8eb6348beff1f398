//! The markup of figures, and what an article can place.
//!
//! Every figure has slots (`data-slot`) that the live page fills. Until then a placeholder takes the same space, so that the layout
//! does not shift; without JavaScript the style sheet hides it.

use super::{Error, Recording, height, panel, placeholder, ratios, unbroken, write};
use chart::{Figure, Options, Table};
use maud::{Markup, PreEscaped, html};
use std::fs;
use std::path::Path;

const TABLE: &str = "table:ratios";
const PANEL: &str = "panel:experiment";

/// Everything that an article must place, for example `figure:accuracy`. Curves are optional.
pub fn required() -> impl Iterator<Item = String> {
    let measured = chart::figures().filter(|figure| figure.is_measured());
    measured.map(name).chain([TABLE.to_owned(), PANEL.to_owned()])
}

/// The markup of one place. `number` is the number of the figure or of the table; a `caption` replaces the default one. `is_half` is
/// for a figure that stands beside another.
///
/// # Errors
/// Nothing has this name, or the recording lacks a number.
pub fn html(
    recording: &Recording,
    place: &str,
    caption: Option<&str>,
    number: u32,
    is_half: bool,
) -> Result<Markup, String> {
    match place.split_once(':') {
        _ if place == TABLE => Ok(ratios::table(recording, caption, number)),
        _ if place == PANEL && caption.is_none() => Ok(panel::panel(&recording.results, "")),
        _ if place == PANEL => Err("the panel has no caption; it is placed as `![](panel:experiment)`".into()),
        Some(("figure", key)) if let Some(figure) = chart::find(key) => {
            Ok(plate(recording, figure, &Place { is_half, caption, number: Some(number), ..Place::default() }))
        }
        _ => {
            let all: Vec<String> = chart::figures().map(name).chain([TABLE.into(), PANEL.into()]).collect();
            Err(format!("there is no `{place}`; there are {}", all.join(", ")))
        }
    }
}

fn name(figure: &dyn Figure) -> String {
    format!("figure:{}", figure.key())
}

/// The size of a wide figure that stands beside another, in CSS pixels.
const HALF: (u32, u32) = (464, 400);

/// How a figure stands on its page.
#[derive(Clone, Copy, Default)]
pub struct Place<'a> {
    /// Whether it stands beside another figure on a wide screen.
    pub is_half: bool,
    /// The number in the article; a figure without one stands alone.
    pub number: Option<u32>,
    /// Replaces the figure's own caption.
    pub caption: Option<&'a str>,
    /// From the page to the folder of the site, with a slash at its end.
    pub root: &'a str,
}

/// A figure: its recorded drawing, its caption, its summary and its table. A measured figure is tagged as recorded.
pub fn plate(recording: &Recording, figure: &dyn Figure, place: &Place) -> Markup {
    let Place { is_half, number, caption, root } = *place;
    let (key, title, results) = (figure.key(), figure.title(), recording.of(figure));
    let (view, options) = (figure.recorded_view(), Options::default());
    let [(width, height), narrow] = [false, true].map(|is_narrow| figure.size(is_narrow));
    let own = || html! { (unbroken(&chart::caption(figure))) };
    let caption = caption.map_or_else(|| own().into_string(), str::to_owned);
    let (takeaway, rest) = first_sentence(&caption);
    let number = number.map(|number| format!("Figure {number}. "));
    let name = format!("{}{title}.", number.as_deref().unwrap_or_default());
    let summary_id = format!("summary-{key}");
    html! {
        figure class={ "figure " (figure.width().key()) } id={ "figure-" (key) } data-figure=(key) aria-label=(name) aria-describedby=(summary_id)
            data-height=(height::wide(recording, figure)) {
            div.controls data-slot="controls" { (placeholder::controls(figure, results)) }
            div.plate data-slot="plate" {
                picture {
                    source media="(max-width: 600px)" srcset={ (root) "figures/" (key) "-narrow.svg" } width=(narrow.0) height=(narrow.1);
                    @if is_half {
                        source media="(min-width: 60rem), print" srcset={ (root) "figures/" (key) (HALF_SUFFIX) ".svg" } width=(HALF.0) height=(HALF.1);
                    }
                    img src={ (root) "figures/" (key) ".svg" } width=(width) height=(height) alt=(title) loading="lazy";
                }
            }
            div.readout data-slot="readout" { (placeholder::readout(figure, results)) }
            figcaption {
                (number.as_deref().unwrap_or_default())
                span data-slot="caption" { b { (PreEscaped(takeaway)) } (PreEscaped(rest)) }
                // For other networks than those of the article: the live page writes a summary of them in front.
                @if number.is_some() { span data-slot="own-caption" hidden { b data-slot="own-summary" {} " " (own()) } }
            }
            div.more {
                details.numbers {
                    summary { "The numbers" }
                    p.summary id=(summary_id) data-slot="summary" { (figure.summary(results, &view, &options)) }
                    div data-slot="table" role="group" aria-label={ "Data of the figure: " (title) } tabindex="0" {
                        (numbers(&figure.table(results, &view, &options)))
                    }
                }
                details.menu data-slot="menu" { summary { "Share and save" } }
                @if figure.is_measured() { span.tag data-slot="tag" { "recorded" } }
            }
        }
        "\n"
    }
}

/// Splits HTML after its first sentence. A sentence ends at a full stop or a question mark outside of all elements.
fn first_sentence(html: &str) -> (&str, &str) {
    let (mut depth, mut is_tag) = (0_i32, false);
    for (i, byte) in html.bytes().enumerate() {
        match byte {
            b'<' => {
                is_tag = true;
                depth += if html[i..].starts_with("</") { -1 } else { 1 };
            }
            b'>' => is_tag = false,
            b'.' | b'?' if depth == 0 && !is_tag && html[i + 1..].starts_with(' ') => return html.split_at(i + 1),
            _ => {}
        }
    }
    (html, "")
}

/// The data of a figure; the first column names the rows.
fn numbers(Table { columns, rows }: &Table) -> Markup {
    html! {
        table {
            thead { tr { @for column in columns { th scope="col" { (column) } } } }
            tbody {
                @for row in rows {
                    tr {
                        @for (i, cell) in row.iter().enumerate() {
                            @if i == 0 { th scope="row" { (cell.text()) } } @else { td { (cell.text()) } }
                        }
                    }
                }
            }
        }
    }
}

const NARROW_SUFFIX: &str = "-narrow";
const HALF_SUFFIX: &str = "-half";

/// Writes `accuracy.svg`, `accuracy-narrow.svg` and so on into a folder, and `-half` where the page has it. Each file has colors for light
/// and for dark pages.
///
/// # Errors
/// A file cannot be written.
pub fn write_all(recording: &Recording, page: &str, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|source| Error::file(folder, source))?;
    for figure in chart::figures() {
        let sheet = figure.sheet(recording.of(figure), &figure.recorded_view(), &Options::default());
        for (size, suffix) in [(figure.size(false), ""), (figure.size(true), NARROW_SUFFIX), (HALF, HALF_SUFFIX)] {
            let name = format!("{}{suffix}.svg", figure.key());
            if suffix != HALF_SUFFIX || page.contains(&name) {
                write(&folder.join(name), &chart::svg::render(&sheet, size))?;
            }
        }
    }
    Ok(())
}
