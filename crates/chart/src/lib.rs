//! The figures as pure drawings. Results and the reader's choices become a [`Sheet`] of data; the sheet becomes marks in CSS pixels;
//! the marks go to any plotters backend ([`Sheet::draw`]) or into an SVG file ([`svg::render`]). The same layout maps a pointer to
//! data. Knows no worker, signal, DOM or clock. Titles and captions are text of the page and are not drawn.
//!
//! To add a figure: its file in `figure/` and its row in the table there.

pub mod axis;
mod control;
pub mod document;
mod draw;
mod figure;
mod layout;
mod line;
pub mod link;
pub mod mark;
mod paint;
pub mod ratios;
mod reading;
pub mod sheet;
mod speed;
pub mod style;
pub mod svg;
pub mod table;
#[cfg(test)]
mod tests;
pub mod theme;
mod view;

pub use control::{Control, ControlKind, MAX_SEGMENTS, Target, element, with_element};
pub use figure::seeds::spread;
pub use figure::{Figure, Width, caption, figures, find};
pub use link::Link;
pub use mark::Mark;
pub use reading::{Cursor, Pick, Reading};
pub use sheet::Sheet;
pub use speed::Speed;
pub use table::{Cell, NOT_YET, Table};
pub use theme::{Ink, Palette, Theme};
pub use view::{Keyed, Options, View};
