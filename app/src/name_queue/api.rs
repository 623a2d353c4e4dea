//! The server functions of the queue.

use crate::failure::Failure;
use domain::names::{NameForms, NameList};
use leptos::{server, server_fn::codec::GetUrl};

/// Lists the names of a page of the queue.
#[server(prefix = "/rpc", endpoint = "list_queue", input = GetUrl)]
pub async fn list_queue(
    /// The query string of the queue's address.
    address: String,
) -> Result<NameList, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::names::{list, queue::Queue, queue_query::QueueQuery};
    allowed(|authorized: Authorized<SeeClients>| async move {
        let query = QueueQuery::parse(&address)?;
        let reader = authorized.services.database.reader();
        let queue = Queue::open(reader, &query).await?;
        let total = queue.total();
        let paging = query.paging.within(total)?;
        let names = queue.names(reader, paging.skip(), paging.per_page).await?;
        let client_names = list::client_names(&authorized.services.database, &names).await?;
        let rows = list::rows(reader, names, |id| client_names.get(&id).cloned().unwrap_or_default()).await?;
        let ticked = list::ticked(&authorized.services.database, authorized.administrator.id, &address).await?;
        Ok(NameList { page: paging.page, total, rows, ticked })
    })
    .await
}

/// Reads the name that is open, or else the first one of the page, and the forms beside the queue.
#[server(prefix = "/rpc", endpoint = "open_queue", input = GetUrl)]
pub async fn open_queue(
    /// The query string of the queue's address.
    address: String,
) -> Result<NameForms, Failure> {
    use crate::access::{Authorized, SeeClients, allowed};
    use domain::{
        clients::{no_such_client, store as clients},
        form_answers::{self, SEVERAL, new_key},
        names::{list, queue::Queue, queue_query::QueueQuery},
    };
    use values::address::typed;
    allowed(|authorized: Authorized<SeeClients>| async move {
        let query = QueueQuery::parse(&address)?;
        let database = &authorized.services.database;
        let open = if let Some((client, name)) = &query.open {
            let client = clients::find(database, *client).await?.ok_or_else(no_such_client)?;
            Some(list::open(&authorized.services.database, authorized.services.policy, &client, name).await?)
        } else {
            let queue = Queue::open(database.reader(), &query).await?;
            match queue.names(database.reader(), query.paging.skip(), 1).await?.pop() {
                None => None,
                Some(name) => {
                    let client = clients::find(database, name.client_id).await?.ok_or_else(no_such_client)?;
                    Some(
                        list::open_name(&authorized.services.database, authorized.services.policy, &client, name)
                            .await?,
                    )
                }
            }
        };
        let answer = form_answers::find(
            &authorized.services.database,
            authorized.administrator.id,
            SEVERAL,
            typed(&address, "answer"),
        )
        .await?;
        Ok(NameForms { open, keys: [new_key()?, new_key()?], answer })
    })
    .await
}
