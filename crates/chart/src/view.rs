//! The choices of a reader: the [`View`] that all figures of a page share, and the [`Options`] of one figure.

use std::collections::BTreeMap;

/// The crosshair and the highlight that all figures of a page share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct View {
    /// The step of the crosshair in figures over steps.
    pub step: Option<u32>,
    /// The highlighted layer, from 1.
    pub layer: Option<usize>,
    /// The highlighted variant, by position.
    pub variant: Option<usize>,
}

/// One figure's own choices by the keys of its controls. An invalid value counts as the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The x of the crosshair, in data, in a figure whose x axis is not the step.
    pub cursor: Option<f64>,
    values: BTreeMap<&'static str, String>,
}

impl Options {
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Keys with their values, in the order of the keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.values.iter().map(|(&key, value)| (key, value.as_str()))
    }

    pub fn set(&mut self, key: &'static str, value: String) {
        self.values.insert(key, value);
    }

    /// The same choices with the crosshair at `cursor`.
    pub fn with_cursor(&self, cursor: f64) -> Self {
        Self { cursor: Some(cursor), values: self.values.clone() }
    }

    /// Whether a switch is on.
    pub(crate) fn is_on(&self, key: &str) -> bool {
        self.get(key) == Some(YES)
    }
}

pub(crate) const YES: &str = "yes";
pub(crate) const NO: &str = "no";
