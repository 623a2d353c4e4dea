//! The rules of a name, and its skeleton for finding look-alikes.

use super::QuestionnaireField;
use crate::intake::{LineError, record::Record};
use values::links::site_link;

/// The shortest name, in characters.
const SHORTEST: usize = 3;
/// The longest name, in characters: a short message has no space for more (3GPP TS 23.040, 9.1.2.5).
const LONGEST: usize = 11;

/// The printable characters of ASCII that no name may have. Some aren't in the alphabet of short messages (3GPP TS
/// 23.038), or take two places there.
const FORBIDDEN: &str = "{|,;%'#!^=[]()/~<>}\"\\";

/// Checks a name. The error continues a sentence that begins with the name.
pub fn check(name: &str) -> Result<(), String> {
    if let Some(foreign) = name.chars().find(|character| !(' '..='~').contains(character)) {
        let code = u32::from(foreign);
        return Err(match latin_look_alike(foreign) {
            Some(latin) => {
                format!(
                    "has “{foreign}” in it (U+{code:04X}), which only looks like the Latin {latin}: type the Latin one"
                )
            }
            None => format!(
                "has “{}” in it (U+{code:04X}): a name has Latin letters, digits and plain signs only",
                foreign.escape_debug()
            ),
        });
    }
    if let Some(forbidden) = name.chars().find(|character| FORBIDDEN.contains(*character)) {
        return Err(format!("has “{forbidden}” in it, which no name may have: nor any of {}", spaced(FORBIDDEN)));
    }
    let length = name.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        let characters = if length == 1 { "character" } else { "characters" };
        return Err(format!("is {length} {characters} long: a name has {SHORTEST} to {LONGEST}"));
    }
    if !name.contains(|character: char| character.is_ascii_alphabetic()) {
        return Err("has no Latin letter in it: digits and signs alone are no name".to_owned());
    }
    Ok(())
}

/// Puts spaces between characters.
fn spaced(characters: &str) -> String {
    characters.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// Finds the Latin letter that looks like a Cyrillic or Greek one.
fn latin_look_alike(character: char) -> Option<char> {
    const FOREIGN: &str = "АВЕКМНОРСТХІЈЅУаеорсхуіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο";
    const LATIN: &str = "ABEKMHOPCTXIJSYaeopcxyijsABEZHIKMNOPTYXo";
    let at = FOREIGN.chars().position(|foreign| foreign == character)?;
    LATIN.chars().nth(at)
}

/// The name in lower case, unique within a client. Only ASCII letters change, as in both databases.
#[must_use]
pub fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Unifies look-alike characters and removes signs: `PayPaI` and `Pay-Pal` have the same skeleton as `paypal`. Follows
/// the skeletons of Unicode's UTS #39, for ASCII alone and without regard to case.
#[must_use]
pub fn skeleton(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|letter| match letter.to_ascii_lowercase() {
        '0' => 'o',
        '1' | 'i' | 'j' => 'l',
        '2' => 'z',
        '5' => 's',
        '8' => 'b',
        letter => letter,
    });
    let skeleton: String = letters.collect();
    skeleton.replace("rn", "m").replace("vv", "w")
}

/// The skeleton without the digits at the end, which are easily overlooked: `PayPal1` has the stem of `PayPal`. If too
/// little is left, the stem is the whole skeleton.
#[must_use]
pub fn stem(name: &str) -> String {
    let signs = |character: char| !character.is_ascii_alphanumeric();
    let without = name.trim_end_matches(signs).trim_end_matches(|last: char| last.is_ascii_digit());
    let stem = skeleton(without);
    if stem.len() < SHORTEST { skeleton(name) } else { stem }
}

/// The skeletons of an operator: of its whole name, and of the first word.
pub fn skeletons_of_operator(operator: &str) -> impl Iterator<Item = String> {
    let first = operator.split(' ').next().unwrap_or_default();
    [skeleton(operator), skeleton(first)].into_iter().filter(|skeleton| skeleton.len() >= SHORTEST)
}

/// The answers of a questionnaire, in the order of [`QuestionnaireField::ALL`].
pub type Questionnaire = [Option<String>; 5];

/// The longest legal entity and web site, in characters.
const ENTITY: usize = 250;
/// The longest registration ID, in characters.
const NUMBER: usize = 50;
/// The longest contacts and subject, in characters.
const TEXT: usize = 1_000;

