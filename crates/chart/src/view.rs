//! The choices of a reader: the [`View`] that all figures of a page share, and the [`Options`] of one figure.

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
    values: Keyed<String>,
}

/// Values by keys, in the order of the keys. There are few, so that a search from the start is quick; an ordered map would add 3 KB to
/// the WebAssembly.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyed<T>(Vec<(&'static str, T)>);

impl<T> Default for Keyed<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default> Keyed<T> {
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(other, _)| *other == key).map(|(_, value)| value)
    }

    /// The value of a key; the default value if it had none.
    pub fn entry(&mut self, key: &'static str) -> &mut T {
        let place = self.0.iter().take_while(|(other, _)| *other < key).count();
        if self.0.get(place).is_none_or(|(other, _)| *other != key) {
            self.0.insert(place, (key, T::default()));
        }
        &mut self.0[place].1
    }

    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(other, _)| *other != key);
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &T)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }
}

impl Options {
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Keys with their values, in the order of the keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.values.iter().map(|(key, value)| (key, value.as_str()))
    }

    pub fn set(&mut self, key: &'static str, value: String) {
        *self.values.entry(key) = value;
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.values.remove(key);
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
