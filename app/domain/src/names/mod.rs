//! Sender names: their questionnaires, their statuses, and what was sent under them.
//!
//! - [`rules`]: the rules of a name, and its skeleton; [`change`]: a change of a name, worked out in memory
//! - [`name`]: the table of names; [`store`]: the other tables, and the one way to change them; [`check`]: the recount
//! - [`edit`]: changes by hand; [`decide`]: decisions; [`notice`]: mail about them
//! - [`look_alikes`]: names that could be mistaken for one another
//! - [`query`] and [`list`]: a client's names; [`queue_query`] and [`queue`]: the names of all clients
//! - [`record`]: a name in files and calls; [`usage`]: how much is sent under a name

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
pub mod query;
#[cfg(feature = "database")]
pub mod queue;
pub mod queue_query;
#[cfg(feature = "database")]
pub mod record;
#[cfg(feature = "database")]
pub mod rules;
#[cfg(feature = "database")]
pub mod store;
#[cfg(feature = "database")]
pub mod usage;

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use values::form_answer::FormAnswer;

pub use query::{NamesQuery, Questionnaires, Sort};

values::stored_enum! {
    /// What became of a name.
    pub enum NameStatus {
        /// Waits to be decided.
        New = "New", "New",
        /// May be sent under.
        Checked = "Checked", "Checked",
        /// May not be sent under; its row says why.
        Rejected = "Rejected", "Rejected",
        /// Was sent under and is no longer: it stays for the reports.
        Retired = "Retired", "Retired",
        /// Was never sent under and is gone. The row stays so that the gateway learns of it.
        Removed = "Removed", "Removed",
    }
}

impl NameStatus {
    /// Those that people see.
    pub const SHOWN: &'static [Self] = &[Self::New, Self::Checked, Self::Rejected, Self::Retired];
    /// Those that are looked after.
    pub const CURRENT: &'static [Self] = &[Self::New, Self::Checked, Self::Rejected];
    /// Those that files and calls may say.
    pub const IN_FILES: &'static [Self] = Self::CURRENT;

    /// What an administrator may make of a name with this status.
    #[must_use]
    pub fn moves(self) -> &'static [Self] {
        match self {
            Self::New => &[Self::Checked, Self::Rejected],
            Self::Checked => &[Self::Rejected],
            Self::Rejected | Self::Retired => &[Self::New],
            Self::Removed => &[],
        }
    }

    /// The button that makes it so.
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
    /// A field of the questionnaire beside the sender ID itself: its name in files and forms, and what people see.
    pub enum QuestionnaireField {
        /// The legal entity that asks for the name.
        Initiator = "initiator", "Initiator",
        /// The number it is registered under.
        RegistrationId = "registration_id", "Registration ID",
        /// Its physical address.
        Contacts = "contacts", "Contacts",
        /// Its web site.
        WebSite = "web_site", "Web site",
        /// What is going to be sent.
        Subject = "subject", "Subject",
    }
}

impl QuestionnaireField {
    /// What helps to fill it in.
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

/// A name as somebody saw it: whose, which, and how often it had been changed by then. Written `7.3.Shop` in forms.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seen {
    /// The client's number.
    pub client_id: i64,
    /// How often the name had been changed.
    pub revision: i64,
    /// The name.
    pub name: String,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.client_id, self.revision, self.name)
    }
}

impl FromStr for Seen {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        // A name may have points in it, so they are those that come first.
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(());
        Ok(Self {
            client_id: next()?.parse().map_err(|_| ())?,
            revision: next()?.parse().map_err(|_| ())?,
            name: next()?.to_owned(),
        })
    }
}

/// A part of the tab, or of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameList {
    /// The page.
    pub page: u64,
    /// Names on all pages.
    pub total: u64,
    /// The page's names.
    pub rows: Vec<NameRow>,
    /// Those that were ticked in a form that was refused, sent without JavaScript.
    pub ticked: Vec<String>,
}

/// The forms around the table, apart from it, so that nothing typed is lost when somebody else changes a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameForms {
    /// The name that is open.
    pub open: Option<OpenName>,
    /// A new idempotency key for each of the forms that add a name and decide ticked ones.
    pub keys: [String; 2],
    /// What became of the form that was sent without JavaScript, if one was.
    pub answer: Option<FormAnswer>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRow {
    /// Whose it is, as the queue shows it.
    pub client: String,
    /// The name as it is now.
    pub seen: Seen,
    /// What became of it.
    pub status: NameStatus,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// Whether the questionnaire is filled in.
    pub filled: bool,
    /// When the status last changed.
    pub status_at: String,
    /// Who changed it.
    pub status_by: String,
    /// What was sent under it in the last [`DAYS`] days: messages, parts.
    pub sent: (i64, i64),
    /// For what else it could be taken.
    pub warnings: Vec<String>,
}

/// The id of the form that decides ticked names.
pub const TICKED_FORM: &str = "decide-ticked";

/// For how many days up to today the use of a name is shown.
pub const DAYS: u64 = 30;

/// What was sent under names that the client doesn't have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unregistered {
    /// Some of them.
    pub names: Vec<UnregisteredName>,
    /// Whether there are more.
    pub more: bool,
}

/// A sender ID that was used without being a name of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnregisteredName {
    /// As it was sent the first time.
    pub sender_id: String,
    /// What was sent under it in the last [`DAYS`] days: messages, parts.
    pub sent: (i64, i64),
    /// Why it can't be a name, if it can't.
    pub problem: Option<String>,
}

/// A name that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenName {
    /// The row that it has in the table.
    pub row: NameRow,
    /// Whether anything was ever sent under it.
    pub used: bool,
    /// What the questionnaire says, in its order.
    pub fields: Vec<(QuestionnaireField, String)>,
    /// Each status that it had, newest first.
    pub history: Vec<Step>,
    /// The mail that told the client of its names, with its state and when that was, if one was written.
    pub notified: Option<String>,
    /// A new idempotency key for each of the forms that save, decide and remove.
    pub keys: [String; 3],
}

/// A status that a name had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Since when.
    pub at: String,
    /// Who gave it.
    pub by: String,
    /// The status.
    pub status: NameStatus,
    /// Why.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_seen_is_written_and_read_back() {
        let seen = Seen { client_id: 7, revision: 3, name: "A.B. c".to_owned() };
        assert_eq!(seen.to_string(), "7.3.A.B. c");
        assert_eq!("7.3.A.B. c".parse(), Ok(seen));
        for nonsense in ["", "7", "7.3", "x.3.A", "7.y.A"] {
            assert_eq!(nonsense.parse::<Seen>(), Err(()), "{nonsense}");
        }
    }
}
