//! How much of a run is measured.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    /// The outcome only.
    Outcome,
    /// Also samples, and evaluations of the held-out examples at logged steps.
    Curves,
    /// Also how the network reads one example, and histograms at logged steps.
    Everything,
}
