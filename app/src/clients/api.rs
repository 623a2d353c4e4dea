//! What the browser asks the server for.

use super::ClientList;
use crate::error::Error;
use leptos::{server, server_fn::codec::GetUrl};

/// The page of clients that an address asks for: the part behind its question mark.
#[server(prefix = "/rpc", endpoint = "list_clients", input = GetUrl)]
pub async fn list_clients(
    /// The part of the table's address behind its question mark.
    address: String,
) -> Result<ClientList, Error> {
    use super::{ClientQuery, ClientRow, store};
    use crate::admins::{Permission, visitor::allowed};
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

#[cfg(feature = "ssr")]
impl From<super::store::client::Model> for super::ClientRow {
    fn from(client: super::store::client::Model) -> Self {
        Self {
            id: client.id,
            login: client.login,
            company: client.company,
            name: client.name,
            sms_price: client.sms_price,
            balance: client.balance,
            credit: client.credit,
            currency: client.currency,
            channel: client.channel,
            channel_source: client.channel_source,
        }
    }
}
