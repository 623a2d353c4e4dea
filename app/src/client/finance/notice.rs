//! What clients are told by mail, in their language. Native only.
//!
//! Another language is another arm in [`Language::of`] and in each text.

use crate::mail::Text;

/// A language that mails are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    English,
    Ukrainian,
}

impl Language {
    /// The language of a tag (BCP 47), or English where there is no text in it.
    fn of(tag: &str) -> Self {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "uk" => Self::Ukrainian,
            _ => Self::English,
        }
    }
}

/// Tells a client of its new credit: its language, its login, what it is called, and the amount with its currency.
#[must_use]
pub fn credit_changed(language: &str, login: &str, called: Option<&str>, credit: &str) -> Text {
    let called = called.map(|name| format!(" {name}")).unwrap_or_default();
    match Language::of(language) {
        Language::English => Text {
            subject: format!("The credit of your account {login} has changed"),
            body: format!(
                "Hello{called},\n\nThe credit of your account {login} is now {credit}.\n\
                 Your balance may go below zero by this amount.\n"
            ),
        },
        Language::Ukrainian => Text {
            subject: format!("Кредит вашого рахунку {login} змінено"),
            body: format!(
                "Вітаємо{called}!\n\nКредит вашого рахунку {login} тепер становить {credit}.\n\
                 На цю суму баланс може бути нижчим за нуль.\n"
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_reads_its_own_language_and_everybody_else_english() {
        let text = |language: &str| credit_changed(language, "380501", None, "250.00 UAH").body;
        assert!(text("en").contains("The credit of your account 380501 is now 250.00 UAH."));
        assert!(text("uk-UA").contains("Кредит вашого рахунку 380501 тепер становить 250.00 UAH."));
        assert_eq!(text("ka"), text("en"));
    }
}
