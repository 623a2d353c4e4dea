//! Mail to clients about their credit, in their language.

use crate::mail::{Language, Text, Topic};

/// Writes the mail about a new credit. `name` is the client's name if it has one, and `credit` is an amount with its
/// currency.
#[must_use]
pub fn credit_changed(language: &str, login: &str, name: Option<&str>, credit: &str) -> Text {
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    match Language::of(language) {
        Language::English => Text {
            topic: Topic::Credit,
            subject: format!("The credit of your account {login} has changed"),
            body: format!(
                "Hello{name},\n\nThe credit of your account {login} is now {credit}.\n\
                 Your balance may go below zero by this amount.\n"
            ),
        },
        Language::Ukrainian => Text {
            topic: Topic::Credit,
            subject: format!("Кредит вашого рахунку {login} змінено"),
            body: format!(
                "Вітаємо{name}!\n\nКредит вашого рахунку {login} тепер становить {credit}.\n\
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
