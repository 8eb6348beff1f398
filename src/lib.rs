//! Vanishing Gradients: the layers, lowest first. Each may name only those above it in this list.
//!
//! - [`nn`]: the mathematics of a multilayer perceptron; equations (1) to (7) of the article
//! - [`data`]: the digits and the order of batches
//! - [`lab`]: experiments, what they measure, and the messages between a trainer and its watcher
//! - `folder` (native only): the digits in a folder, for the terminal, the press and tests
//! - [`chart`]: the figures, as pure drawings
//! - `press` (native only): the article and the recorded run as a static page
//! - `web` (wasm only): the live page
//! - `worker` (wasm only): a trainer in a Web Worker, the page's other end

pub mod chart;
pub mod data;
#[cfg(not(target_arch = "wasm32"))]
pub mod folder;
pub mod lab;
#[cfg(test)]
mod layering;
pub mod nn;
#[cfg(not(target_arch = "wasm32"))]
pub mod press;
#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod web;
#[cfg(target_arch = "wasm32")]
pub mod worker;
