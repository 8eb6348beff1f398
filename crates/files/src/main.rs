//! The program of files. Natively it does nothing: it needs a browser.

// Without a browser only the tests do jobs.
#![cfg_attr(not(any(test, target_arch = "wasm32")), allow(dead_code))]

mod job;
#[cfg(target_arch = "wasm32")]
mod worker;

fn main() {
    #[cfg(target_arch = "wasm32")]
    worker::start();
}
