//! What clients are told by mail, in their language. Native only.
//!
//! Another language is another arm in [`Language::of`] and in each text.

use crate::{clients::store::client, mail::Text, values::Money};

/// A language that mails are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    English,
    Ukrainian,
}

impl Language {
    /// The language of a client (BCP 47), or English where there is no text in it.
    fn of(client: &client::Model) -> Self {
        match client.language.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "uk" => Self::Ukrainian,
            _ => Self::English,
        }
    }
}

/// Tells a client of its new credit.
#[must_use]
pub fn credit_changed(client: &client::Model, credit: Money) -> Text {
    let (login, credit) = (&client.login, credit.named(&client.currency));
    let called = client.name.as_deref().or(client.company.as_deref()).map(|name| format!(" {name}"));
    let called = called.unwrap_or_default();
    match Language::of(client) {
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
