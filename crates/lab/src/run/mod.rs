//! The training loop of one run ([`training`]), a trainer of several runs that takes commands ([`session`]), and the messages between
//! a trainer and its client ([`protocol`]). Knows no clock and no worker.

mod evaluation;
pub mod protocol;
pub mod session;
pub mod training;
pub mod warm_up;

pub use session::Session;
pub use training::{CannotTrain, Diverged, Measured, Outcome, Progress, Training};

/// The version of everything that determines the bits of a run: the generator, the order of sums, the elementary functions, the
/// settings' defaults. It increases with every change of a pinned fingerprint (`tests/runs/mod.rs`), so that a reader of an old link
/// learns why the results differ.
pub const VERSION: u32 = 1;
