//! The training loop of one run ([`training`]), a trainer of several runs that takes commands ([`session`]), and the messages between
//! a trainer and its client ([`protocol`]). Knows no clock and no worker.

mod evaluation;
pub mod protocol;
pub mod session;
pub mod training;
pub mod warm_up;

pub use session::Session;
pub use training::{CannotTrain, Diverged, Measured, Outcome, Progress, Training};
