//! The server function of the search.

use crate::failure::Failure;
use domain::search::Found;
use leptos::{server, server_fn::codec::GetUrl};

/// Finds clients and sender IDs.
#[server(prefix = "/rpc", endpoint = "search_everything", input = GetUrl)]
pub async fn search_everything(
    /// The search.
    q: String,
    /// The ids of recently opened clients, joined by commas.
    recent: String,
) -> Result<Found, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::search::find::find;
    allowed(|authorized: Authorized<SeeClients>| async move {
        let recent: Vec<_> = recent.split(',').filter_map(|id| id.parse().ok()).collect();
        find(&authorized.services, &q, &recent).await
    })
    .await
}
