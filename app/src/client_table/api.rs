//! The server function of the client table.

use crate::failure::Failure;
use domain::clients::ClientList;
use leptos::{server, server_fn::codec::GetUrl};

/// Lists the clients of a page of the table.
#[server(prefix = "/rpc", endpoint = "list_clients", input = GetUrl)]
pub async fn list_clients(
    /// The query string of the table's address.
    address: String,
) -> Result<ClientList, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::clients::{ClientRow, query::ClientQuery, store};
    allowed(|authorized: Authorized<SeeClients>| async move {
        let query = ClientQuery::parse(&address)?;
        let selection = authorized.services.directory.select(&query).await?;
        let rows = store::rows(&authorized.services.database, &selection.ids).await?;
        Ok(ClientList {
            page: selection.page,
            rows: rows.into_iter().map(ClientRow::from).collect(),
            total: selection.total,
            choices: selection.choices,
        })
    })
    .await
}
