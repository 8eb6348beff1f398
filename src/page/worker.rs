//! Starts Web Workers. Each starts from a blob, imports its script from the site, and gets its compiled WebAssembly from the page. So the
//! page's content security policy applies to it, and it starts in frames of other sites and in sandboxes without an origin, where
//! browsers refuse workers by URL, and module workers from blobs.

use js_sys::{Array, JSON, Reflect};
use leptos::prelude::document;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker as WebWorker, WorkerOptions};

/// Waits for the compiled module and passes it to wasm-bindgen's script at `URL`. A rejected promise is thrown again as an error, because
/// workers report only errors to the page.
const BOOTSTRAP: &str = "
onunhandledrejection = ({ reason }) => setTimeout(() => { throw reason; });
onmessage = ({ data }) => {
  onmessage = null;
  import(URL).then((script) => script.default({ module_or_path: data }));
};
";

/// A worker, until it is dropped.
pub struct Worker {
    worker: WebWorker,
    bootstrap: String,
    // The listeners must live as long as the worker.
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Worker {
    /// Starts the program of a script of wasm-bindgen's, at an address relative to the page, and of its compiled module.
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
        // A blob has no address to which another could be relative.
        let base = document().base_uri()?.unwrap_or_default();
        let address = JSON::stringify(&Url::new_with_base(script, &base)?.href().into())?;
        let bootstrap = BOOTSTRAP.replace("URL", &String::from(address));
        let bootstrap = blob_url(&Array::of1(&bootstrap.into()), "text/javascript")?;
        let worker = WebWorker::new_with_options(&bootstrap, &options)?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| on_message(message.data()));
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |error: ErrorEvent| {
            error.prevent_default();
            let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
            on_error(reason(message.as_deref()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(module)?;
        Ok(Self { worker, bootstrap, _on_message: on_message, _on_error: on_error })
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
        _ = Url::revoke_object_url(&self.bootstrap);
    }
}

/// What an error event of a worker says, for the reader.
fn reason(message: Option<&str>) -> String {
    match message.map(|message| message.strip_prefix("Uncaught ").unwrap_or(message)) {
        // A script that cannot be loaded reports a plain event without a message.
        None => "its script could not be started".into(),
        // A value that is no error was thrown.
        Some("" | "undefined" | "null") => "it gave no reason".into(),
        Some(reason) => reason.into(),
    }
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
