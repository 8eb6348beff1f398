//! The reader's own images instead of the digits: chosen as files or as a folder, or dropped onto the panel. They never leave the
//! page; the program of files reads them.

use super::files::{Report, State};
use super::store::Store;
use super::view::listen;
use super::{dom, messages};
use files::{Reply, Request};
use js_sys::{Array, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{DragEvent, Event, File, FileList, HtmlElement, HtmlInputElement};

pub fn make_live(store: Store, panel: &HtmlElement, place: &HtmlElement) {
    let state = RwSignal::new(State::Idle);
    if let Some(slot) = dom::slot(place, "report") {
        dom::replace(&slot, move || view! { <Report client=store.client state /> });
    }
    if let Some(slot) = dom::slot(panel, "own") {
        dom::replace(&slot, move || view! { <InUse store state /> });
    }
    for input in dom::all_in(place, "input") {
        _ = input.remove_attribute("disabled");
    }
    listen(place, "change", move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        read(store, input.files(), state);
        // The same files may be chosen again after they were changed.
        input.set_value("");
    });
    let details = place.clone();
    listen(panel, "dragover", move |event: DragEvent| _ = dropped(&event));
    listen(panel, "drop", move |event: DragEvent| {
        if let Some(files) = dropped(&event) {
            _ = details.set_attribute("open", "");
            read(store, Some(files), state);
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

/// Reads files, and trains on them if they are a data set.
fn read(store: Store, files: Option<FileList>, state: RwSignal<State>) {
    let files: Vec<File> = files.iter().flat_map(|files| (0..files.length()).filter_map(|i| files.get(i))).collect();
    if files.is_empty() {
        return;
    }
    // With its folders, if a folder was chosen.
    let name = |file: &File| {
        let path = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
        path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
    };
    let request = Request::Import { names: files.iter().map(name).collect() };
    let files: Array = files.into_iter().collect();
    spawn_local(async move {
        let answer = store.client.run(request, &files, state, messages::NO_DATA).await;
        if let Some((Reply::Imported(summary), parts)) = answer {
            let said = store.use_own(summary, parts.slice(1, 5));
            state.set(said.map_or(State::Idle, State::Said));
        }
    });
}

/// Which data are used, if they are the reader's.
#[component]
fn InUse(store: Store, state: RwSignal<State>) -> impl IntoView {
    let back = move |_| {
        state.set(State::Idle);
        store.use_digits();
    };
    let in_use = move || {
        store.own.get().map(|summary| {
            let notes = summary.notes.iter().map(|note| view! { <p>{messages::note(note)}</p> }).collect_view();
            view! {
                <p><b>{messages::own(&summary)}</b></p>
                {notes}
                <button type="button" on:click=back>"Back to the bundled digits"</button>
            }
        })
    };
    view! { <div role="status">{in_use}</div> }
}
