//! Work that is wanted many times between two frames and done once in the next.

use leptos::prelude::request_animation_frame;
use std::cell::Cell;
use std::rc::Rc;

/// A function that asks for `task` to run in the next frame; asking again before then changes nothing.
pub fn once_a_frame(task: impl Fn() + 'static) -> impl Fn() + Clone + 'static {
    let task = Rc::new(task);
    let is_pending = Rc::new(Cell::new(false));
    move || {
        if is_pending.replace(true) {
            return;
        }
        let (task, is_pending) = (task.clone(), is_pending.clone());
        request_animation_frame(move || {
            is_pending.set(false);
            task();
        });
    }
}
