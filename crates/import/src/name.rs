//! Names of files: the folders in them, what they promise, and their natural order. A name is only compared and printed; nothing
//! is ever opened or written under it, so that `../` is without effect.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

/// Characters of a name in a message.
const MAX_SHOWN: usize = 160;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Train,
    HeldOut,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// For messages, without control characters.
    pub shown: String,
    /// Folders and the file's own name.
    pub parts: Vec<String>,
}

impl Name {
    pub fn new(name: &str) -> Self {
        let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..") && !is_drive(part));
        Self { shown: printable(name), parts: parts.map(str::to_owned).collect() }
    }

    /// The name of a file in a zip; the zip counts as a folder.
    pub fn in_zip(&self, name: &str) -> Self {
        let inner = Self::new(name);
        let stem = self.parts.iter().map(|part| part.strip_suffix(".zip").unwrap_or(part).to_owned());
        Self { shown: format!("{}: {}", self.shown, inner.shown), parts: stem.chain(inner.parts).collect() }
    }

    pub fn folders(&self) -> &[String] {
        self.parts.split_last().map_or(&[], |(_, folders)| folders)
    }

    pub fn own(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// What operating systems add to folders and zips.
    pub fn is_hidden(&self) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|part| part.starts_with('.') || part == "__MACOSX")
    }

    pub fn promises_image(&self) -> bool {
        const EXTENSIONS: [&str; 14] =
            ["png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "dib", "webp", "tif", "tiff", "avif", "heic", "svg"];
        let own = self.own().to_lowercase();
        own.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
    }

    pub fn promises_idx(&self) -> bool {
        tokens(self.own()).any(|token| is_format(&token))
    }

    /// Whether the name is that of a training or a held-out file. The file's own name counts first, then its folder's.
    pub fn role(&self) -> Option<Role> {
        self.parts.iter().rev().find_map(|part| role(part))
    }

    /// The name without what tells the four files of a data set apart: `emnist-letters`.
    pub fn set(&self) -> String {
        let is_noise =
            |token: &str| is_format(token) || matches!(token, "images" | "labels" | "image" | "label" | "gz");
        let own = tokens(self.own()).filter(|token| !is_noise(token) && token_role(token).is_none());
        own.collect::<Vec<_>>().join("-")
    }
}

/// The role that a folder or file promises by its name.
pub fn role(part: &str) -> Option<Role> {
    tokens(part).find_map(|token| token_role(&token))
}

fn token_role(token: &str) -> Option<Role> {
    if token.starts_with("train") {
        return Some(Role::Train);
    }
    let is_held_out = token.starts_with("test") || token.starts_with("valid");
    (is_held_out || matches!(token, "t10k" | "held" | "heldout" | "holdout" | "val" | "eval")).then_some(Role::HeldOut)
}

fn is_format(token: &str) -> bool {
    matches!(token, "idx" | "idx1" | "idx3" | "ubyte")
}

fn tokens(part: &str) -> impl Iterator<Item = String> {
    part.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).map(str::to_lowercase)
}

fn is_drive(part: &str) -> bool {
    part.len() == 2 && part.ends_with(':')
}

fn printable(name: &str) -> String {
    let printable = name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c });
    let mut shown: String = printable.take(MAX_SHOWN).collect();
    if name.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Compares numbers in names by their value and letters without their case: 2 before 10, a before B.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let order = match (x.peek().copied(), y.peek().copied()) {
            (None, None) => return a.cmp(b),
            (x, y) if x.is_none() || y.is_none() => return x.cmp(&y),
            (Some(c), Some(d)) if c.is_ascii_digit() && d.is_ascii_digit() => {
                let (m, n) = (number(&mut x), number(&mut y));
                m.len().cmp(&n.len()).then(m.cmp(&n))
            }
            _ => x.next().map(lower).cmp(&y.next().map(lower)),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The digits of the number that comes next, without leading zeros.
fn number(chars: &mut Peekable<Chars<'_>>) -> String {
    let digits: String = std::iter::from_fn(|| chars.next_if(char::is_ascii_digit)).collect();
    digits.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_cannot_climb() {
        for name in ["../../cats/1.png", "/cats/1.png", "C:\\cats\\1.png", "./cats//1.png", "cats/1.png"] {
            assert_eq!(Name::new(name).parts, ["cats", "1.png"], "{name}");
        }
        assert!(Name::new("../..").is_hidden() && Name::new("__MACOSX/a/1.png").is_hidden());
        assert!(Name::new("a/.DS_Store").is_hidden() && !Name::new("a/b.png").is_hidden());
        assert_eq!(Name::new("a\u{1b}[2J").shown, "a\u{fffd}[2J");
        assert_eq!(Name::new(&"ä".repeat(200)).shown, "ä".repeat(160) + "…");
    }

    #[test]
    fn names_promise_their_role_and_their_set() {
        for (name, role, set) in [
            ("train-images-idx3-ubyte.gz", Some(Role::Train), ""),
            ("t10k-labels.idx1-ubyte", Some(Role::HeldOut), ""),
            ("emnist-byclass-test-labels-idx1-ubyte.gz", Some(Role::HeldOut), "emnist-byclass"),
            ("validation/images-idx3-ubyte", Some(Role::HeldOut), ""),
            ("latest/train_images.gz", Some(Role::Train), ""),
            ("train/test-images", Some(Role::HeldOut), ""),
            ("latest/contest/images", None, ""),
        ] {
            assert_eq!((Name::new(name).role(), Name::new(name).set().as_str()), (role, set), "{name}");
        }
    }

    /// Sorting panics if an order is not total.
    #[test]
    fn the_natural_order_is_total() {
        let mut rng = nn::rng::Rng::weights(1);
        let mut below = |n: usize| (rng.unit() * n as f64) as usize;
        let letters = ['0', '1', '9', 'a', 'A', 'b', ':', '-', 'é', 'É', 'İ', '٣'];
        let names: Vec<String> =
            (0..60).map(|_| (0..below(5)).map(|_| letters[below(letters.len())]).collect()).collect();
        for (a, b) in names.iter().flat_map(|a| names.iter().map(move |b| (a, b))) {
            assert_eq!(natural(a, b), natural(b, a).reverse(), "{a} {b}");
            assert_eq!(natural(a, b).is_eq(), a == b);
            for c in names.iter().filter(|c| natural(a, b).is_lt() && natural(b, c).is_lt()) {
                assert!(natural(a, c).is_lt(), "{a} {b} {c}");
            }
        }
    }

    #[test]
    fn numbers_are_ordered_by_value() {
        let mut names = ["b", "10", "Zebra", "2", "a10", "a9", "A", "a", "02", "é"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["02", "2", "10", "A", "a", "a9", "a10", "b", "Zebra", "é"]);
    }
}
