//! The list of contents: the same links for the list beside the article and the disclosure above it.

use super::markdown::Section;

/// An ordered list with a link to each section; the references stand outside the count.
pub fn list(sections: &[Section]) -> String {
    let mut html = String::from("<ol class=\"toc\">\n");
    for section in sections {
        let number = section.number.map_or(String::new(), |number| format!("<span class=\"number\">{number}</span> "));
        html += &format!("<li><a href=\"#{}\">{number}{}</a></li>\n", section.id, section.title);
    }
    html + "</ol>\n"
}
