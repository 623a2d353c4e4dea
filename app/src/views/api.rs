//! The server function of the views.

use crate::failure::Failure;
use domain::views::PageViews;
use leptos::{server, server_fn::codec::GetUrl};

/// Lists the views of a page, with their counts.
#[server(prefix = "/rpc", endpoint = "list_views", input = GetUrl)]
pub async fn list_views(
    /// The word of the page.
    place: String,
    /// The client's number; empty for a page of all clients.
    client: String,
    /// The query string of the page.
    address: String,
) -> Result<PageViews, Failure> {
    use super::author;
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{
        clients::parse_id,
        views::{list, place::Place},
    };
    allowed(|authorized: Authorized<SeeClients>| async move {
        let client = if client.is_empty() { None } else { Some(parse_id(&client)?) };
        list::of_page(&authorized.services, &author(&authorized), Place::parse(&place)?, client, &address).await
    })
    .await
}
