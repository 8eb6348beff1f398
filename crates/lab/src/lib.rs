//! Experiments: what to run ([`settings`]), one network in training ([`training`]), what is measured of it ([`sample`], [`measure`]), the
//! messages between a trainer and whoever watches ([`protocol`]), the trainer's side ([`session`]) and the watcher's side
//! ([`history`], [`experiment`], [`finding`]). No clock, no thread, no worker, no JavaScript: a worker, a terminal, the press
//! and a test all drive the same code.

pub mod data;
pub mod experiment;
pub mod finding;
pub mod histogram;
pub mod history;
pub mod log;
pub mod measure;
pub mod plan;
pub mod protocol;
pub mod rehearsal;
pub mod sample;
pub mod scenario;
pub mod session;
pub mod settings;
pub mod training;

pub use experiment::Experiment;
pub use finding::Finding;
pub use history::History;
pub use plan::Plan;
pub use scenario::Scenario;
pub use session::Session;
pub use settings::{Recipe, Settings};
pub use training::Training;
