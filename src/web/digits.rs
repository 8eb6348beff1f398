//! Fetching the digits: once, from beside the page, inflated by the browser (Chromium does that on the page's thread, for about
//! 0.16 s on a slow machine). The bytes are not read here: trainers parse them and treat them as hostile.

use js_sys::{Array, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Blob, ReadableStreamDefaultReader, ReadableWritablePair, Response};

#[wasm_bindgen]
extern "C" {
    /// The browser's own inflater; `web-sys` counts it as unstable still.
    #[wasm_bindgen(extends = ReadableWritablePair)]
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// MNIST's four files, in the order that a trainer takes them.
const FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Where the digits are.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Bytes received so far.
    Fetching(u32),
    Here,
    /// What went wrong, for the reader.
    Failed(String),
}

/// Fetches and inflates all four files at once, telling `on_bytes` of every piece that arrives; `[Uint8Array; 4]` as a JS array.
///
/// # Errors
/// A sentence that names the file, what came and what was expected.
pub async fn fetch(on_bytes: impl Fn(u32) + Clone + 'static) -> Result<Array, String> {
    let file = |name: &str| {
        let (url, on_bytes) = (format!("mnist/{name}.gz"), on_bytes.clone());
        future_to_promise(async move {
            let file = fetch_one(&url, &on_bytes).await;
            file.map(JsValue::from).map_err(|reason| format!("{url} could not be loaded: {reason}").into())
        })
    };
    let files = Promise::all(&FILES.iter().map(|name| file(name)).collect::<Array>());
    JsFuture::from(files).await.map(JsCast::unchecked_into).map_err(|sentence| message(&sentence))
}

async fn fetch_one(url: &str, on_bytes: &impl Fn(u32)) -> Result<Uint8Array, String> {
    let response = JsFuture::from(window().fetch_with_str(url)).await.map_err(|error| message(&error))?;
    let response: Response = response.dyn_into().map_err(|_| "the answer is no response".to_owned())?;
    if !response.ok() {
        return Err(format!("the server answered {} {}", response.status(), response.status_text()));
    }
    let pieces = receive(&response, on_bytes).await?;
    let blob = Blob::new_with_u8_array_sequence(&pieces).map_err(|error| message(&error))?;
    inflate(blob).await.map_err(|error| format!("it is no whole gzip file ({error})"))
}

/// The pieces of a response's body as they arrive.
async fn receive(response: &Response, on_bytes: &impl Fn(u32)) -> Result<Array, String> {
    let body = response.body().ok_or("the answer is empty")?;
    let reader: ReadableStreamDefaultReader =
        body.get_reader().dyn_into().map_err(|_| "the answer cannot be read as a stream".to_owned())?;
    let pieces = Array::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|error| message(&error))?;
        let field = |name: &str| Reflect::get(&piece, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            return Ok(pieces);
        }
        let value = field("value");
        on_bytes(value.dyn_ref::<Uint8Array>().map_or(0, Uint8Array::length));
        pieces.push(&value);
    }
}

/// Inflates gzip. Some servers announce the files as encoded, so that the browser has inflated them on the way: then the
/// bytes pass as they are.
async fn inflate(blob: Blob) -> Result<Uint8Array, String> {
    let bytes = async |blob: Blob| {
        let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|error| message(&error))?;
        Ok::<_, String>(Uint8Array::new(&buffer))
    };
    let start = blob.slice_with_i32_and_i32(0, 2).map_err(|error| message(&error))?;
    if bytes(start).await?.to_vec() != GZIP_MAGIC {
        return bytes(blob).await;
    }
    let inflater = DecompressionStream::new("gzip").map_err(|error| message(&error))?;
    let response = Response::new_with_opt_readable_stream(Some(&blob.stream().pipe_through(&inflater)))
        .map_err(|error| message(&error))?;
    let buffer = response.array_buffer().map_err(|error| message(&error))?;
    Ok(Uint8Array::new(&JsFuture::from(buffer).await.map_err(|error| message(&error))?))
}

fn message(error: &JsValue) -> String {
    let error_message = |error: &js_sys::Error| error.message().into();
    error.as_string().or_else(|| error.dyn_ref().map(error_message)).unwrap_or_else(|| format!("{error:?}"))
}
