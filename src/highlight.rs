//! The highlight that words of the prose share with the figures. Pointing at a word highlights its mark for a while and then gives back
//! what was selected; a press keeps it, and a second press ends it. Knows no page.

/// What all figures highlight: a layer, from 1, and a variant, by position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub layer: Option<usize>,
    pub variant: Option<usize>,
}

/// What a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Layer(usize),
    Variant(usize),
}

impl Word {
    pub fn is_in(self, selection: Selection) -> bool {
        match self {
            Self::Layer(layer) => selection.layer == Some(layer),
            Self::Variant(variant) => selection.variant == Some(variant),
        }
    }
}

/// The word that is pointed at or has the focus, and the selection before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Highlight(Option<(Word, Selection)>);

impl Highlight {
    /// Highlights a word for a while.
    pub fn show(&mut self, now: Selection, word: Word) -> Selection {
        if self.0.is_some_and(|(shown, _)| shown == word) {
            return now;
        }
        let before = self.0.map_or(now, |(shown, _)| self.give_back(now, shown));
        self.0 = Some((word, before));
        with(before, word, true)
    }

    /// Ends [`show`](Self::show). What was selected elsewhere in the meantime stays.
    pub fn give_back(&mut self, now: Selection, word: Word) -> Selection {
        let Some((_, before)) = self.0.take_if(|(shown, _)| *shown == word) else { return now };
        match word {
            _ if !word.is_in(now) => now,
            Word::Layer(_) => Selection { layer: before.layer, ..now },
            Word::Variant(_) => Selection { variant: before.variant, ..now },
        }
    }

    /// Keeps a word's highlight, or ends it if it was kept.
    pub fn press(&mut self, now: Selection, word: Word) -> Selection {
        let is_on = !self.is_kept(now, word);
        let now = self.0.map_or(now, |(shown, _)| self.give_back(now, shown));
        with(now, word, is_on)
    }

    /// Whether a word's highlight stays when nothing points at it.
    pub fn is_kept(&self, now: Selection, word: Word) -> bool {
        let before = self.0.filter(|(shown, _)| *shown == word && word.is_in(now)).map(|(_, before)| before);
        word.is_in(before.unwrap_or(now))
    }
}

fn with(selection: Selection, word: Word, is_on: bool) -> Selection {
    match word {
        Word::Layer(layer) => Selection { layer: is_on.then_some(layer), ..selection },
        Word::Variant(variant) => Selection { variant: is_on.then_some(variant), ..selection },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Word::{Layer, Variant};

    const BEFORE: Selection = Selection { layer: Some(4), variant: Some(0) };

    #[test]
    fn pointing_gives_back_what_was_selected() {
        let mut highlight = Highlight::default();
        let shown = highlight.show(BEFORE, Variant(1));
        assert_eq!(shown, Selection { variant: Some(1), ..BEFORE });
        assert!(!highlight.is_kept(shown, Variant(1)));
        assert_eq!(highlight.show(shown, Variant(1)), shown, "the focus follows the pointer");
        assert_eq!(highlight.give_back(shown, Layer(1)), shown, "another word");
        let other = highlight.show(shown, Layer(1));
        assert_eq!(other, Selection { layer: Some(1), ..BEFORE }, "one word at a time");
        assert_eq!(highlight.give_back(other, Layer(1)), BEFORE);
        assert_eq!(highlight.give_back(BEFORE, Layer(1)), BEFORE);
    }

    #[test]
    fn a_press_keeps_and_another_ends() {
        let mut highlight = Highlight::default();
        let kept = Selection { variant: Some(1), ..BEFORE };
        let shown = highlight.show(BEFORE, Variant(1));
        assert_eq!(highlight.press(shown, Variant(1)), kept);
        assert!(highlight.is_kept(kept, Variant(1)));
        assert_eq!(highlight.give_back(kept, Variant(1)), kept, "the pointer leaves");
        let ended = Selection { variant: None, ..BEFORE };
        let shown = highlight.show(kept, Variant(1));
        assert!(highlight.is_kept(shown, Variant(1)));
        assert_eq!(highlight.press(shown, Variant(1)), ended);
        // Without pointing first, as by touch.
        assert_eq!(highlight.press(ended, Variant(1)), kept);
        assert_eq!(highlight.press(kept, Variant(1)), ended);
    }

    #[test]
    fn what_a_figure_selects_meanwhile_stays() {
        let mut highlight = Highlight::default();
        highlight.show(BEFORE, Variant(1));
        let selected = Selection { layer: Some(2), variant: Some(2) };
        assert_eq!(highlight.give_back(selected, Variant(1)), selected);
        let shown = highlight.show(BEFORE, Variant(1));
        let moved = Selection { layer: Some(2), ..shown };
        assert!(highlight.is_kept(moved, Layer(2)));
        assert_eq!(highlight.give_back(moved, Variant(1)), Selection { layer: Some(2), ..BEFORE });
    }
}
