//! Sender names: their questionnaires, their statuses, and their use.
//!
//! - [`rules`]: the rules of a name, and its skeleton; [`change`]: changes of a name, computed in memory
//! - [`name`]: the table of names; [`store`]: the other tables, and the one way to write names; [`check`]: the recount
//! - [`edit`]: changes from forms; [`decide`]: decisions; [`undo`]: takes them back; [`notice`]: mail about decisions
//! - [`look_alikes`]: names that could be mistaken for others
//! - [`query`] and [`list`]: a client's names; [`queue_query`] and [`queue`]: the names of all clients; `parse`: parses
//!   the addresses of both
//! - [`starting`]: the names of all clients that begin with a text
//! - [`record`]: a name in files and calls; [`usage`]: how much is sent under a name
//!
//! A name is a sender ID of a client; its key is the name without regard to case. A change is computed in memory and
//! written by [`store::apply`] under the client's lock: the name, its history, the audit record and the counts. Forms,
//! files and calls all use it. Each change increments the name's revision, and a form states the revision that it
//! shows. If two people change the same name, the second one is shown the first change and nothing is overwritten.
//!
//! A row is never deleted. A name that was used is retired, one that wasn't is removed, and the gateway learns of both
//! when it asks for the changes since a time.
//!
//! The counts of all names by status and day make a page of the queue cheap. The use of a sender ID is counted by day
//! in the same transaction as the roll-ups; one that isn't a name of the client is stored as unregistered. Look-alikes
//! are found by the skeleton, in which similar characters are equal. They prevent nothing: forms ask, files and calls
//! warn, and the queue shows them.

#[cfg(feature = "database")]
pub mod change;
#[cfg(feature = "database")]
pub mod check;
#[cfg(feature = "database")]
pub mod decide;
#[cfg(feature = "database")]
pub mod edit;
#[cfg(feature = "database")]
pub mod list;
#[cfg(feature = "database")]
pub mod look_alikes;
#[cfg(feature = "database")]
pub mod name;
#[cfg(feature = "database")]
pub mod notice;
#[cfg(feature = "database")]
mod parse;
pub mod query;
#[cfg(feature = "database")]
pub mod queue;
pub mod queue_query;
#[cfg(feature = "database")]
pub mod record;
#[cfg(feature = "database")]
pub mod rules;
#[cfg(feature = "database")]
pub mod starting;
#[cfg(feature = "database")]
pub mod store;
#[cfg(feature = "database")]
pub mod undo;
#[cfg(feature = "database")]
pub mod usage;

use crate::ids::ClientId;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use values::form_answer::FormAnswer;

values::stored_enum! {
    /// The status of a name.
    pub enum NameStatus {
        /// Waits for a decision.
        New = "New", "New",
        /// May be used.
        Checked = "Checked", "Checked",
        /// May not be used. The row has the reason.
        Rejected = "Rejected", "Rejected",
        /// Was used and no longer is. It stays for the reports.
        Retired = "Retired", "Retired",
        /// Was never used and is deleted. The row stays, so that the gateway learns of it.
        Removed = "Removed", "Removed",
    }
}

impl NameStatus {
    /// The statuses that people see.
    pub const SHOWN: &'static [Self] = &[Self::New, Self::Checked, Self::Rejected, Self::Retired];
    /// The statuses of names that aren't retired or removed.
    pub const CURRENT: &'static [Self] = &[Self::New, Self::Checked, Self::Rejected];
    /// The statuses in files and calls.
    pub const IN_FILES: &'static [Self] = Self::CURRENT;

    /// The statuses that an administrator may move a name to.
    #[must_use]
    pub fn moves(self) -> &'static [Self] {
        match self {
            Self::New => &[Self::Checked, Self::Rejected],
            Self::Checked => &[Self::Rejected],
            Self::Rejected | Self::Retired => &[Self::New],
            Self::Removed => &[],
        }
    }

    /// The label of the button that sets this status.
    #[must_use]
    pub fn button(self) -> &'static str {
        match self {
            Self::New => "Return to New",
            Self::Checked => "Check",
            Self::Rejected => "Reject",
            Self::Retired => "Retire",
            Self::Removed => "Remove",
        }
    }
}

values::labelled_enum! {
    /// A field of the questionnaire: its name in files and forms, and its label.
    pub enum QuestionnaireField {
        /// The legal entity that asks for the name.
        Initiator = "initiator", "Initiator",
        /// The registration number of the legal entity.
        RegistrationId = "registration_id", "Registration ID",
        /// The address of the legal entity.
        Contacts = "contacts", "Contacts",
        /// The web site of the legal entity.
        WebSite = "web_site", "Web site",
        /// The subject of the messages.
        Subject = "subject", "Subject",
    }
}

