//! What the runs do: the main button, and the messages for the reader.

use super::digits::Progress;
use super::messages;
use super::store::Store;
use crate::pool::Status;
use lab::Results;
use leptos::prelude::*;

/// The action of the main button.
#[derive(Clone, Copy, PartialEq)]
pub enum Verb {
    Run,
    Pause,
    RunAgain,
}

impl Verb {
    fn label(self) -> &'static str {
        match self {
            Self::Run => "Run",
            Self::Pause => "Pause",
            Self::RunAgain => "Run again",
        }
    }
}

/// Runs, pauses, or runs again.
#[component]
pub fn MainButton(store: Store) -> impl IntoView {
    let verb = verb(store);
    let act = move |_| match verb.get_untracked() {
        Verb::Run | Verb::RunAgain => store.run(),
        // Whoever presses Run at the moment at which training starts by itself does not mean Pause.
        Verb::Pause if store.has_just_started_alone() => {}
        Verb::Pause => store.pause(),
    };
    view! { <button class="primary" on:click=act>{move || verb.get().label()}</button> }
}

/// What the main button does.
pub fn verb(store: Store) -> Memo<Verb> {
    Memo::new(move |_| {
        let is_running = store.statuses.with(|statuses| statuses.contains(&Some(Status::Running)));
        if store.results.with(Results::is_over) {
            Verb::RunAgain
        } else if is_running {
            Verb::Pause
        } else {
            Verb::Run
        }
    })
}

/// Messages for the reader: the progress of fetching the data, the duration, the end, and notices.
#[component]
pub fn Notices(store: Store) -> impl IntoView {
    // Whoever uses own data does not wait for the digits.
    let progress = move || if store.own.with(Option::is_some) { Progress::Here } else { store.data.get() };
    let data = move || match progress() {
        Progress::Fetching(bytes) => {
            view! { <p>{format!("Fetching the digits: {:.1} of 1.6 MB", f64::from(bytes) / 1e6)}</p> }.into_any()
        }
        Progress::Here => ().into_any(),
        Progress::Failed(sentence) => view! {
            <p>{format!("The digits are not here: {sentence}. The figures show the recorded run. ")}
                <button on:click=move |_| store.fetch_digits()>"Try again"</button></p>
        }
        .into_any(),
    };
    let end = Memo::new(move |_| store.results.with(messages::end));
    let end = move || end.get().map(|sentence| view! { <p>{sentence}</p> });
    let comparison = Memo::new(move |_| {
        let expected = store.expected.get()?;
        if store.own.with(Option::is_some) {
            return Some(messages::NOT_COMPARED.to_owned());
        }
        Some(messages::comparison(expected, store.fingerprint()?))
    });
    let comparison = move || comparison.get().map(|sentence| view! { <p>{sentence}</p> });
    let is_over = Memo::new(move |_| store.results.with(Results::is_over));
    let duration = Memo::new(move |_| messages::duration(store.predicted_seconds()).filter(|_| !is_over.get()));
    let duration = move || duration.get().map(|sentence| view! { <p>{sentence}</p> });
    let notices = move || store.notices.get().into_iter().map(|notice| view! { <p>{notice}</p> }).collect_view();
    // Progress is shown and not announced.
    view! { <div class="notices">{data}{duration}<div role="status">{end}{comparison}{notices}</div></div> }
}
