//! The controls of a figure, as data: the page makes inputs from them, the press placeholders.

use crate::view::NO;
use lab::text;

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
    /// The setting with this key, for all runs that share it.
    Field(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub enum ControlKind {
    /// Keys and labels.
    Choice(Vec<(String, String)>),
    /// "yes" or "no".
    Switch,
    /// An arrow key adds `step`; presets are labels and values.
    Number { min: f64, max: f64, step: f64, presets: &'static [(&'static str, f64)] },
    /// A number for each place of the figure's own crosshair, from 1; the slider changes the one at the crosshair. The value is a list,
    /// see [`element`], of at most `most` numbers.
    Numbers { min: f64, max: f64, step: f64, most: usize },
}

/// A number of a list, counted from 0. The numbers have spaces between them, and the last one stands for all that follow: “0 2.5 0”.
pub fn element(list: &str, place: usize) -> f64 {
    let number = list.split(' ').nth(place).or(list.split(' ').next_back());
    number.and_then(text::number).unwrap_or(0.0)
}

/// The list with another number at a place.
pub fn with_element(list: &str, place: usize, number: f64) -> String {
    let mut numbers: Vec<f64> = (0..list.split(' ').count().max(place + 2)).map(|i| element(list, i)).collect();
    numbers[place] = number;
    while numbers.len() > 1 && numbers[numbers.len() - 1] == numbers[numbers.len() - 2] {
        numbers.pop();
    }
    // Three decimals are enough for a slider, and adding 0 turns −0 into 0.
    let texts = numbers.into_iter().map(|number| ((1e3 * number).round() / 1e3 + 0.0).to_string());
    texts.collect::<Vec<_>>().join(" ")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_of_a_list_stands_for_all_that_follow() {
        assert_eq!([0, 1, 2, 9].map(|place| element("1 2.5", place)), [1.0, 2.5, 2.5, 2.5]);
        assert_eq!(with_element("0", 2, -1.5), "0 0 -1.5 0");
        assert_eq!(with_element("0", 0, 2.0), "2 0");
        assert_eq!(with_element("1", 0, -0.0001), "0 1", "0 has no sign");
        assert_eq!(with_element("0 0 -1.5 0", 2, 0.0), "0");
        assert_eq!(with_element("1 2", 4, 0.1 + 0.2), "1 2 2 2 0.3 2");
        assert_eq!(element("", 3), 0.0);
    }
}
