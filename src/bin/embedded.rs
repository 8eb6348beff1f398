//! The program of the embed page: one figure. It is a program of its own so that a figure in another page loads quickly, whatever the
//! article becomes. Natively it does nothing: it needs a browser.

fn main() {
    #[cfg(target_arch = "wasm32")]
    vanishing_gradients::start_figure();
}
