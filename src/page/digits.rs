//! Fetches the digits from the page's own server. They stay compressed in the page: each trainer inflates them on its own thread.

use super::dom::{self, error_message};
use super::fetch;
use js_sys::{Array, Promise, Uint8Array};
use lab::data::dataset::MNIST_FILES;
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};
use worker::stream;

/// The progress of fetching the digits.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Bytes received so far.
    Fetching(u32),
    Here,
    /// What went wrong, for the reader.
    Failed(String),
}

/// Fetches all four files at once. Returns `[Blob; 4]` as a JS array: the browser keeps the bytes of blobs outside the page, and trainers get
/// them without a copy. `on_bytes` gets the size of every chunk that arrives.
///
/// # Errors
/// A sentence that names the file, what came and what was expected.
pub async fn fetch(on_bytes: impl Fn(u32)) -> Result<Array, String> {
    let urls = MNIST_FILES.map(|name| format!("mnist/{name}.gz"));
    let root = dom::root();
    let answers = urls.each_ref().map(|url| window().fetch_with_str(&format!("{root}{url}")));
    let files = Array::new();
    for (url, answer) in urls.iter().zip(answers) {
        let failed = |error| format!("{url} could not be loaded: {}", error_message(&error));
        let file = receive(answer, &on_bytes).await.map_err(failed)?;
        files.push(&file);
    }
    Ok(files)
}

/// Some servers send the files with `Content-Encoding: gzip`, so that the browser has already inflated them; the type of the blob says
/// whether it is gzipped.
async fn receive(answer: Promise, on_bytes: &impl Fn(u32)) -> Result<Blob, JsValue> {
    let body = fetch::response(answer).await?.body().ok_or("the answer is empty")?;
    let chunks = Array::new();
    stream::read(&body, &mut |chunk| {
        on_bytes(chunk.length());
        chunks.push(&chunk);
    })
    .await?;
    let is_gzip = Uint8Array::new(&chunks.get(0)).subarray(0, 2).to_vec() == stream::GZIP_MAGIC;
    let options = BlobPropertyBag::new();
    options.set_type(if is_gzip { stream::GZIP } else { "" });
    Blob::new_with_u8_array_sequence_and_options(&chunks, &options)
}
