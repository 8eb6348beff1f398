//! Answers of the server.

use js_sys::Promise;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Fetches a file.
///
/// # Errors
/// As [`response`].
pub async fn get(url: &str) -> Result<Response, JsValue> {
    response(window().fetch_with_str(url)).await
}

/// The response that a call of `fetch` has promised.
///
/// # Errors
/// The server does not answer, or not with the file.
pub async fn response(answer: Promise) -> Result<Response, JsValue> {
    let response: Response = JsFuture::from(answer).await?.unchecked_into();
    if response.ok() {
        return Ok(response);
    }
    Err(format!("the server answered {} {}", response.status(), response.status_text()).into())
}
