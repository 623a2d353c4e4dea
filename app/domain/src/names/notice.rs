//! Mail to clients about their names, in their language.

use super::NameStatus;
use crate::mail::{Language, Text, Topic};
use std::fmt::Write as _;

/// Writes the mail about a decision. `name` is the client's name if it has one, and `reason` that of a rejection.
#[must_use]
pub fn decided(
    language: &str,
    login: &str,
    name: Option<&str>,
    names: &[&str],
    status: NameStatus,
    reason: Option<&str>,
) -> Text {
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    let listed = names.iter().fold(String::new(), |mut listed, name| {
        let _ = writeln!(listed, "  {name}");
        listed
    });
    match Language::of(language) {
        Language::English => {
            let decision = match status {
                NameStatus::Checked => "were checked: you can send under them",
                NameStatus::Rejected => "were rejected: you can't send under them",
                _ => "are going to be checked again",
            };
            let reason = reason.map(|reason| format!("\nThe reason: {reason}\n")).unwrap_or_default();
            Text {
                topic: Topic::Names,
                subject: format!("Sender names of your account {login}"),
                body: format!("Hello{name},\n\nthese names of your account {login} {decision}.\n\n{listed}{reason}"),
            }
        }
        Language::Ukrainian => {
            let decision = match status {
                NameStatus::Checked => "перевірено: ними можна підписувати повідомлення",
                NameStatus::Rejected => "відхилено: ними не можна підписувати повідомлення",
                _ => "буде перевірено ще раз",
            };
            let reason = reason.map(|reason| format!("\nПричина: {reason}\n")).unwrap_or_default();
            Text {
                topic: Topic::Names,
                subject: format!("Імена відправника вашого рахунку {login}"),
                body: format!("Вітаємо{name}!\n\nЦі імена вашого рахунку {login} {decision}.\n\n{listed}{reason}"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_reads_what_became_of_its_names_and_why() {
        let text =
            |language: &str, status, reason| decided(language, "380501", None, &["Shop", "INFO"], status, reason).body;
        let checked = text("en", NameStatus::Checked, None);
        assert!(checked.contains("were checked") && checked.contains("  Shop\n  INFO\n"), "{checked}");
        let rejected = text("uk-UA", NameStatus::Rejected, Some("зайняте"));
        assert!(rejected.contains("відхилено") && rejected.contains("Причина: зайняте"), "{rejected}");
        assert_eq!(text("ka", NameStatus::New, None), text("en", NameStatus::New, None));
    }
}
