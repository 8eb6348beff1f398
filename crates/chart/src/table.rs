//! The data of a figure as a table.

use lab::text::{minus, significant};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// The cell of a value that has not been measured.
pub const NOT_YET: &str = "–";

impl Table {
    pub(crate) fn new<const N: usize>(columns: [&str; N], rows: Vec<Vec<String>>) -> Self {
        Self { columns: columns.map(String::from).into(), rows }
    }
}

/// A number with three significant figures and its unit.
pub(crate) fn measured(value: Option<f64>, unit: &str) -> String {
    let value = value.filter(|value| value.is_finite());
    value.map_or(NOT_YET.into(), |value| minus(&significant(value, 3)) + unit)
}
