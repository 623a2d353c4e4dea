//! The table `names`.

use super::{NameStatus, rules};
use crate::ids::ClientId;
use sea_orm::entity::prelude::*;
use values::{error::Error, time::Moment};

/// A sender ID of a client. Rows are never deleted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "names")]
pub struct Model {
    /// The client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: ClientId,
    /// The name in lower case: [`super::rules::key`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub name_key: String,
    /// The name as it is sent.
    pub name: String,
    /// The status.
    pub status: NameStatus,
    /// The reason of a rejection.
    pub reason: Option<String>,
    /// The legal entity that asks for it.
    pub initiator: Option<String>,
    /// The registration number of the legal entity.
    pub registration_id: Option<String>,
    /// The address of the legal entity.
    pub contacts: Option<String>,
    /// The web site of the legal entity.
    pub web_site: Option<String>,
    /// The subject of the messages.
    pub subject: Option<String>,
    /// Whether the questionnaire is complete.
    pub filled: bool,
    /// The name with look-alike characters unified: [`super::rules::skeleton`].
    #[sea_orm(column_name = "look")]
    pub skeleton: String,
    /// The skeleton without the digits at the end: [`super::rules::stem`].
    #[sea_orm(column_name = "core")]
    pub stem: String,
    /// The number of changes, from 1.
    pub revision: i64,
    /// The time of the last change of the status.
    pub status_at: Moment,
    /// The author of that change.
    pub status_by: String,
    /// The time of the last change of any field.
    pub changed_at: Moment,
    /// The author of that change.
    pub changed_by: String,
}

/// None: names are looked up by client id.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The id of a name. No two names of a client differ in case only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId {
    /// The client.
    pub client_id: ClientId,
    /// The name in lower case: [`rules::key`].
    pub key: String,
}

impl NameId {
    /// The id of a client's name, as people write it.
    #[must_use]
    pub fn new(client_id: ClientId, name: &str) -> Self {
        Self { client_id, key: rules::key(name) }
    }

    /// The id as the columns of the table.
    #[must_use]
    pub fn columns(&self) -> (ClientId, &str) {
        (self.client_id, &self.key)
    }
}

impl From<(ClientId, String)> for NameId {
    fn from((client_id, key): (ClientId, String)) -> Self {
        Self { client_id, key }
    }
}

impl Model {
    /// The id of the name.
    #[must_use]
    pub fn id(&self) -> NameId {
        NameId { client_id: self.client_id, key: self.name_key.clone() }
    }
}

/// The error for a name that the client doesn't have.
#[must_use]
pub fn no_such_name() -> Error {
    Error::NotFound("This client has no such name.".to_owned())
}

/// The message for an administrator whose change comes second.
#[must_use]
pub fn changed_meanwhile(name: &Model) -> String {
    format!("{}, while you were looking at {}.", name.last_change(), name.name)
}
