//! Case folding, the same for every script and on every database.

/// Appends `text` in lower case to `folded`, character by character. Unlike with `str::to_lowercase`, the result for a
/// part of a text doesn't depend on its neighbours, so a folded part is found in the folded whole.
pub fn fold_into(text: &str, folded: &mut String) {
    for character in text.chars() {
        fold_character(character, |lower| folded.push(lower));
    }
}

/// Folds `text`. See [`fold_into`].
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

fn fold_character(character: char, mut push: impl FnMut(char)) {
    // Faster than the Unicode table.
    if character.is_ascii() {
        return push(character.to_ascii_lowercase());
    }
    for lower in character.to_lowercase() {
        // Greek has two lower-case sigmas; the choice depends on the position in the word.
        push(if lower == 'ς' { 'σ' } else { lower });
    }
}

/// Splits `text` at the matches of the folded `needle`. Pieces with `true` are matches; all pieces joined are `text`.
/// An empty needle matches nothing.
#[must_use]
pub fn mark_matches<'a>(text: &'a str, needle: &str) -> Vec<(&'a str, bool)> {
    if needle.is_empty() {
        return vec![(text, false)];
    }
    // For each byte of the folded text, the start of its character in the text.
    let mut folded = String::with_capacity(text.len());
    let mut origins = Vec::with_capacity(text.len() + 1);
    for (start, character) in text.char_indices() {
        fold_character(character, |lower| {
            folded.push(lower);
            origins.resize(folded.len(), start);
        });
    }
    origins.push(text.len());

    let mut pieces = Vec::new();
    let mut written = 0;
    for (at, found) in folded.match_indices(needle) {
        let start = origins[at].max(written);
        // A match that ends within a character's folded form includes the whole character.
        let last = origins[at + found.len() - 1];
        let end = last + text[last..].chars().next().map_or(0, char::len_utf8);
        if written < start {
            pieces.push((&text[written..start], false));
        }
        if start < end {
            pieces.push((&text[start..end], true));
            written = end;
        }
    }
    if written < text.len() || pieces.is_empty() {
        pieces.push((&text[written..], false));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_is_ignored_in_cyrillic_as_in_latin() {
        assert_eq!(fold("ТОВ «Їжак» GmbH"), "тов «їжак» gmbh");
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
    }

    #[test]
    fn matches_are_found_in_either_case() {
        assert_eq!(mark_matches("Київ київ", "ки"), [("Ки", true), ("їв ", false), ("ки", true), ("їв", false)]);
        assert_eq!(mark_matches("İstanbul", "i"), [("İ", true), ("stanbul", false)]);
        assert_eq!(mark_matches("none", "x"), [("none", false)]);
        assert_eq!(mark_matches("", "x"), [("", false)]);
    }

    proptest! {
        #[test]
        fn the_pieces_joined_are_the_text(text in "\\PC{0,12}", needle in "\\PC{0,2}") {
            let joined: String = mark_matches(&text, &fold(&needle)).iter().map(|(piece, _)| *piece).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
