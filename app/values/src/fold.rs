//! Texts as they are sorted, without regard to case, and as they are searched, without regard to case and diacritics.
//! Both are the same for every script and on every database.

mod decomposition;

use std::borrow::Cow;

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

/// `text` in lower case and without diacritics: `Müller` becomes `muller`. Works character by character, as
/// [`fold_into`] does, and makes the same of `text` as of `fold(text)`.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    text.chars().for_each(|character| make_plain(character, &mut |part| plain.push(part)));
    plain.into()
}

/// Calls `push` for each character of the plain form of `character`, which may have none.
pub(crate) fn make_plain(character: char, push: &mut impl FnMut(char)) {
    fold_character(character, |lower| {
        // Faster than the Unicode table. Cyrillic й is the only one of these that has a diacritic.
        if lower.is_ascii() || (matches!(lower, 'а'..='я') && lower != 'й') {
            return push(lower);
        }
        decomposition::each(lower, |part| match without_stroke(part) {
            Some(letters) => letters.chars().for_each(&mut *push),
            None if is_diacritic(part) => {}
            None => push(part),
        });
    });
}

/// The plain form of a letter that Unicode doesn't decompose although it is another one with a stroke, or two joined.
fn without_stroke(letter: char) -> Option<&'static str> {
    Some(match letter {
        'æ' => "ae",
        'ħ' => "h",
        'ı' | 'ɨ' => "i",
        'ł' => "l",
        'ŋ' => "n",
        'ø' => "o",
        'œ' => "oe",
        'ſ' => "s",
        'ß' => "ss",
        'ŧ' => "t",
        'þ' => "th",
        'đ' | 'ð' => "d",
        'ґ' | 'ғ' => "г",
        'қ' => "к",
        'ң' => "н",
        'ө' => "о",
        'ҳ' => "х",
        _ => return None,
    })
}

/// Whether a character is a diacritic on the one before. The vowel signs of Indian scripts are letters.
fn is_diacritic(character: char) -> bool {
    matches!(character,
        // Latin, Greek, Cyrillic
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // Hebrew points
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
        // Arabic vowel signs
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_in_cyrillic_as_in_latin() {
        assert_eq!(fold("ТОВ «Їжак» GmbH"), "тов «їжак» gmbh");
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
    }

    #[test]
    fn a_search_has_neither_case_nor_diacritics() {
        for (text, expected) in [
            ("Müller & Søn", "muller & son"),
            ("Юрій Їжакевич, Ёлка", "юріи іжакевич, елка"),
            ("Ґалаґан", "галаган"),
            ("Łódź, Đorđe, Þór", "lodz, dorde, thor"),
            ("Straße, STRASSE, Æsir", "strasse, strasse, aesir"),
            ("İstanbul Irmak ılık", "istanbul irmak ilik"),
            ("Οδυσσεύς ΟΔΥΣΣΕΎΣ", "οδυσσευσ οδυσσευσ"),
            ("Nguyễn Thị Ước", "nguyen thi uoc"),
            ("e\u{301}te\u{301} Şişli čeština Ñandú", "ete sisli cestina nandu"),
            ("أحمد مُحَمَّد", "احمد محمد"),
            ("שָׁלוֹם", "שלום"),
            ("हिन्दी 한국", "हिन्दी 한국"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn every_character_s_plain_form_is_final_and_is_that_of_its_lower_case() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            let once = plain(&text);
            assert_eq!(plain(&once), once, "{character:?}");
            assert_eq!(plain(&fold(&text)), once, "{character:?}");
        }
    }
}
