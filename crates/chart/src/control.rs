//! The controls of a figure, as data: the page makes inputs from them, the press placeholders.

use crate::view::NO;

/// Up to this many choices are buttons side by side; more are a list.
pub const MAX_SEGMENTS: usize = 6;

#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    pub key: &'static str,
    pub label: &'static str,
    pub target: Target,
    pub kind: ControlKind,
    /// The value before the reader chooses one.
    pub value: String,
}

/// What a control changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The figure's own options.
    Own,
    /// The layer of the shared view; values are numbers from 1.
    Layer,
    /// The variant of the shared view; values are positions from 0.
    Variant,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ControlKind {
    /// Keys and labels.
    Choice(Vec<(String, String)>),
    /// "yes" or "no".
    Switch,
    /// An arrow key adds `step`; presets are labels and values.
    Number { min: f64, max: f64, step: f64, presets: &'static [(&'static str, f64)] },
}

impl Control {
    pub(crate) fn switch(key: &'static str, label: &'static str) -> Self {
        Self { key, label, target: Target::Own, kind: ControlKind::Switch, value: NO.into() }
    }

    pub(crate) fn choice(
        key: &'static str,
        label: &'static str,
        target: Target,
        choices: impl IntoIterator<Item = (String, String)>,
        value: String,
    ) -> Self {
        Self { key, label, target, kind: ControlKind::Choice(choices.into_iter().collect()), value }
    }
}
