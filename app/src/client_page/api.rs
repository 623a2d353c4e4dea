//! The server function of the heading.

use super::Heading;
use crate::failure::Failure;
use leptos::{server, server_fn::codec::GetUrl};

/// Reads the heading of a client's page.
#[server(prefix = "/rpc", endpoint = "client_heading", input = GetUrl)]
pub async fn client_heading(
    /// The client's number as written in the address.
    id: String,
) -> Result<Heading, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::clients::{fields::LOGIN_ATTEMPTS, store::of_address};
    allowed(|authorized: Authorized<SeeClients>| async move {
        let client = of_address(&authorized.services.database, &id).await?;
        Ok(Heading {
            id: client.id,
            login: client.login,
            name: client.name.clone().filter(|_| client.company.is_some()),
            called: client.company.or(client.name),
            email: client.email.filter(|email| !email.is_empty()),
            blocked: client.login_attempts >= LOGIN_ATTEMPTS,
            currency: client.currency,
            balance: client.balance,
            credit: client.credit,
        })
    })
    .await
}
