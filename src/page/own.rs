//! The reader's own images instead of the digits: chosen as files or as a folder, or dropped onto the panel. They never leave the
//! page; the program of files reads them. The script `drop.js` finds the files in dropped folders.

use super::files::Report;
use super::store::Store;
use super::view::listen;
use super::{dom, messages};
use files::{Reply, Request};
use js_sys::{Array, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{CustomEvent, DragEvent, Event, File, FileList, HtmlElement, HtmlInputElement};
use wasm_bindgen::{JsCast, JsValue};

/// Sent by `drop.js` to the panel.
const FROM_FOLDERS: &str = "vanishing-gradients:files";

pub fn make_live(store: Store, panel: &HtmlElement, place: &HtmlElement) {
    let Some(report) = Report::inside(place, store.client) else { return };
    if let Some(slot) = dom::slot(panel, "own") {
        show_in_use(store, &slot);
    }
    for input in dom::all_in(place, "input") {
        _ = input.remove_attribute("disabled");
    }
    let speaker = report.clone();
    listen(place, "change", move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        read(store, &list(input.files()), &speaker);
        // The same files may be chosen again after they were changed.
        input.set_value("");
    });
    let (details, speaker) = (place.clone(), report.clone());
    listen(panel, FROM_FOLDERS, move |event: CustomEvent| {
        _ = details.set_attribute("open", "");
        match event.detail().dyn_into::<Array>() {
            Ok(files) => read(store, &files, &speaker),
            Err(text) => speaker.say(&text.as_string().unwrap_or_default()),
        }
    });
    let details = place.clone();
    listen(panel, "dragover", move |event: DragEvent| _ = dropped(&event));
    listen(panel, "drop", move |event: DragEvent| {
        if let Some(files) = dropped(&event) {
            _ = details.set_attribute("open", "");
            read(store, &list(Some(files)), &report);
        }
    });
}

/// The files of an event, which is then handled here; None if it is about something else, such as a text. Until the drop the browser
/// tells only that there are files.
fn dropped(event: &DragEvent) -> Option<FileList> {
    let data = event.data_transfer().filter(|data| data.types().includes(&"Files".into(), 0))?;
    event.prevent_default();
    data.files()
}

fn list(files: Option<FileList>) -> Array {
    files.map(|files| Array::from(&files)).unwrap_or_default()
}

/// Reads files, and trains on them if they are a data set.
fn read(store: Store, files: &Array, report: &Report) {
    if files.length() == 0 {
        return;
    }
    // With its folders, if a folder was chosen or dropped.
    let name = |file: JsValue| {
        let path = Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
        path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.unchecked_into::<File>().name())
    };
    let request = Request::Import { names: files.iter().map(name).collect() };
    let (files, report) = (files.clone(), report.clone());
    spawn_local(async move {
        let answer = store.client.run(request, &files, &report, messages::NO_DATA).await;
        if let Some((Reply::Imported(summary), parts)) = answer {
            report.say(&store.use_own(summary, parts.slice(1, 5)).unwrap_or_default());
        }
    });
}

/// Keeps the place up to date that says which data are used, if they are the reader's.
fn show_in_use(store: Store, place: &HtmlElement) {
    let [Some(name), Some(notes), Some(back)] = ["b", "p", "button"].map(|tag| dom::all_in(place, tag).pop()) else {
        return;
    };
    listen(&back, "click", move |_: Event| store.use_digits());
    Effect::new(move || {
        store.own.with(|own| {
            let texts = own.as_ref().map(|summary| (messages::own(summary), messages::notes(summary)));
            let (in_use, about) = texts.unwrap_or_default();
            name.set_text_content(Some(&in_use));
            notes.set_text_content(Some(&about));
            back.set_hidden(own.is_none());
        });
    });
}
