//! What the browser asks the server for.

use crate::failure::Failure;
use domain::clients::ClientList;
use leptos::{server, server_fn::codec::GetUrl};

/// The page of clients that an address asks for: the part behind its question mark.
#[server(prefix = "/rpc", endpoint = "list_clients", input = GetUrl)]
pub async fn list_clients(
    /// The part of the table's address behind its question mark.
    address: String,
) -> Result<ClientList, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::{ClientQuery, ClientRow, store},
    };
    allowed(Permission::SeeClients, |caller| async move {
        let query = ClientQuery::parse(&address)?;
        let selection = caller.services.directory.select(&query).await?;
        let rows = store::rows(&caller.services.database, &selection.ids).await?;
        Ok(ClientList {
            page: selection.page,
            rows: rows.into_iter().map(ClientRow::from).collect(),
            total: selection.total,
            choices: selection.choices,
        })
    })
    .await
}