/// Reads the questionnaire of a record. A missing field is `None`.
///
/// # Errors
/// Has the wrong field and the reason.
pub fn questionnaire(record: &mut Record) -> Result<Questionnaire, LineError> {
    let mut read = |field: QuestionnaireField| {
        let name = field.word();
        match field {
            QuestionnaireField::Initiator => {
                record.checked(name, ENTITY, has_letters, "is no legal entity's name: it has no letters")
            }
            QuestionnaireField::RegistrationId => record.checked(
                name,
                NUMBER,
                is_registration_id,
                "is no registration ID: letters, digits, blanks and . - / only, with a digit among them",
            ),
            QuestionnaireField::WebSite => {
                record.checked(name, ENTITY, |site| site_link(site).is_some(), "is no web site such as shop.example")
            }
            QuestionnaireField::Contacts | QuestionnaireField::Subject => match record.lines(name, TEXT)? {
                Some(text) if !has_letters(&text) => Err(record.refuse(name, "has no letters in it")),
                text => Ok(text),
            },
        }
    };
    Ok([
        read(QuestionnaireField::Initiator)?,
        read(QuestionnaireField::RegistrationId)?,
        read(QuestionnaireField::Contacts)?,
        read(QuestionnaireField::WebSite)?,
        read(QuestionnaireField::Subject)?,
    ])
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

fn is_registration_id(text: &str) -> bool {
    text.chars().any(char::is_numeric) && text.chars().all(|c| c.is_alphanumeric() || " .-/".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_three_to_eleven_plain_characters_with_a_letter_among_them() {
        for name in ["ABC", "Shop", "Shop 24", "A-1", "24x7", "A&B+C", "abcdefghijk", "x_@$*.:?`"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for (name, said) in [
            ("AB", "is 2 characters long: a name has 3 to 11"),
            ("", "is 0 characters long"),
            ("abcdefghijkl", "is 12 characters long"),
            ("12345", "no Latin letter"),
            ("+1-2", "no Latin letter"),
            ("a,b", "has “,” in it"),
            ("<b>x</b>", "has “<” in it"),
            ("a\\b", "has “\\” in it"),
            ("РayPal", "(U+0420), which only looks like the Latin P"),
            ("Їжак", "(U+0407): a name has Latin letters"),
            ("Café", "(U+00E9): a name has Latin letters"),
            ("a\u{202e}bc", "“\\u{202e}” in it"),
        ] {
            let problem = check(name).expect_err(name);
            assert!(problem.contains(said), "{name}: {problem}");
        }
        for forbidden in FORBIDDEN.chars() {
            assert!(check(&format!("Ab{forbidden}c")).is_err(), "{forbidden}");
        }
    }

    #[test]
    fn every_foreign_look_alike_has_its_latin_letter() {
        for foreign in "АВЕКМНОРСТХІЈЅУаеорсхуіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο".chars() {
            let latin = latin_look_alike(foreign).expect("a Latin letter");
            assert!(latin.is_ascii_alphabetic(), "{foreign} {latin}");
        }
        assert_eq!((latin_look_alike('о'), latin_look_alike('Χ'), latin_look_alike('ж')), (Some('o'), Some('X'), None));
    }

    #[test]
    fn names_that_are_mistaken_for_each_other_have_a_skeleton_or_a_stem_in_common() {
        let alike = |one: &str, other: &str| {
            let both = |name: &str| [skeleton(name), stem(name)];
            both(one).iter().any(|text| both(other).contains(text))
        };
        for (one, other) in [
            ("PayPal", "PayPal1"),
            ("PayPal", "PayPaI"),
            ("PayPal", "PAYPA1"),
            ("PayPal", "Pay-Pal"),
            ("PayPal", "PayPal 24"),
            ("Novo", "N0V0"),
            ("Bank", "8ank"),
            ("Comodo", "Cornodo"),
            ("ALI", "AL1"),
        ] {
            assert!(alike(one, other) && alike(other, one), "{one} {other}");
        }
        for (one, other) in [("PayPal", "PayPay"), ("A24", "A25"), ("Shop", "Shopify"), ("F16", "F35")] {
            assert!(!alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_name_like_an_operator_s_is_known() {
        let is_like = |name: &str, operator: &str| {
            skeletons_of_operator(operator).any(|other| other == skeleton(name) || other == stem(name))
        };
        for (name, operator) in [
            ("Kyivstar", "Kyivstar"),
            ("KYIVSTAR1", "Kyivstar"),
            ("V0dafone", "Vodafone Ukraine"),
            ("life-cell", "lifecell"),
        ] {
            assert!(is_like(name, operator), "{name} {operator}");
        }
        assert!(!is_like("Kyiv", "Kyivstar"));
        assert!(!is_like("Ukraine", "Vodafone Ukraine"));
    }
}
