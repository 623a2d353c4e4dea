//! The table `names`. Native only.

use super::NameStatus;
use sea_orm::entity::prelude::*;
use values::{error::Error, time::Moment};

/// A sender ID of a client. Its row stays for good.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "names")]
pub struct Model {
    /// Whose it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: i64,
    /// The name without regard to case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name_key: String,
    /// The name as it is sent.
    pub name: String,
    /// What became of it.
    pub status: NameStatus,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The legal entity that asks for it.
    pub initiator: Option<String>,
    /// The number that this is registered under.
    pub registration_id: Option<String>,
    /// Its physical address.
    pub contacts: Option<String>,
    /// Its web site.
    pub web_site: Option<String>,
    /// What is going to be sent.
    pub subject: Option<String>,
    /// Whether all of the questionnaire is there.
    pub filled: bool,
    /// What it looks like: [`super::rules::skeleton`].
    pub look: String,
    /// The same without the digits at the end: [`super::rules::stem`].
    pub core: String,
    /// How often it was changed.
    pub revision: i64,
    /// When its status last changed.
    pub status_at: Moment,
    /// Who changed it.
    pub status_by: String,
    /// When anything of it last changed.
    pub changed_at: Moment,
    /// Who changed that.
    pub changed_by: String,
}

/// A name's client is found by its id.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whose a name is and its key.
pub type Key = (i64, String);

impl Model {
    /// Whose it is and its key.
    #[must_use]
    pub fn key(&self) -> Key {
        (self.client_id, self.name_key.clone())
    }
}

/// The error for a name that the client doesn't have.
#[must_use]
pub fn no_such_name() -> Error {
    Error::NotFound("This client has no such name.".to_owned())
}

/// The message for an administrator whose change came second.
#[must_use]
pub fn overtaken(name: &Model) -> String {
    format!("{}, while you were looking at {}.", name.told(), name.name)
}
