//! What the browser asks the server for.

use super::Heading;
use crate::error::Error;
use leptos::{server, server_fn::codec::GetUrl};

/// The heading of a client's page.
#[server(prefix = "/rpc", endpoint = "client_heading", input = GetUrl)]
pub async fn client_heading(
    /// The number in the address, as it is written there.
    id: String,
) -> Result<Heading, Error> {
    use super::{no_such_client, parse_id};
    use crate::{
        admins::{Permission, visitor::allowed},
        clients::store,
    };
    allowed(Permission::SeeClients, |caller| async move {
        let client = store::find(&caller.services.database, parse_id(&id)?).await?.ok_or_else(no_such_client)?;
        Ok(Heading { id: client.id, login: client.login, called: client.company.or(client.name) })
    })
    .await
}
