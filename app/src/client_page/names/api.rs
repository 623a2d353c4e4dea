//! The server functions of the Names tab.

use crate::failure::{AddressFailure, Failure};
use domain::names::{NameForms, NameList, Unregistered, query::NamesQuery};
use leptos::{server, server_fn::codec::GetUrl};
use values::answer::Answer;

/// Lists a page of the client's names.
#[server(prefix = "/rpc", endpoint = "list_names", input = GetUrl)]
pub async fn list_names(
    /// The client's number as written in the address.
    id: String,
    /// The query string of the tab's address.
    address: String,
) -> Result<Answer<NamesQuery, NameList>, AddressFailure<NamesQuery>> {
    use crate::client_page::listed::of_client;
    use domain::names::list;
    of_client(&id, NamesQuery::parse(&address), |authorized, client, mut query| async move {
        let reader = authorized.services.database.reader();
        let (paging, total, names) = list::page(reader, client.id, &query).await?;
        query.paging = paging;
        let client_name = list::client_name(&client);
        let rows = list::rows(reader, names, |_| client_name.clone()).await?;
        let ticked = list::ticked(&authorized.services.database, authorized.administrator.id, &address).await?;
        Ok(Answer { query, content: NameList { total, rows, ticked, news: None } })
    })
    .await
}

/// Lists the sender IDs that were used without being a name of the client.
#[server(prefix = "/rpc", endpoint = "list_unregistered", input = GetUrl)]
pub async fn list_unregistered(
    /// The client's number as written in the address.
    id: String,
) -> Result<Unregistered, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{clients::store::of_address, names::list};
    allowed(|authorized: Authorized<SeeClients>| async move {
        let client = of_address(&authorized.services.database, &id).await?;
        Ok(list::unregistered(authorized.services.database.reader(), client.id).await?)
    })
    .await
}

/// Reads the name that is open, and the initial state of the forms.
#[server(prefix = "/rpc", endpoint = "open_names", input = GetUrl)]
pub async fn open_names(
    /// The client's number as written in the address.
    id: String,
    /// The query string of the tab's address.
    address: String,
) -> Result<Answer<NamesQuery, NameForms>, AddressFailure<NamesQuery>> {
    use crate::client_page::listed::of_client;
    use domain::{
        form_answers::{self, new_key},
        names::list,
    };
    use values::{address::typed, error::Error};
    of_client(&id, NamesQuery::parse(&address), |authorized, client, query| async move {
        let database = &authorized.services.database;
        let answer = typed(&address, "answer");
        let answer = form_answers::find(database, authorized.administrator.id, client.id, answer).await?;
        let done = answer.as_ref().is_some_and(|answer| answer.outcome.is_ok());
        let open = match &query.open {
            None => None,
            Some(name) => match list::open(database, authorized.services.policy, &client, name).await {
                // Its form has just removed or renamed it. The page still shows the form's answer.
                Err(Error::NotFound(_)) if done => None,
                open => Some(open?),
            },
        };
        Ok(Answer { query, content: NameForms { open, keys: [new_key()?, new_key()?], answer } })
    })
    .await
}