impl QuestionnaireField {
    /// The hint of the field.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Initiator => "The legal entity that asks for the name",
            Self::RegistrationId => "The number it is registered under",
            Self::Contacts => "Its physical address",
            Self::WebSite => "Such as shop.example",
            Self::Subject => "What is going to be sent",
        }
    }
}

/// A version of a name: client id, revision and name. Written as `7.3.Shop` in forms.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NameVersion {
    /// The client.
    pub client_id: ClientId,
    /// The number of changes up to this version.
    pub revision: i64,
    /// The name.
    pub name: String,
}

impl fmt::Display for NameVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.client_id, self.revision, self.name)
    }
}

impl FromStr for NameVersion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        // A name may contain dots, so only the first two separate.
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(());
        Ok(Self {
            client_id: next()?.parse().map_err(|_| ())?,
            revision: next()?.parse().map_err(|_| ())?,
            name: next()?.to_owned(),
        })
    }
}

/// A page of the tab, or of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameList {
    /// The number of names on all pages.
    pub total: u64,
    /// The page's names.
    pub rows: Vec<NameRow>,
    /// The names that were ticked in a refused form without JavaScript, as in [`NameVersion`].
    pub ticked: Vec<String>,
    /// The version that is open, and how somebody else has changed it meanwhile.
    pub news: Option<(String, String)>,
}

/// The forms around the table. They are separate from it, so that no typed text is lost when somebody else changes a
/// name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameForms {
    /// The open name.
    pub open: Option<OpenName>,
    /// New idempotency keys for the forms that add a name and decide ticked names.
    pub keys: [String; 2],
    /// The outcome of a form that was sent without JavaScript, if there was one.
    pub answer: Option<FormAnswer>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRow {
    /// The name of the client, for the queue.
    pub client: String,
    /// The current version.
    pub seen: NameVersion,
    /// The status.
    pub status: NameStatus,
    /// The reason of a rejection.
    pub reason: Option<String>,
    /// Whether the questionnaire is complete.
    pub filled: bool,
    /// The time of the last change of the status.
    pub status_at: String,
    /// The author of that change.
    pub status_by: String,
    /// The use in the last [`DAYS`] days: messages, parts.
    pub sent: (i64, i64),
    /// Names and operators that it could be mistaken for.
    pub warnings: Vec<String>,
}

/// The id of the form that decides ticked names.
pub const TICKED_FORM: &str = "decide-ticked";

/// The id of the form that takes a decision back.
pub const UNDO_FORM: &str = "undo";

/// The number of seconds for which pages offer to take a decision back.
pub const UNDO_SECONDS: u64 = 8;

/// The number of days, up to and including today, for which the use of a name is shown.
pub const DAYS: u64 = 30;

/// Sender IDs that were used without being names of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unregistered {
    /// The first of them.
    pub names: Vec<UnregisteredName>,
    /// Whether there are more.
    pub more: bool,
}

/// A sender ID that was used without being a name of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnregisteredName {
    /// The spelling of the first use.
    pub sender_id: String,
    /// The use in the last [`DAYS`] days: messages, parts.
    pub sent: (i64, i64),
    /// The reason why it can't be a name, if there is one.
    pub problem: Option<String>,
}

/// The details of an open name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenName {
    /// Its row in the table.
    pub row: NameRow,
    /// Whether it was ever used.
    pub used: bool,
    /// The answers of the questionnaire, in order.
    pub fields: Vec<(QuestionnaireField, String)>,
    /// The changes of its status, newest first.
    pub history: Vec<StatusChange>,
    /// The newest mail about names, with its state and time, if there is one.
    pub notified: Option<String>,
    /// New idempotency keys for the forms that save, decide and remove.
    pub keys: [String; 3],
}

/// A change of a name's status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// The time.
    pub at: String,
    /// The author.
    pub by: String,
    /// The new status.
    pub status: NameStatus,
    /// The reason of a rejection.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_written_and_read_back() {
        let version = NameVersion { client_id: ClientId(7), revision: 3, name: "A.B. c".to_owned() };
        assert_eq!(version.to_string(), "7.3.A.B. c");
        assert_eq!("7.3.A.B. c".parse(), Ok(version));
        for nonsense in ["", "7", "7.3", "x.3.A", "7.y.A"] {
            assert_eq!(nonsense.parse::<NameVersion>(), Err(()), "{nonsense}");
        }
    }
}
