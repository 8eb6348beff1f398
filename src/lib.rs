//! The web page. The press has rendered the article as static HTML; `page` finds the elements that the press marked and makes them
//! live. [`pool`] decides which trainer works on what; it is pure, so that native tests can run it. The crate `chart` makes the
//! drawings, and the crate `worker` trains in Web Workers.

#[cfg(target_arch = "wasm32")]
mod page;
pub mod pool;
