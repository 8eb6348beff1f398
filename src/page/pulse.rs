//! Memos that tell a part of the page when to update.

use leptos::prelude::*;

/// A memo whose value changes whenever its readers should update.
pub type Pulse = Memo<u32>;

/// A pulse that changes whenever a signal that `is_due` reads changes and `is_due` returns true.
pub fn pulse(is_due: Box<dyn Fn() -> bool + Send + Sync>) -> Pulse {
    Memo::new(move |ticks: Option<&u32>| ticks.copied().unwrap_or_default().wrapping_add(is_due().into()))
}
