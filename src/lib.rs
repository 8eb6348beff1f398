//! The web page. The press has rendered the article as static HTML; `page` finds the elements that the press marked and makes them
//! live. [`pool`] decides which trainer works on what, [`verdict`] compares a reader's guess with a measurement, [`highlight`] is what words
//! and figures highlight together, and [`notices`] keeps messages few; these are pure, so that native tests can run them. The crate `chart` makes the drawings.
//!
//! There are two programs, in `bin/`: the article, and one figure without it. Each runs in the page and, as the crate `worker`, in the
//! Web Workers that train: so page and trainers are always from one build, and what they share is loaded once.

pub mod highlight;
pub mod notices;
#[cfg(target_arch = "wasm32")]
mod page;
pub mod pool;
pub mod verdict;

/// Starts the program of the article.
#[cfg(target_arch = "wasm32")]
pub fn start_article() {
    start(page::article::PARTS);
}

/// Starts the program of the embed page.
#[cfg(target_arch = "wasm32")]
pub fn start_figure() {
    start(&[page::embed::make_live]);
}

/// Starts the page, or the trainer in a worker.
#[cfg(target_arch = "wasm32")]
fn start(parts: &'static [fn(page::store::Store)]) {
    match worker::scope() {
        Some(scope) => worker::start(scope),
        None => page::start(parts),
    }
}
