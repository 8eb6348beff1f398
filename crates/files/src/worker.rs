//! The program inside its Web Worker: takes a request, does the job, and posts replies. The page terminates the worker afterwards.

use super::job::{self, Answer};
use files::{Reply, Request, decode, encode};
use import::{ImportError, Limits};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DedicatedWorkerGlobalScope, FileReaderSync, MessageEvent};

/// The least time between two messages of progress.
const PERIOD_MS: f64 = 100.0;

/// Waits for requests; does nothing outside a worker.
pub fn start() {
    let Ok(page) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let on_message = {
        let page = page.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let (reply, files) =
                answer(&page, &message.data()).unwrap_or_else(|sentence| (Reply::Failed { sentence }, Vec::new()));
            post(&page, &reply, files);
        })
    };
    page.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker's listener lives as long as the worker.
    on_message.forget();
    post(&page, &Reply::Ready, Vec::new());
}

/// Does the job of a message, and posts its progress.
fn answer(page: &DedicatedWorkerGlobalScope, message: &JsValue) -> Result<Answer, String> {
    let message = Array::from(message);
    let request = Uint8Array::new(&message.get(0)).to_vec();
    let request: Request =
        decode(&request).map_err(|_| format!("the request of {} bytes cannot be read", request.len()))?;
    let names: &[String] = if let Request::Import { names } = &request { names } else { &[] };
    let files = read(&message.slice(1, message.length()), names)?;
    let now = || page.performance().map_or(0.0, |clock| clock.now());
    let mut last = now();
    let on_steps = |steps, of| {
        let time = now();
        if time - last >= PERIOD_MS {
            last = time;
            post(page, &Reply::Progress { steps, of }, Vec::new());
        }
    };
    job::work(request, files, on_steps).map_err(|failure| failure.to_string())
}

/// The bytes of what came with a request: byte arrays, or files that the reader has chosen. These are read here, so that the page
/// holds none of them and does not wait.
fn read(parts: &Array, names: &[String]) -> Result<Vec<Vec<u8>>, String> {
    let limit = Limits::default().max_bytes;
    let found = parts.iter().filter_map(|part| Some(part.dyn_ref::<Blob>()?.size())).sum::<f64>() as u64;
    if found > limit as u64 {
        return Err(ImportError::TooLarge { found, limit }.to_string());
    }
    let read = |(i, part): (usize, JsValue)| match part.dyn_into::<Blob>() {
        Err(bytes) => Ok(Uint8Array::new(&bytes).to_vec()),
        Ok(file) => {
            let bytes = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(&file));
            let name = names.get(i).map_or("a file", String::as_str);
            bytes
                .map(|bytes| Uint8Array::new(&bytes).to_vec())
                .map_err(|_| format!("{name}: the browser cannot read it"))
        }
    };
    parts.iter().enumerate().map(read).collect()
}

/// Posts a reply. Its byte arrays are transferred, not copied. A reply that cannot be sent is lost.
fn post(page: &DedicatedWorkerGlobalScope, reply: &Reply, files: Vec<Vec<u8>>) {
    let Ok(reply) = encode(reply) else { return };
    let (message, buffers) = (Array::new(), Array::new());
    for bytes in std::iter::once(reply).chain(files) {
        let bytes = Uint8Array::from(bytes.as_slice());
        buffers.push(&bytes.buffer());
        message.push(&bytes);
    }
    _ = page.post_message_with_transfer(&message, &buffers);
}
