//! The server function of the client table.

use crate::failure::AddressFailure;
use domain::clients::{ClientList, query::ClientQuery};
use leptos::{server, server_fn::codec::GetUrl};
use values::answer::Answer;

/// Lists the clients of a page of the table.
#[server(prefix = "/rpc", endpoint = "list_clients", input = GetUrl)]
pub async fn list_clients(
    /// The query string of the table's address.
    address: String,
) -> Result<Answer<ClientQuery, ClientList>, AddressFailure<ClientQuery>> {
    use crate::access::{Authorized, SeeClients, allowed_with_query};
    use domain::clients::{ClientRow, store};
    allowed_with_query(ClientQuery::parse(&address), |authorized: Authorized<SeeClients>, query| async move {
        let mut query = query?;
        let selection = authorized.services.directory.select(&query).await?;
        let rows = store::rows(&authorized.services.database, &selection.ids).await?;
        query.paging.page = selection.page;
        let content = ClientList {
            rows: rows.into_iter().map(ClientRow::from).collect(),
            total: selection.total,
            sums: selection.sums,
            choices: selection.choices,
            exact: selection.exact,
        };
        Ok(Answer { query, content })
    })
    .await
}
