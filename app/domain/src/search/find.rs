//! Answers a search.

use super::{Found, FoundClient, FoundName, MOST_CLIENTS, MOST_NAMES};
use crate::{
    clients::{parse::search, store as clients},
    ids::ClientId,
    names::{list, starting},
    services::Services,
};
use values::error::Error;

/// The most recently opened clients that a search takes note of.
const MOST_RECENT: usize = 20;

/// Finds clients by the words of the search, and sender IDs by their beginning. Of the clients come first the one whose
/// ID or login it is, then the recently opened ones, then the newest. An empty search finds the recently opened ones.
/// Includes every change that was committed before the call.
///
/// # Errors
/// [`Error::BadAddress`] for a search that is too long or has control characters.
pub async fn find(services: &Services, q: &str, recent: &[ClientId]) -> Result<Found, Error> {
    let q = search(q.trim())?;
    let recent = &recent[..recent.len().min(MOST_RECENT)];
    let database = &services.database;
    let (ids, total) = if q.is_empty() {
        (recent[..recent.len().min(MOST_CLIENTS)].to_vec(), 0)
    } else {
        services.directory.find(&q, recent, MOST_CLIENTS).await?
    };
    let clients = clients::rows(database, &ids).await?.into_iter().map(|client| FoundClient {
        id: client.id,
        login: client.login,
        company: client.company,
        name: client.name,
        email: client.email,
    });
    let names = starting::with(database, &q, MOST_NAMES).await?;
    let owners = list::client_names(database, &names).await?;
    let names = names.into_iter().map(|name| FoundName {
        client: owners.get(&name.client_id).cloned().unwrap_or_default(),
        client_id: name.client_id,
        name: name.name,
        status: name.status,
    });
    Ok(Found { q, clients: clients.collect(), total, names: names.collect() })
}
