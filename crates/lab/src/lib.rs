//! Experiments: data sets ([`data`]), what a run is ([`recipe`]), what is compared, and the results ([`experiment`]), the training
//! loop and the messages of a trainer ([`run`]), and what is measured of a network ([`measure`]). Knows no clock, thread,
//! worker, file or JavaScript, so that the worker, the terminal, the press and the tests all run the same code. One exception keeps tables
//! out of the page's WebAssembly: [`text`] lets browsers read numbers and find the boundaries between characters.

pub mod data;
pub mod experiment;
pub mod measure;
pub mod recipe;
pub mod run;
pub mod text;

pub use data::{Dataset, Split};
pub use experiment::{Experiment, Finding, History, Results, RunId};
pub use measure::Detail;
pub use recipe::{Field, Recipe, Settings};
pub use run::{Session, Training};
