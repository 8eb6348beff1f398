//! The menu of a figure: links, code that embeds it, and files. The press has written its buttons once for the page; the menu gets
//! them when it is first opened.

use super::files::{Report, save};
use super::store::Store;
use super::view::listen;
use super::worker::blob_url;
use super::{dom, messages, plate};
use chart::Figure;
use files::{FigureKind, Reply, Request};
use js_sys::{Array, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{CanvasRenderingContext2d, Event, HtmlCanvasElement, HtmlElement};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Element, HtmlImageElement, HtmlTemplateElement, Url};

/// The buttons.
const TEMPLATE: &str = "template[data-menu]";
/// The element of a figure has its height as an embedded figure, in CSS pixels. The press writes it.
const HEIGHT: &str = "data-height";
const SANDBOX: &str = "allow-scripts allow-same-origin allow-downloads allow-popups";

pub fn make_live(store: Store, figure: &'static dyn Figure, place: &HtmlElement) {
    // None until the menu is opened.
    let report = StoredValue::new_local(None::<Report>);
    let fill = {
        let (place, owner) = (place.clone(), Owner::current());
        move || {
            if !place.has_attribute("open") || report.with_value(Option::is_some) {
                return;
            }
            if let Ok(Some(template)) = document().query_selector(TEMPLATE) {
                let buttons = template.unchecked_into::<HtmlTemplateElement>().content();
                _ = buttons.clone_node_with_deep(true).and_then(|buttons| place.append_child(&buttons));
            }
            // The listener must outlive this call.
            let inside = || Report::inside(&place, store.client);
            report.set_value(owner.as_ref().and_then(|owner| owner.with(inside)));
        }
    };
    fill();
    listen(place, "toggle", move |_: Event| fill());
    listen(place, "click", move |event: Event| {
        let button = event_target::<Element>(&event).closest("[data-act]").ok().flatten();
        let act = button.and_then(|button| button.get_attribute("data-act"));
        if let (Some(act), Some(report)) = (act, report.get_value()) {
            spawn_local(async move { carry_out(store, figure, &act, &report).await });
        }
    });
}

async fn carry_out(store: Store, figure: &'static dyn Figure, act: &str, report: &Report) {
    let svg = if plate::is_dark() { FigureKind::DarkSvg } else { FigureKind::LightSvg };
    match act {
        "link" => copy(link(store, figure), report).await,
        "element" => copy(element(store, figure), report).await,
        "frame" => copy(frame(store, figure), report).await,
        _ if figure.is_measured() && !untrack(|| store.has_data()) => report.say(messages::NOT_HERE),
        "png" => save_png(store, figure, svg, 1, report).await,
        "png3" => save_png(store, figure, svg, 3, report).await,
        _ => {
            let kind = if act == "csv" { FigureKind::Csv } else { svg };
            let (request, data) = request(store, figure, kind);
            save(store.client, request, &data, report).await;
        }
    }
}

fn request(store: Store, figure: &'static dyn Figure, kind: FigureKind) -> (Request, Array) {
    let (query, data) = (untrack(|| store.link().to_query()), store.data_name());
    let files = if figure.is_measured() { store.data_files() } else { Array::new() };
    (Request::Figure { figure: figure.key().into(), query, data, kind }, files)
}

/// Draws the figure's SVG file on a canvas `scale` times as large, and saves that with the text that the SVG file has.
async fn save_png(store: Store, figure: &'static dyn Figure, svg: FigureKind, scale: u32, report: &Report) {
    let (request, data) = request(store, figure, svg);
    let answer = store.client.run(request, &data, report, messages::NO_FILE).await;
    let Some((Reply::File { about: text, .. }, parts)) = answer else { return };
    match png(&parts.get(1), scale).await {
        Ok(png) => {
            let size = if scale == 1 { String::new() } else { format!("-{scale}x") };
            let label = Request::Label { name: format!("{}{size}.png", figure.key()), text };
            save(store.client, label, &Array::of1(&png), report).await;
        }
        Err(error) => report.say(&messages::no_file(&dom::error_message(&error))),
    }
}

async fn png(svg: &JsValue, scale: u32) -> Result<Uint8Array, JsValue> {
    let url = blob_url(&Array::of1(svg), "image/svg+xml")?;
    let image = HtmlImageElement::new()?;
    image.set_src(&url);
    JsFuture::from(image.decode()).await?;
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(image.natural_width() * scale);
    canvas.set_height(image.natural_height() * scale);
    let context = canvas.get_context("2d")?.ok_or("the browser gives no canvas")?;
    let (width, height) = (canvas.width().into(), canvas.height().into());
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    _ = Url::revoke_object_url(&url);
    let blob = Promise::new(&mut |resolve, _| _ = canvas.to_blob(&resolve));
    let blob: Blob = JsFuture::from(blob).await?.dyn_into().map_err(|_| "the drawing is too large")?;
    Ok(Uint8Array::new(&JsFuture::from(blob.array_buffer()).await?))
}

/// The folder of the article. A page in another folder says how to get there.
fn folder() -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    Url::new_with_base(&format!("./{}", dom::root()), &base).map(|url| url.href()).unwrap_or_default()
}

/// The query of the link to what the reader sees, with the fingerprint of the results.
fn query(store: Store) -> String {
    untrack(|| chart::Link { fingerprint: store.fingerprint(), ..store.link() }.to_query())
}

fn link(store: Store, figure: &dyn Figure) -> String {
    format!("{}?{}#figure-{}", folder(), query(store), figure.key())
}

fn element(store: Store, figure: &dyn Figure) -> String {
    let (folder, key, title) = (folder(), figure.key(), escaped(&figure.title()));
    let (query, link) = (escaped(&query(store)), escaped(&link(store, figure)));
    format!(
        "<script src=\"{folder}embed.js\" async></script>\n\
         <vanishing-gradients figure=\"{key}\" query=\"{query}\"><a href=\"{link}\">{title}</a></vanishing-gradients>"
    )
}

fn frame(store: Store, figure: &dyn Figure) -> String {
    let (folder, key, title) = (folder(), figure.key(), escaped(&figure.title()));
    let query = escaped(&query(store));
    let place = document().get_element_by_id(&format!("figure-{key}"));
    let height = place.and_then(|place| place.get_attribute(HEIGHT)).unwrap_or_default();
    format!(
        "<iframe src=\"{folder}embed/{key}.html?{query}\" title=\"{title}\" width=\"100%\" height=\"{height}\" \
         loading=\"lazy\" allow=\"fullscreen; clipboard-write\" sandbox=\"{SANDBOX}\" style=\"border: 0\"></iframe>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// Copies a text, or shows it where the browser refuses.
async fn copy(text: String, report: &Report) {
    let navigator = window().navigator();
    // Only secure pages have it.
    let has_clipboard = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_truthy());
    let is_copied = has_clipboard && JsFuture::from(navigator.clipboard().write_text(&text)).await.is_ok();
    if is_copied { report.say("Copied.") } else { report.show(&text) }
}
