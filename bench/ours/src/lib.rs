//! Our trainer as the benchmark runs it: the nets, and `lab::Training` on each of them. The same code runs natively and, through
//! `browser`, as wasm. It has no clock: the caller measures the time.

#[cfg(target_arch = "wasm32")]
mod browser;
mod net;
mod trainer;

pub use net::Net;
pub use trainer::{DETAILS, start, train};
