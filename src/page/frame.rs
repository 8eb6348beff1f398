//! Work that is wanted many times between two frames and done once in the next.

use leptos::prelude::{request_animation_frame, set_timeout};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// A function that asks for `task` to run in the next frame; asking again before then changes nothing.
pub fn once_a_frame(task: impl Fn() + 'static) -> impl Fn() + Clone + 'static {
    once(task, request_animation_frame)
}

/// The same, but in the first frame after `rest`: between two runs the page's thread is free for other frames.
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
