//! The data to train on: the bundled digits, or the reader's own.

use super::Store;
use super::training::cost;
use crate::page::{digits, messages};
use crate::pool::TICKS_PER_SECOND;
use files::Summary;
use js_sys::Array;
use lab::recipe::DataShape;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;

/// The shape of the bundled digits.
pub const DIGITS: DataShape = DataShape { n_pixels: 784, n_classes: 10, n_train: 9_000, n_held_out: 1_000 };

/// The digits are given up if nothing of them comes for so many ticks.
const STALL: u32 = 8 * TICKS_PER_SECOND;

impl Store {
    pub(super) fn shape(self) -> DataShape {
        self.own.with_untracked(|own| own.as_ref().map_or(DIGITS, shape))
    }

    /// Whether there are data to train on.
    pub fn has_data(self) -> bool {
        self.own.with(Option::is_some) || self.data.with(|data| *data == digits::Progress::Here)
    }

    /// The four files of the data; none before they are fetched.
    pub fn data_files(self) -> Array {
        self.files.get_value().unwrap_or_default()
    }

    /// The name of the reader's own data.
    pub fn data_name(self) -> Option<String> {
        self.own.with_untracked(|own| own.as_ref().map(|summary| summary.name.clone()))
    }

    /// Trains on the reader's own data from now on. Returns a sentence if the experiment costs too much on them; then nothing changes.
    pub fn use_own(self, summary: Summary, files: Array) -> Option<String> {
        if let Err(error) = cost(&self.experiment(), shape(&summary), self.max_trainers) {
            return Some(messages::cost_error(&error));
        }
        self.replace_data(Some(summary), Some(files));
        None
    }

    /// Trains on the bundled digits again. If they are not here, the runs wait for them.
    pub fn use_digits(self) {
        let digits = self.digits.get_value();
        let is_missing = digits.is_none() && !matches!(self.data.get_untracked(), digits::Progress::Fetching(_));
        self.replace_data(None, digits);
        if is_missing {
            self.fetch_digits();
        }
    }

    /// Replaces the data and starts all runs over. Without `files`, the runs wait until [`fetch_digits`](Self::fetch_digits) has them.
    fn replace_data(self, own: Option<Summary>, files: Option<Array>) {
        self.with_pool(|pool, old| pool.cancel(old));
        self.own.set(own);
        let is_here = files.is_some();
        self.files.set_value(files);
        let shape = self.shape();
        self.with_pool(|pool, _| {
            pool.remove_data();
            if is_here {
                pool.set_data(shape);
            }
        });
        self.begin(self.experiment(), true);
    }

    /// Fetches the digits. The reader can retry with it. If an earlier attempt still succeeds, its files are used; its failure says nothing.
    pub fn fetch_digits(self) {
        self.data.set(digits::Progress::Fetching(0));
        self.stall.set_value((0, 0));
        self.n_fetches.update_value(|n| *n += 1);
        let attempt = self.n_fetches.get_value();
        spawn_local(async move {
            let total = Cell::new(0);
            let on_bytes = move |bytes| {
                total.set(total.get() + bytes);
                self.data.update(|progress| {
                    if let digits::Progress::Fetching(received) = progress {
                        *received = total.get().max(*received);
                    }
                });
            };
            match digits::fetch(on_bytes).await {
                Ok(files) => {
                    self.digits.set_value(Some(files.clone()));
                    self.data.set(digits::Progress::Here);
                    // The reader may have chosen own data meanwhile.
                    if self.own.with_untracked(Option::is_none) {
                        self.files.set_value(Some(files));
                        self.with_pool(|pool, _| pool.set_data(DIGITS));
                    }
                }
                Err(sentence) => {
                    if attempt == self.n_fetches.get_value() && self.data.get_untracked() != digits::Progress::Here {
                        self.data.set(digits::Progress::Failed(sentence));
                    }
                }
            }
        });
    }

    /// Says so when the digits have not come nearer for some seconds. To be called in every tick.
    pub(super) fn watch_digits(self) {
        let digits::Progress::Fetching(received) = self.data.get_untracked() else { return };
        let (before, ticks) = self.stall.get_value();
        let ticks = if received == before { ticks + 1 } else { 0 };
        self.stall.set_value((received, ticks));
        if ticks >= STALL {
            self.data.set(digits::Progress::Failed("nothing has come for some seconds".into()));
        }
    }
}

fn shape(summary: &Summary) -> DataShape {
    DataShape {
        n_pixels: summary.n_pixels as usize,
        n_classes: summary.n_classes as usize,
        n_train: summary.n_train as usize,
        n_held_out: summary.n_held_out as usize,
    }
}
