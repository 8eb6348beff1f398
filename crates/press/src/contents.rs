//! The list of contents: the same links for the list beside the article and the disclosure above it.

use super::markdown::Section;
use maud::{Markup, html};

/// An ordered list with a link to each section; the references stand outside the count.
pub fn list(sections: &[Section]) -> Markup {
    html! {
        ol.toc {
            @for section in sections {
                li { a href={ "#" (section.id) } { (section.heading()) } }
            }
        }
    }
}
