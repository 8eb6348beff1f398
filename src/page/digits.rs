//! Fetches the digits from the page's own server. The browser inflates them (Chromium on the page's thread, in about 0.16 s on a slow
//! machine). The trainers parse the bytes.

use super::dom::{self, error_message};
use js_sys::{Array, Reflect, Uint8Array};
use lab::data::dataset::MNIST_FILES;
use leptos::prelude::window;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, ReadableWritablePair, Response};

#[wasm_bindgen]
extern "C" {
    /// The browser's own decompressor; unstable in `web-sys`.
    #[wasm_bindgen(extends = ReadableWritablePair)]
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The progress of fetching the digits.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Bytes received so far.
    Fetching(u32),
    Here,
    /// What went wrong, for the reader.
    Failed(String),
}

/// Fetches all four files at once and inflates one after the other. Returns `[Uint8Array; 4]` as a JS array. `on_bytes` gets the size of
/// every chunk that arrives.
///
/// # Errors
/// A sentence that names the file, what came and what was expected.
pub async fn fetch(on_bytes: impl Fn(u32)) -> Result<Array, String> {
    let urls = MNIST_FILES.map(|name| format!("mnist/{name}.gz"));
    let root = dom::root();
    let answers = urls.each_ref().map(|url| JsFuture::from(window().fetch_with_str(&format!("{root}{url}"))));
    let files = Array::new();
    for (url, answer) in urls.iter().zip(answers) {
        let file = read(answer, &on_bytes).await.map_err(|reason| format!("{url} could not be loaded: {reason}"))?;
        files.push(&file);
    }
    Ok(files)
}

async fn read(answer: JsFuture, on_bytes: &impl Fn(u32)) -> Result<Uint8Array, String> {
    let response = answer.await.map_err(|error| error_message(&error))?;
    let response: Response = response.dyn_into().map_err(|_| "the answer is no response".to_owned())?;
    if !response.ok() {
        return Err(format!("the server answered {} {}", response.status(), response.status_text()));
    }
    let bytes = receive(&response, on_bytes).await?;
    inflate(bytes).await.map_err(|error| format!("it is no whole gzip file ({error})"))
}

/// Reads a response's body, chunk by chunk.
async fn receive(response: &Response, on_bytes: &impl Fn(u32)) -> Result<Uint8Array, String> {
    let body = response.body().ok_or("the answer is empty")?;
    let reader: ReadableStreamDefaultReader =
        body.get_reader().dyn_into().map_err(|_| "the answer cannot be read as a stream".to_owned())?;
    let mut pieces = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|error| error_message(&error))?;
        let field = |name: &str| Reflect::get(&piece, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            return Ok(joined(&pieces));
        }
        let piece: Uint8Array = field("value").unchecked_into();
        on_bytes(piece.length());
        pieces.push(piece);
    }
}

fn joined(pieces: &[Uint8Array]) -> Uint8Array {
    let bytes = Uint8Array::new_with_length(pieces.iter().map(Uint8Array::length).sum());
    pieces.iter().fold(0, |start, piece| {
        bytes.set(piece, start);
        start + piece.length()
    });
    bytes
}

/// Inflates gzip. Some servers send the files with `Content-Encoding: gzip`, so that the browser has already inflated them; such bytes
/// are returned as they are.
async fn inflate(bytes: Uint8Array) -> Result<Uint8Array, String> {
    if bytes.subarray(0, 2).to_vec() != GZIP_MAGIC {
        return Ok(bytes);
    }
    let inflated = || {
        let body = Response::new_with_opt_js_u8_array(Some(&bytes))?.body().ok_or("nothing to inflate")?;
        let inflater = DecompressionStream::new("gzip")?;
        let inflated = body.pipe_through(&inflater);
        Response::new_with_opt_readable_stream(Some(&inflated))?.array_buffer()
    };
    let buffer = JsFuture::from(inflated().map_err(|error| error_message(&error))?).await;
    Ok(Uint8Array::new(&buffer.map_err(|error| error_message(&error))?))
}
