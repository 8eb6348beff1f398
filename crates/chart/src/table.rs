//! The data of a figure as a table.

use lab::text::{minus, significant, thousands};

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub columns: Vec<String>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
}

/// A name, or a number: files have its value, readers see its text.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Name(String),
    Number {
        /// None if it has not been measured.
        value: Option<f64>,
        unit: &'static str,
        /// Rounded, with the unit.
        text: String,
    },
}

/// The unit of shares.
pub const PER_CENT: &str = "\u{a0}%";

/// The cell of a value that has not been measured.
pub const NOT_YET: &str = "–";

impl Table {
    pub(crate) fn new<const N: usize>(columns: [&str; N], rows: Vec<Vec<Cell>>) -> Self {
        Self { columns: columns.map(String::from).into(), rows }
    }
}

impl Cell {
    /// A number with its text.
    pub(crate) fn number(value: f64, text: String) -> Self {
        Self::Number { value: Some(value), unit: "", text }
    }

    /// A number with three significant figures and its unit.
    pub(crate) fn measured(value: Option<f64>, unit: &'static str) -> Self {
        let value = value.filter(|value| value.is_finite());
        Self::Number { value, unit, text: measured(value, unit) }
    }

    /// A whole number.
    pub(crate) fn whole(value: f64) -> Self {
        Self::number(value, thousands(value))
    }

    /// What readers see.
    pub fn text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Number { text, .. } => text,
        }
    }
}

/// A number with three significant figures and its unit.
pub(crate) fn measured(value: Option<f64>, unit: &str) -> String {
    let value = value.filter(|value| value.is_finite());
    value.map_or(NOT_YET.into(), |value| minus(&significant(value, 3)) + unit)
}
