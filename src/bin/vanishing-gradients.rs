//! The program of the article. Natively it does nothing: it needs a browser.

fn main() {
    #[cfg(target_arch = "wasm32")]
    vanishing_gradients::start_article();
}
