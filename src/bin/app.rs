//! What the page loads: see [`vanishing_gradients::web`]. Empty on a native target.

fn main() {
    #[cfg(target_arch = "wasm32")]
    vanishing_gradients::web::start();
}
