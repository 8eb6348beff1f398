//! Streams of bytes, and the browser's own decompressor.

use js_sys::{Array, IteratorNext, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageChannel, ReadableStream, ReadableStreamDefaultReader, ReadableWritablePair, Response};

#[wasm_bindgen]
extern "C" {
    /// Unstable in `web-sys`.
    #[wasm_bindgen(extends = ReadableWritablePair)]
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// The type of a blob that is gzipped.
pub const GZIP: &str = "application/gzip";
/// How a gzip file begins.
pub const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Bytes to reserve for each gzipped byte: enough for the digits.
const INFLATED_PER_GZIPPED: usize = 5;

/// Reads a stream of bytes to its end, chunk by chunk.
///
/// # Errors
/// The stream breaks.
pub async fn read(stream: &ReadableStream, on_chunk: &mut dyn FnMut(Uint8Array)) -> Result<(), JsValue> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        // It has the shape of an iterator's result.
        let next: IteratorNext = JsFuture::from(reader.read()).await?.unchecked_into();
        if next.done() {
            return Ok(());
        }
        on_chunk(next.value().unchecked_into());
    }
}

/// The bytes of a blob or a byte array; those of a blob of type [`GZIP`] are inflated.
///
/// # Errors
/// The gzip file is damaged or not whole.
pub async fn bytes(file: &JsValue) -> Result<Vec<u8>, JsValue> {
    // The constructor of JavaScript also accepts a byte array.
    let response = Response::new_with_opt_blob(Some(file.unchecked_ref()))?;
    let mut stream = response.body().ok_or(JsValue::UNDEFINED)?;
    let mut bytes = Vec::new();
    if let Some(blob) = file.dyn_ref::<Blob>().filter(|blob| blob.type_() == GZIP) {
        let inflater = DecompressionStream::new("gzip")?;
        stream = stream.pipe_through(&inflater);
        // Growing would leave holes in wasm's memory, which never shrinks.
        bytes.reserve_exact(INFLATED_PER_GZIPPED * blob.size() as usize);
    }
    let closed = MessageChannel::new()?;
    closed.port1().close();
    read(&stream, &mut |chunk| {
        bytes.extend(chunk.to_vec());
        // Transferring the buffer to a closed port detaches it, which frees its memory without waiting for the garbage collector.
        _ = closed.port2().post_message_with_transferable(&JsValue::NULL, &Array::of1(&chunk.buffer()));
    })
    .await?;
    Ok(bytes)
}
