//! The figures as pure drawings: results and what a reader has chosen become a [`Sheet`] of data, the sheet becomes marks in CSS
//! pixels, and these go to any plotters backend ([`Sheet::draw`]) or into an SVG file ([`svg::render`]). The same plots translate
//! the pointer. Knows no worker, signal, DOM or clock; draws neither titles nor captions, which are text of the page.
//!
//! To add a figure: its file in `figure/` and its row in the table there.

pub mod axis;
mod control;
mod draw;
mod figure;
mod layout;
mod line;
pub mod mark;
mod paint;
mod reading;
pub mod sheet;
pub mod style;
pub mod svg;
pub mod table;
#[cfg(test)]
mod tests;
pub mod theme;
mod view;

pub use control::{Control, ControlKind, Target};
pub use figure::{Figure, Width, figures, find};
pub use mark::Mark;
pub use reading::{Cursor, Pick, Reading};
pub use sheet::Sheet;
pub use table::{NOT_YET, Table};
pub use theme::{Ink, Theme};
pub use view::{Options, View};
