//! Starts Web Workers. Each starts from a blob of a script and gets its compiled WebAssembly from the page, so that the page's content
//! security policy applies to it, and that it starts in frames without an origin.

use super::dom;
use js_sys::{Array, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Response, Url, Worker as WebWorker, WorkerOptions, WorkerType,
};

/// Waits for the compiled module and passes it to wasm-bindgen's script, whose name for its initializer replaces `INIT`. A rejected
/// promise is thrown again as an error, because workers report only errors to the page.
const BOOTSTRAP: &str = "
onmessage = ({ data }) => {
  onmessage = null;
  INIT({ module_or_path: data }).catch((error) => setTimeout(() => { throw error; }));
};
";

/// The same for a page of opaque origin, such as one in a sandbox: Chromium starts no module worker from its blobs, but a classic worker
/// may import one.
const BOOTSTRAP_WITHOUT_ORIGIN: &str = "
onmessage = ({ data }) => {
  onmessage = null;
  import('MODULE').then((module) => module.default({ module_or_path: data })).catch((error) => setTimeout(() => { throw error; }));
};
";
const OPAQUE: &str = "null";

/// A worker, until it is dropped.
pub struct Worker {
    worker: WebWorker,
    // The listeners must live as long as the worker.
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Worker {
    /// Starts the program of a script of [`fetch_script`] and of its compiled module.
    ///
    /// # Errors
    /// The browser starts no worker.
    pub fn start(
        script: &str,
        name: &str,
        module: &JsValue,
        on_message: impl Fn(JsValue) + 'static,
        on_error: impl Fn(String) + 'static,
    ) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_name(name);
        options.set_type(if has_origin() { WorkerType::Module } else { WorkerType::Classic });
        let worker = WebWorker::new_with_options(script, &options)?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| on_message(message.data()));
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            // A script that cannot be loaded reports a plain event without a message.
            let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
            on_error(message.unwrap_or_else(|| "its script could not be started".into()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(module)?;
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Posts a message. This fails only for values that cannot be cloned; byte arrays and arrays of them can.
    pub fn post(&self, message: &JsValue) {
        _ = self.worker.post_message(message);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Fetches a script of wasm-bindgen's and makes a worker's script of it. Returns its URL.
///
/// # Errors
/// A sentence that names the file and the reason.
pub async fn fetch_script(url: &str) -> Result<String, String> {
    let failed = |reason: String| format!("{url} could not be loaded: {reason}");
    let text = async { JsFuture::from(fetch(url).await?.text()?).await };
    let text = text.await.map_err(|error| failed(dom::error_message(&error)))?.as_string().unwrap_or_default();
    let initializer = default_export(&text).ok_or_else(|| failed("it has no default export".into()))?;
    const TYPE: &str = "text/javascript";
    let script = if has_origin() {
        blob_url(&Array::of2(&text.as_str().into(), &BOOTSTRAP.replace("INIT", initializer).into()), TYPE)
    } else {
        blob_url(&Array::of1(&text.as_str().into()), TYPE)
            .and_then(|module| blob_url(&Array::of1(&BOOTSTRAP_WITHOUT_ORIGIN.replace("MODULE", &module).into()), TYPE))
    };
    script.map_err(|error| dom::error_message(&error))
}

fn has_origin() -> bool {
    window().origin() != OPAQUE
}

/// Fetches a file.
///
/// # Errors
/// The server does not answer, or not with the file.
pub async fn fetch(url: &str) -> Result<Response, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(url)).await?.unchecked_into();
    if response.ok() {
        return Ok(response);
    }
    Err(format!("the server answered {} {}", response.status(), response.status_text()).into())
}

/// The URL of a blob of parts: texts or byte arrays.
///
/// # Errors
/// The browser makes no blob of them.
pub fn blob_url(parts: &Array, media_type: &str) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(parts, &options)?;
    Url::create_object_url_with_blob(&blob)
}

/// The name of what a module exports as its default, in `export { a, name as default };`.
fn default_export(module: &str) -> Option<&str> {
    let (before, _) = module.split_once(" as default")?;
    before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$').next().filter(|name| !name.is_empty())
}
