//! The list of contents.

use super::markdown::Section;
use maud::{Markup, html};

/// An ordered list with a link to each section; the references have no number.
pub fn list(sections: &[Section]) -> Markup {
    html! {
        ol.toc {
            @for section in sections {
                li { a href={ "#" (section.id) } { (section.heading()) } }
            }
        }
    }
}
