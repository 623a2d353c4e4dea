//! What the browser asks the server for.

use crate::failure::Failure;
use domain::names::{NameForms, NameList, Unregistered};
use leptos::{server, server_fn::codec::GetUrl};

/// The names of a client that an address asks for.
#[server(prefix = "/rpc", endpoint = "list_names", input = GetUrl)]
pub async fn list_names(
    /// The client's number in the address, as it is written there.
    id: String,
    /// The part of the tab's address behind its question mark.
    address: String,
) -> Result<NameList, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::store::of_address,
        names::{NamesQuery, list},
    };
    allowed(Permission::SeeClients, |caller| async move {
        let query = NamesQuery::parse(&address)?;
        let client = of_address(&caller.services.database, &id).await?;
        let reader = caller.services.database.reader();
        let (page, total, names) = list::page(reader, client.id, &query).await?;
        let called = list::client_name(&client);
        let rows = list::rows(reader, names, |_| called.clone()).await?;
        let ticked = list::ticked(&caller.services.database, caller.administrator.id, &address).await?;
        Ok(NameList { page, total, rows, ticked })
    })
    .await
}

/// What was sent under names that the client doesn't have.
#[server(prefix = "/rpc", endpoint = "list_unregistered", input = GetUrl)]
pub async fn list_unregistered(
    /// The client's number in the address, as it is written there.
    id: String,
) -> Result<Unregistered, Failure> {
    use crate::access::allowed;
    use domain::{administrators::Permission, clients::store::of_address, names::list};
    allowed(Permission::SeeClients, |caller| async move {
        let client = of_address(&caller.services.database, &id).await?;
        Ok(list::unregistered(caller.services.database.reader(), client.id).await?)
    })
    .await
}

/// The forms around the table: of the name that is open, and of others.
#[server(prefix = "/rpc", endpoint = "open_names", input = GetUrl)]
pub async fn open_names(
    /// The client's number in the address, as it is written there.
    id: String,
    #[server(default)]
    /// The name that is open; empty for none.
    name: String,
    #[server(default)]
    /// The part `answer` of the address: the key of a form that was sent without JavaScript, or empty.
    answer: String,
) -> Result<NameForms, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::store::of_address,
        form_answers::{self, new_key},
        names::list,
    };
    use values::{address::plain, error::Error};
    allowed(Permission::SeeClients, |caller| async move {
        let name = plain("name", &name)?;
        let client = of_address(&caller.services.database, &id).await?;
        let answer = form_answers::find(&caller.services.database, caller.administrator.id, client.id, answer).await?;
        let done = answer.as_ref().is_some_and(|answer| answer.outcome.is_ok());
        let open = if name.is_empty() {
            None
        } else {
            match list::open(&caller.services, &client, &name).await {
                // Its form has just removed it, or given it another name, and still has to say so.
                Err(Error::NotFound(_)) if done => None,
                open => Some(open?),
            }
        };
        Ok(NameForms { open, keys: [new_key()?, new_key()?], answer })
    })
    .await
}
