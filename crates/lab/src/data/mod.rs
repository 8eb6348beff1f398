//! Digits: from untrusted bytes to examples that a network can train on, and the order in which it sees them. Knows no file,
//! no network and no compression: callers hand over inflated bytes.

pub mod batches;
pub mod digits;
pub mod idx;

pub use batches::Batches;
pub use digits::{Digits, DigitsError, Split};
