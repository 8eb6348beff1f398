//! Messages for the reader. They stay few, whatever an address contains and whatever fails.

use lab::text::thousands;

/// How many messages are shown at a time.
const MAX_NOTICES: usize = 5;

/// Some messages, the newest of them last, and how many others there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notices {
    shown: Vec<String>,
    n_more: usize,
}

impl Notices {
    /// Adds a message that is not shown yet; the oldest makes room for it.
    pub fn push(&mut self, notice: String) {
        if self.shown.contains(&notice) {
            return;
        }
        if self.shown.len() == MAX_NOTICES {
            self.shown.remove(0);
            self.n_more += 1;
        }
        self.shown.push(notice);
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The messages to show.
    pub fn sentences(&self) -> impl Iterator<Item = String> + '_ {
        let more = (self.n_more > 0).then(|| format!("And {} more.", thousands(self.n_more as f64)));
        self.shown.iter().cloned().chain(more)
    }
}

/// The first messages are shown, and no others are formatted.
impl<T: ExactSizeIterator<Item = String>> From<T> for Notices {
    fn from(mut notices: T) -> Self {
        let n_more = notices.len().saturating_sub(MAX_NOTICES);
        Self { shown: notices.by_ref().take(MAX_NOTICES).collect(), n_more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_five_are_shown_and_the_rest_is_counted() {
        let notices = |n: usize| Notices::from((0..n).map(|i| i.to_string()));
        let shown = |notices: &Notices| notices.sentences().collect::<Vec<_>>();
        assert_eq!(shown(&notices(0)), Vec::<String>::new());
        assert_eq!(shown(&notices(5)), ["0", "1", "2", "3", "4"]);
        let mut many = notices(1_234);
        assert_eq!(shown(&many), ["0", "1", "2", "3", "4", "And 1,229 more."]);
        many.push("a later one".into());
        assert_eq!(shown(&many), ["1", "2", "3", "4", "a later one", "And 1,230 more."]);
        many.clear();
        many.push("again".into());
        many.push("again".into());
        assert_eq!(shown(&many), ["again"]);
    }
}
