//! What a Web Worker loads: see [`vanishing_gradients::worker`]. Empty on a native target.

fn main() {
    #[cfg(target_arch = "wasm32")]
    vanishing_gradients::worker::start();
}
