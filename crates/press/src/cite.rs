//! How to cite the page, from `CITATION.cff`, so that the page and the file say the same.

use super::Error;
use maud::{Markup, html};

/// The file, from the root of the repository.
pub const SOURCE: &str = "CITATION.cff";
/// Where the template has the block.
const PLACE: &str = "<!-- cite -->";

/// Writes the block into the template of the page.
///
/// # Errors
/// The file lacks a field, or the template has no place for the block.
pub fn insert(template: &str, cff: &str) -> Result<String, Error> {
    if !template.contains(PLACE) {
        return Err(Error::Template { file: "index.html", place: PLACE });
    }
    let block = block(cff).map_err(|sentence| Error::Article { file: SOURCE.to_owned(), sentence })?;
    Ok(template.replace(PLACE, &block.into_string()))
}

/// A citation as plain text and as BibTeX, each with a button that copies it.
fn block(cff: &str) -> Result<Markup, String> {
    let field = |name: &str| {
        let value = cff.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let value = value.map(|value| value.trim().trim_matches('"')).filter(|value| !value.is_empty());
        value.ok_or_else(|| format!("the file should have a line `{name}: …`"))
    };
    let author = cff.lines().find_map(|line| line.trim().strip_prefix("- name:"));
    let author = author.ok_or("the file should have an author as `- name: …`")?.trim().trim_matches('"');
    let (title, version) = (field("title")?, field("version")?);
    let year = field("date-released")?.split('-').next().unwrap_or_default();
    Ok(html! {
        details #cite {
            summary { "Cite this page" }
            div.snippet {
                pre role="group" tabindex="0" aria-label="Citation" {
                    (author) ". " (title) ". Version " (version) ", " (year) ". " span data-address { "./" }
                }
                button type="button" data-copy { "Copy" }
            }
            div.snippet {
                pre role="group" tabindex="0" aria-label="BibTeX" {
                    "@misc{vanishing-gradients,\n  author = {{" (author) "}},\n  title = {" (title) "},\n  note = {Version " (version)
                    "},\n  year = {" (year) "},\n  url = {" span data-address { "./" } "}\n}"
                }
                button type="button" data-copy { "Copy" }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CFF: &str = include_str!("../../../CITATION.cff");

    #[test]
    fn the_block_says_what_the_file_says() {
        let page = insert("<footer><!-- cite --></footer>", CFF).unwrap();
        assert!(page.starts_with("<footer><details id=\"cite\">"), "{page}");
        let title = "The vanishing gradient problem, measured in your browser";
        assert!(
            page.contains(&format!(
                ">The Vanishing Gradients authors. {title}. Version 0.1.0, 2026. <span data-address>"
            )),
            "{page}"
        );
        assert!(page.contains(&format!("\n  title = {{{title}}},\n")), "{page}");
        assert!(page.contains("\n  author = {{The Vanishing Gradients authors}},\n"), "{page}");
    }

    #[test]
    fn what_the_file_lacks_is_named() {
        let sentence = |cff: &str| insert(PLACE, cff).unwrap_err().to_string();
        assert_eq!(
            sentence(&CFF.replace("version: 0", "edition: 0")),
            "CITATION.cff: the file should have a line `version: …`"
        );
        assert_eq!(sentence("title: A"), "CITATION.cff: the file should have an author as `- name: …`");
        assert_eq!(
            insert("", CFF).unwrap_err().to_string(),
            "index.html has no `<!-- cite -->`, where the press writes"
        );
    }
}
