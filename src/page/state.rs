//! What the runs do: the main button, and the messages for the reader.

use super::digits::Progress;
use super::dom::{Build, make};
use super::messages;
use super::store::Store;
use crate::pool::Status;
use lab::Results;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;

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
pub fn main_button(store: Store) -> HtmlElement {
    let verb = verb(store);
    let act = move |_| match verb.get_untracked() {
        Verb::Run | Verb::RunAgain => store.run(),
        // Whoever presses Run at the moment at which training starts by itself does not mean Pause.
        Verb::Pause if store.has_just_started_alone() => {}
        Verb::Pause => store.pause(),
    };
    make("button", "primary").on("click", act).saying_always(move || verb.get().label().into())
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

/// Messages for the reader: the progress of fetching the data, the duration, the end, and notices. Progress is shown and not announced.
pub fn notices(store: Store) -> HtmlElement {
    // Whoever uses own data does not wait for the digits.
    let progress = move || if store.own.with(Option::is_some) { Progress::Here } else { store.data.get() };
    let is_over = Memo::new(move |_| store.results.with(Results::is_over));
    let duration = Memo::new(move |_| messages::duration(store.predicted_seconds()).filter(|_| !is_over.get()));
    let passing = make("div", "").holding_always(move || {
        let data = match progress() {
            Progress::Fetching(bytes) => {
                Some(paragraph(&format!("Fetching the digits: {:.1} of 1.6 MB", f64::from(bytes) / 1e6)))
            }
            Progress::Here => None,
            Progress::Failed(sentence) => {
                let again = make("button", "").saying("Try again").on("click", move |_| store.fetch_digits());
                let sentence = format!("The digits are not here: {sentence}. The figures show the recorded run. ");
                Some(paragraph(&sentence).holding([again]))
            }
        };
        data.into_iter().chain(duration.get().map(|sentence| paragraph(&sentence))).collect()
    });
    let end = Memo::new(move |_| store.results.with(messages::end));
    let comparison = Memo::new(move |_| {
        let expected = store.expected.get()?;
        if store.own.with(Option::is_some) {
            return Some(messages::NOT_COMPARED.to_owned());
        }
        Some(messages::comparison(expected, store.fingerprint()?))
    });
    let said = make("div", "").with("role", "status").holding_always(move || {
        let notices = store.notices.with(|notices| notices.sentences().collect::<Vec<_>>());
        let sentences = end.get().into_iter().chain(comparison.get()).chain(notices);
        sentences.map(|sentence| paragraph(&sentence)).collect()
    });
    make("div", "notices").holding([passing, said])
}

fn paragraph(text: &str) -> HtmlElement {
    make("p", "").saying(text)
}
