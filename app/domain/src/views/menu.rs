//! The menu's state.

use super::{place::Place, store::default_address};
use crate::{database::Database, ids::AdministratorId, names::store::waiting};
use values::error::Error;

/// The addresses of the client table and of the queue of names, and the number of names that wait to be decided.
pub async fn of(database: &Database, administrator: AdministratorId) -> Result<(String, String, u64), Error> {
    let clients = default_address(database, administrator, Place::Clients).await?;
    let names = default_address(database, administrator, Place::Names).await?;
    Ok((clients, names, waiting(database.reader()).await?))
}
