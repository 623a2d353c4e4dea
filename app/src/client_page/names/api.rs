//! The server functions of the Names tab.

use crate::failure::Failure;
use domain::names::{NameForms, NameList, Unregistered};
use leptos::{server, server_fn::codec::GetUrl};

/// Lists a page of the client's names.
#[server(prefix = "/rpc", endpoint = "list_names", input = GetUrl)]
pub async fn list_names(
    /// The client's number as written in the address.
    id: String,
    /// The query string of the tab's address.
    address: String,
) -> Result<NameList, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{
        clients::store::of_address,
        names::{list, query::NamesQuery},
    };
    allowed(|authorized: Authorized<SeeClients>| async move {
        let query = NamesQuery::parse(&address)?;
        let client = of_address(&authorized.services.database, &id).await?;
        let reader = authorized.services.database.reader();
        let (page, total, names) = list::page(reader, client.id, &query).await?;
        let client_name = list::client_name(&client);
        let rows = list::rows(reader, names, |_| client_name.clone()).await?;
        let ticked = list::ticked(&authorized.services.database, authorized.administrator.id, &address).await?;
        Ok(NameList { page, total, rows, ticked })
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
    #[server(default)]
    /// The name that is open; empty for none.
    name: String,
    #[server(default)]
    /// The query parameter `answer`: the key of a form that was sent without JavaScript, or empty.
    answer: String,
) -> Result<NameForms, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{
        clients::store::of_address,
        form_answers::{self, new_key},
        names::list,
    };
    use values::{address::plain, error::Error};
    allowed(|authorized: Authorized<SeeClients>| async move {
        let name = plain("name", &name)?;
        let client = of_address(&authorized.services.database, &id).await?;
        let answer =
            form_answers::find(&authorized.services.database, authorized.administrator.id, client.id, answer).await?;
        let done = answer.as_ref().is_some_and(|answer| answer.outcome.is_ok());
        let open = if name.is_empty() {
            None
        } else {
            match list::open(&authorized.services.database, authorized.services.policy, &client, &name).await {
                // Its form has just removed or renamed it. The page still shows the form's answer.
                Err(Error::NotFound(_)) if done => None,
                open => Some(open?),
            }
        };
        Ok(NameForms { open, keys: [new_key()?, new_key()?], answer })
    })
    .await
}
