//! What a Web Worker loads: see [`vanishing_gradients::web::worker`]. Empty on a native target.

fn main() {
    #[cfg(target_arch = "wasm32")]
    vanishing_gradients::web::worker::start();
}
