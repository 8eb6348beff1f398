//! Our trainer as the bench drives it: the nets that are compared, and one loop of steps over the library's own parts. The
//! same body runs natively and, behind `browser`, as wasm. It knows no clock and no peer; whoever runs it holds the watch.

#[cfg(target_arch = "wasm32")]
mod browser;
mod net;
mod trainer;

pub use net::Net;
pub use trainer::{Measuring, Trainer};
