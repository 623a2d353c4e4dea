//! What a name may look like, and for which other one it could be taken. Native only.

use super::QuestionnaireField;
use crate::intake::{LineError, record::Record};
use values::links::site_link;

/// The fewest and the most characters of a name; eleven are all that a short message has room for
/// (3GPP TS 23.040, 9.1.2.5).
const SHORTEST: usize = 3;
const LONGEST: usize = 11;

/// What the printable characters of ASCII have that no name may: some of it isn't in the alphabet of short messages
/// (3GPP TS 23.038), or takes two places there.
const FORBIDDEN: &str = "{|,;%'#!^=[]()/~<>}\"\\";

/// What a name that isn't one does wrong: reads on after the name's field.
pub fn check(name: &str) -> Result<(), String> {
    if let Some(stranger) = name.chars().find(|character| !(' '..='~').contains(character)) {
        let code = u32::from(stranger);
        return Err(match latin_twin(stranger) {
            Some(twin) => {
                format!(
                    "has “{stranger}” in it (U+{code:04X}), which only looks like the Latin {twin}: type the Latin one"
                )
            }
            None => format!(
                "has “{}” in it (U+{code:04X}): a name has Latin letters, digits and plain signs only",
                stranger.escape_debug()
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

fn spaced(characters: &str) -> String {
    characters.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// The Latin letter that a Cyrillic or Greek one is mistaken for.
fn latin_twin(character: char) -> Option<char> {
    const STRANGERS: &str = "АВЕКМНОРСТХІЈЅУаеорсхуіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο";
    const TWINS: &str = "ABEKMHOPCTXIJSYaeopcxyijsABEZHIKMNOPTYXo";
    let at = STRANGERS.chars().position(|stranger| stranger == character)?;
    TWINS.chars().nth(at)
}

/// A name without regard to case; unique within a client. Only Latin letters have a case here, as in both databases.
#[must_use]
pub fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// What is left of a name when characters that are taken for each other are the same one, and signs count for nothing:
/// `PayPaI` and `Pay-Pal` look like `paypal`. After the skeletons of Unicode's UTS #39, in ASCII alone and without
/// regard to case.
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

/// The same without the digits at the end, which are easily overlooked: `PayPal1` has the core of `PayPal`. A name of
/// which little is left has its whole look for a core.
#[must_use]
pub fn stem(name: &str) -> String {
    let signs = |character: char| !character.is_ascii_alphanumeric();
    let without = name.trim_end_matches(signs).trim_end_matches(|last: char| last.is_ascii_digit());
    let core = skeleton(without);
    if core.len() < SHORTEST { skeleton(name) } else { core }
}

/// What names look like that could be taken for an operator: its whole name, and the first word of it.
pub fn skeletons_of_operator(operator: &str) -> impl Iterator<Item = String> {
    let first = operator.split(' ').next().unwrap_or_default();
    [skeleton(operator), skeleton(first)].into_iter().filter(|skeleton| skeleton.len() >= SHORTEST)
}

/// What a questionnaire says, in the order of [`QuestionnaireField::ALL`].
pub type Questionnaire = [Option<String>; 5];

/// Most characters of the questionnaire's texts.
const ENTITY: usize = 250;
const NUMBER: usize = 50;
const TEXT: usize = 1_000;

/// Reads the questionnaire of a record; what isn't there isn't known.
///
/// # Errors
/// Names the field that can't be so, and why.
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
    fn every_stranger_has_its_twin() {
        for stranger in "АВЕКМНОРСТХІЈЅУаеорсхуіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο".chars() {
            let twin = latin_twin(stranger).expect("a twin");
            assert!(twin.is_ascii_alphabetic(), "{stranger} {twin}");
        }
        assert_eq!((latin_twin('о'), latin_twin('Χ'), latin_twin('ж')), (Some('o'), Some('X'), None));
    }

    #[test]
    fn names_that_are_taken_for_each_other_look_the_same() {
        let alike = |one: &str, other: &str| {
            let looks = |name: &str| [skeleton(name), stem(name)];
            looks(one).iter().any(|look| looks(other).contains(look))
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
