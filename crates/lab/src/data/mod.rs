//! Data sets: from untrusted IDX bytes to examples that a network can train on, and the order in which it sees them. Knows no
//! files, network or compression: callers pass inflated bytes.

pub mod batches;
pub mod dataset;
pub mod idx;

pub use batches::Batches;
pub use dataset::{Dataset, DatasetError, Split};
