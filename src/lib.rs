//! The web page. The press has rendered the article as static HTML; `page` finds the elements that the press marked and makes them
//! live. [`pool`] decides which trainer works on what; it is pure, so that native tests can run it. The crate `chart` makes the
//! drawings. The same WebAssembly runs in the page and, as the crate `worker`, in the Web Workers that train: so both are always from
//! one build, and what they share is loaded and compiled once.

#[cfg(target_arch = "wasm32")]
mod page;
pub mod pool;

/// Starts the page, or the trainer in a worker.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    match worker::scope() {
        Some(scope) => worker::start(scope),
        None => page::start(),
    }
}
