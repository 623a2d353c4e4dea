//! What clients are told of their names by mail, in their language. Native only.

use super::NameStatus;
use crate::mail::{Language, Text, Topic};
use std::fmt::Write as _;

/// Tells a client what became of some of its names: its language, its login, what it is called, the names, what they
/// are now, and why.
#[must_use]
pub fn decided(
    language: &str,
    login: &str,
    called: Option<&str>,
    names: &[&str],
    status: NameStatus,
    reason: Option<&str>,
) -> Text {
    let called = called.map(|name| format!(" {name}")).unwrap_or_default();
    let listed = names.iter().fold(String::new(), |mut listed, name| {
        let _ = writeln!(listed, "  {name}");
        listed
    });
    match Language::of(language) {
        Language::English => {
            let what = match status {
                NameStatus::Checked => "were checked: you can send under them",
                NameStatus::Rejected => "were rejected: you can't send under them",
                _ => "are going to be checked anew",
            };
            let why = reason.map(|reason| format!("\nThe reason: {reason}\n")).unwrap_or_default();
            Text {
                topic: Topic::Names,
                subject: format!("Sender names of your account {login}"),
                body: format!("Hello{called},\n\nthese names of your account {login} {what}.\n\n{listed}{why}"),
            }
        }
        Language::Ukrainian => {
            let what = match status {
                NameStatus::Checked => "перевірено: ними можна підписувати повідомлення",
                NameStatus::Rejected => "відхилено: ними не можна підписувати повідомлення",
                _ => "буде перевірено ще раз",
            };
            let why = reason.map(|reason| format!("\nПричина: {reason}\n")).unwrap_or_default();
            Text {
                topic: Topic::Names,
                subject: format!("Імена відправника вашого рахунку {login}"),
                body: format!("Вітаємо{called}!\n\nЦі імена вашого рахунку {login} {what}.\n\n{listed}{why}"),
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
