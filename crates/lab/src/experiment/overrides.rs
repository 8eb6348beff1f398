//! Values for some of the fields.

use crate::recipe::field::FIELDS;
use crate::recipe::{Field, Value};

/// Values for some fields, each with the position of its field in [`FIELDS`], in increasing position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides(Vec<(usize, Value)>);

impl Overrides {
    /// Fields with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, Value)> {
        self.0.iter().map(|&(i, value)| (&FIELDS[i], value))
    }

    /// The value of a field, if there is one.
    pub fn get(&self, field: &Field) -> Option<Value> {
        self.iter().find(|(other, _)| other.key == field.key).map(|(_, value)| value)
    }

    /// The value of the field at a position of [`FIELDS`].
    pub(super) fn at(&self, i: usize) -> Option<Value> {
        self.0.iter().find(|(other, _)| *other == i).map(|&(_, value)| value)
    }

    /// Sets a value that the field has parsed.
    pub(super) fn set(&mut self, field: &Field, value: Value) {
        let Some(i) = FIELDS.iter().position(|other| other.key == field.key) else { return };
        match self.0.binary_search_by_key(&i, |&(i, _)| i) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (i, value)),
        }
    }

    /// Removes the fields for which `keep` is false.
    pub(super) fn retain(&mut self, keep: impl Fn(&Field) -> bool) {
        self.0.retain(|&(i, _)| keep(&FIELDS[i]));
    }
}
