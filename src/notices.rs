//! Messages for the reader. They stay few, whatever an address contains and whatever fails.

use lab::text::thousands;

/// The most messages at a time.
const MOST: usize = 5;

/// The first messages, and how many came after them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notices {
    first: Vec<String>,
    n_more: usize,
}

impl Notices {
    /// Adds a message that is not shown yet.
    pub fn push(&mut self, notice: String) {
        if self.first.contains(&notice) {
            return;
        }
        if self.first.len() < MOST {
            self.first.push(notice);
        } else {
            self.n_more += 1;
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The messages to show.
    pub fn sentences(&self) -> impl Iterator<Item = String> + '_ {
        let more = (self.n_more > 0).then(|| format!("And {} more.", thousands(self.n_more as f64)));
        self.first.iter().cloned().chain(more)
    }
}

/// Formats no more messages than are shown.
impl<T: ExactSizeIterator<Item = String>> From<T> for Notices {
    fn from(mut notices: T) -> Self {
        let n_more = notices.len().saturating_sub(MOST);
        Self { first: notices.by_ref().take(MOST).collect(), n_more }
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
        assert_eq!(shown(&many).last().unwrap(), "And 1,230 more.");
        many.clear();
        many.push("again".into());
        many.push("again".into());
        assert_eq!(shown(&many), ["again"]);
    }
}
