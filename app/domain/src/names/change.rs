//! Changes of a name, computed in memory. [`super::store::apply`] writes them.

use super::{
    NameStatus, name,
    rules::{self, Questionnaire},
};
use crate::ids::ClientId;
use values::time::{self, Moment};

/// A change of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name before; `None` for a new one.
    pub before: Option<name::Model>,
    /// The name after.
    pub after: name::Model,
}

/// The author and the time of a change.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// The login of the administrator, or the name of the program.
    pub login: &'a str,
    /// The time.
    pub at: Moment,
}

/// Adds a name. `removed` is the row of a removed name with the same key, if there is one.
#[must_use]
pub fn added(
    client_id: ClientId,
    name: &str,
    (status, reason): (NameStatus, Option<String>),
    questionnaire: Questionnaire,
    removed: Option<name::Model>,
    signature: Signature<'_>,
) -> Change {
    let [initiator, registration_id, contacts, web_site, subject] = questionnaire;
    let after = name::Model {
        client_id,
        name_key: rules::key(name),
        name: name.to_owned(),
        status,
        reason,
        initiator,
        registration_id,
        contacts,
        web_site,
        subject,
        filled: false,
        skeleton: rules::skeleton(name),
        stem: rules::stem(name),
        revision: removed.as_ref().map_or(1, |before| before.revision + 1),
        status_at: signature.at,
        status_by: signature.login.to_owned(),
        changed_at: signature.at,
        changed_by: signature.login.to_owned(),
    };
    Change { before: removed, after: after.with_filled() }
}

impl name::Model {
    /// The answers of the questionnaire.
    #[must_use]
    pub fn questionnaire(&self) -> Questionnaire {
        [
            self.initiator.clone(),
            self.registration_id.clone(),
            self.contacts.clone(),
            self.web_site.clone(),
            self.subject.clone(),
        ]
    }

    fn with_filled(mut self) -> Self {
        self.filled = self.questionnaire().iter().all(Option::is_some);
        self
    }

    /// Gives the name a status, with the reason of a rejection.
    #[must_use]
    pub fn moved(&self, status: NameStatus, reason: Option<String>, signature: Signature<'_>) -> Self {
        Self {
            status,
            reason,
            revision: self.revision + 1,
            status_at: signature.at,
            status_by: signature.login.to_owned(),
            changed_at: signature.at,
            changed_by: signature.login.to_owned(),
            ..self.clone()
        }
    }

    /// Gives the name a questionnaire.
    #[must_use]
    pub fn filled_in(&self, questionnaire: Questionnaire, signature: Signature<'_>) -> Self {
        let [initiator, registration_id, contacts, web_site, subject] = questionnaire;
        let after = Self {
            initiator,
            registration_id,
            contacts,
            web_site,
            subject,
            revision: self.revision + 1,
            changed_at: signature.at,
            changed_by: signature.login.to_owned(),
            ..self.clone()
        };
        after.with_filled()
    }

    /// Describes the last change, for somebody who saw the version before.
    #[must_use]
    pub fn last_change(&self) -> String {
        let at = time::show(self.changed_at);
        if self.changed_at == self.status_at {
            let reason = self.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            return format!("{} made it {} at {at}{reason}", self.status_by, self.status.label());
        }
        format!("{} changed its questionnaire at {at}", self.changed_by)
    }
}

/// Checks that a name can be moved to a status. The error continues a sentence that begins with the name.
pub fn may_move(from: NameStatus, to: NameStatus) -> Result<(), String> {
    if from.moves().contains(&to) {
        return Ok(());
    }
    Err(match (from, to) {
        (from, to) if from == to => format!("is {} already", from.label()),
        (NameStatus::Rejected, NameStatus::Checked) => "is Rejected: return it to New first".to_owned(),
        (from, to) => format!("is {}, and can't become {}", from.label(), to.label()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: Signature<'static> = Signature { login: "olena", at: Moment::UNIX_EPOCH };

    fn shop() -> name::Model {
        added(ClientId(7), "Shop", (NameStatus::New, None), Default::default(), None, SIGNATURE).after
    }

    #[test]
    fn a_questionnaire_is_filled_when_all_of_it_is_there() {
        let mut answers: Questionnaire = std::array::from_fn(|_| Some("x".to_owned()));
        assert!(!shop().filled);
        assert!(shop().filled_in(answers.clone(), SIGNATURE).filled);
        answers[2] = None;
        assert!(!shop().filled_in(answers, SIGNATURE).filled);
    }

    #[test]
    fn each_change_counts_and_says_who_made_it() {
        let later = Signature { login: "petro", at: SIGNATURE.at + chrono::Duration::hours(1) };
        let rejected = shop().moved(NameStatus::Rejected, Some("taken".to_owned()), later);
        assert_eq!((rejected.revision, rejected.status_by.as_str()), (2, "petro"));
        assert_eq!(rejected.last_change(), "petro made it Rejected at 1970-01-01 01:00 (taken)");
        let edited = shop().filled_in(Default::default(), later);
        assert_eq!((edited.revision, edited.status_at), (2, SIGNATURE.at));
        assert_eq!(edited.last_change(), "petro changed its questionnaire at 1970-01-01 01:00");
    }

    #[test]
    fn a_name_goes_only_where_it_may() {
        use NameStatus::{Checked, New, Rejected, Removed, Retired};
        for (from, to) in [(New, Checked), (New, Rejected), (Checked, Rejected), (Rejected, New), (Retired, New)] {
            assert_eq!(may_move(from, to), Ok(()), "{from:?} {to:?}");
        }
        for (from, to, said) in [
            (Rejected, Checked, "return it to New first"),
            (Checked, New, "is Checked, and can't become New"),
            (Checked, Checked, "is Checked already"),
            (Retired, Checked, "is Retired, and"),
            (Removed, New, "is Removed, and"),
        ] {
            assert!(may_move(from, to).unwrap_err().contains(said), "{from:?} {to:?}");
        }
    }
}
