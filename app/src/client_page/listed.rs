//! How the server functions of a client's lists begin. Native only.

use crate::{
    access::{Authorized, SeeClients, allowed_with_query},
    failure::AddressFailure,
};
use domain::clients::store::{client, of_address};
use values::error::Error;

/// Runs the work of a server function with a client and the query of one of its lists. A client that doesn't exist is
/// refused before an address that can't be parsed.
pub async fn of_client<Query: Clone, T, Work>(
    id: &str,
    query: Result<Query, Error>,
    work: impl FnOnce(Authorized<SeeClients>, client::Model, Query) -> Work,
) -> Result<T, AddressFailure<Query>>
where
    Work: Future<Output = Result<T, Error>>,
{
    allowed_with_query(query, |authorized: Authorized<SeeClients>, query| async move {
        let client = of_address(&authorized.services.database, id).await?;
        work(authorized, client, query?).await
    })
    .await
}
