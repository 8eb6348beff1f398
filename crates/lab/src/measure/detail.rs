//! How much of a run is measured.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    /// Only how the run ends.
    Outcome,
    /// Samples too, and the held-out examples at logged steps.
    Curves,
    /// Histograms too.
    Everything,
}
