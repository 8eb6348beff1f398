//! Notices stay few, whatever an address contains.

use lab::text::thousands;

/// The most notices at a time.
const MOST: usize = 5;

/// The first notices, and how many more there are.
pub fn first(mut notices: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    let n_more = notices.len().saturating_sub(MOST);
    let mut shown: Vec<String> = notices.by_ref().take(MOST).collect();
    if n_more > 0 {
        shown.push(format!("And {} more.", thousands(n_more as f64)));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_five_are_shown_and_the_rest_is_counted() {
        let notices = |n: usize| (0..n).map(|i| i.to_string());
        assert_eq!(first(notices(0)), Vec::<String>::new());
        assert_eq!(first(notices(5)), ["0", "1", "2", "3", "4"]);
        assert_eq!(first(notices(6)).last().unwrap(), "And 1 more.");
        assert_eq!(first(notices(1_234)).last().unwrap(), "And 1,229 more.");
    }
}
