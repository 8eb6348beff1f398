//! The web page. The article is static HTML that the press has rendered; [`page`] finds the places that the press left for it and
//! makes them live. [`pool`] decides which trainer works on what: it is pure, so that native tests can run it. The page draws
//! nothing and trains nothing itself: drawings are the crate `chart`'s, training happens in workers (the crate `worker`).

#[cfg(target_arch = "wasm32")]
mod page;
pub mod pool;
