//! Coalesces requests: a task that is requested many times runs once, in the next frame.

use leptos::prelude::{request_animation_frame, set_timeout};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// A function that requests `task` for the next frame; further requests before that frame have no effect.
pub fn once_a_frame(task: impl Fn() + 'static) -> impl Fn() + Clone + 'static {
    once(task, request_animation_frame)
}

/// The same, but for the first frame after `rest`, so that the page's thread is free in between.
pub fn once_in(rest: Duration, task: impl Fn() + 'static) -> impl Fn() + Clone + 'static {
    once(task, move |act| set_timeout(|| request_animation_frame(act), rest))
}

fn once(task: impl Fn() + 'static, later: impl Fn(Box<dyn FnOnce()>) + 'static) -> impl Fn() + Clone + 'static {
    let (task, later) = (Rc::new(task), Rc::new(later));
    let is_pending = Rc::new(Cell::new(false));
    move || {
        if is_pending.replace(true) {
            return;
        }
        let (task, is_pending) = (task.clone(), is_pending.clone());
        later(Box::new(move || {
            is_pending.set(false);
            task();
        }));
    }
}
