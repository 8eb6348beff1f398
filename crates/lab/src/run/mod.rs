//! One run: the training loop ([`training`]), several of them under remote control ([`session`]), and the messages between a
//! trainer and whoever watches it ([`protocol`]). Knows no clock and no worker.

mod evaluation;
pub mod protocol;
pub mod session;
pub mod training;
pub mod warm_up;

pub use session::Session;
pub use training::{CannotTrain, Diverged, Measured, Outcome, Progress, Training};
