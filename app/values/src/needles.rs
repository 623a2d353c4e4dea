//! The words of a search, and their matches in a text.

use crate::fold::{make_plain, plain};

/// The words of a search, of which all are looked for, or the digits of a telephone number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needles {
    /// The words, as [`plain`] makes them, the longest first. A word that is part of another is left out.
    pub words: Vec<String>,
    /// The digits of a search that has, besides them, only blanks and `+ - ( ) .`, if they aren't its only word.
    pub digits: Option<String>,
}

impl Needles {
    /// Reads a search.
    #[must_use]
    pub fn of(q: &str) -> Self {
        let mut all: Vec<String> = q.split_whitespace().map(|word| plain(word).into_owned()).collect();
        all.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut words: Vec<String> = Vec::new();
        for word in all {
            // Also leaves out a word that has no plain form, such as a single accent.
            if !word.is_empty() && !words.iter().any(|longer| longer.contains(&word)) {
                words.push(word);
            }
        }
        let digits = digits(q).filter(|digits| *words != [digits.as_str()]);
        Self { words, digits }
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Everything that is looked for.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.words.iter().chain(&self.digits).map(String::as_str)
    }

    /// Splits `text` at the matches. Pieces with `true` are matches; all pieces joined are `text`.
    #[must_use]
    pub fn mark<'a>(&self, text: &'a str) -> Vec<(&'a str, bool)> {
        if self.is_empty() {
            return vec![(text, false)];
        }
        // For each byte of the plain text, the start of its character in the text.
        let mut plain = String::with_capacity(text.len());
        let mut origins = Vec::with_capacity(text.len());
        for (start, character) in text.char_indices() {
            make_plain(character, &mut |part| {
                plain.push(part);
                origins.resize(plain.len(), start);
            });
        }
        // Whether each character is in a match, by its start. `None` for one that has no plain form.
        let mut marks = vec![None; text.len()];
        for &start in &origins {
            marks[start] = Some(false);
        }
        for needle in self.all() {
            for (at, found) in plain.match_indices(needle) {
                // A match that ends within a character's plain form includes the whole character.
                for &start in &origins[at..at + found.len()] {
                    marks[start] = Some(true);
                }
            }
        }

        let mut pieces = Vec::new();
        let (mut written, mut within) = (0, false);
        for (start, _) in text.char_indices() {
            // A diacritic belongs to the letter before it.
            let marked = marks[start].unwrap_or(within);
            if marked != within {
                pieces.push((&text[written..start], within));
                (written, within) = (start, marked);
            }
        }
        pieces.push((&text[written..], within));
        pieces.retain(|(piece, _)| !piece.is_empty());
        pieces
    }
}

/// The digits of a text that may be a telephone number. `None` for another text.
#[must_use]
pub fn digits(text: &str) -> Option<String> {
    let separates = |character: char| character.is_whitespace() || "+-().".contains(character);
    let digits: String = text.chars().filter(|character| !separates(*character)).collect();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn needles(q: &str) -> (Vec<String>, Option<String>) {
        let Needles { words, digits } = Needles::of(q);
        (words, digits)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_search_is_split_at_blanks_and_a_word_within_another_is_left_out() {
        assert_eq!(needles("  Лисенко\u{a0}Юрій "), (words(&["лисенко", "юріи"]), None));
        assert_eq!(needles("an Ivan an"), (words(&["ivan"]), None));
        assert_eq!(needles(" \u{301} "), (Vec::new(), None));
        assert!(Needles::of("").is_empty());
    }

    #[test]
    fn a_telephone_number_is_also_looked_for_by_its_digits() {
        let number = Some("380683900150".to_owned());
        assert_eq!(needles("+380 68 390-01-50"), (words(&["390-01-50", "+380", "68"]), number.clone()));
        assert_eq!(needles("+380(68)390.01.50").1, number);
        assert_eq!(needles("380683900150"), (words(&["380683900150"]), None));
        assert_eq!(needles("380 68x").1, None);
        assert_eq!(needles("+").1, None);
    }

    #[test]
    fn each_word_s_matches_are_marked() {
        fn marked<'a>(text: &'a str, q: &str) -> Vec<&'a str> {
            Needles::of(q).mark(text).into_iter().filter(|(_, marked)| *marked).map(|(piece, _)| piece).collect()
        }
        assert_eq!(marked("Київ київ", "ки"), ["Ки", "ки"]);
        assert_eq!(marked("Jörg Müller", "mull jo"), ["Jö", "Müll"]);
        assert_eq!(marked("İstanbul", "i"), ["İ"]);
        assert_eq!(marked("Straße", "s"), ["S", "ß"]);
        assert_eq!(marked("Jo\u{308}rg", "jo"), ["Jo\u{308}"]);
        assert_eq!(marked("+380683900150", "+380 68 390-01-50"), ["+380683900150"]);
        assert_eq!(marked("abcd", "bc ab"), ["abc"]);
        assert_eq!(Needles::of("x").mark("none"), [("none", false)]);
        assert_eq!(Needles::of("x").mark(""), []);
    }

    proptest! {
        #[test]
        fn the_pieces_joined_are_the_text(text in "\\PC{0,12}", q in "\\PC{0,3}") {
            let joined: String = Needles::of(&q).mark(&text).iter().map(|(piece, _)| *piece).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
