//! What the browser asks the server for.

use crate::failure::Failure;
use domain::names::{NameForms, NameList};
use leptos::{server, server_fn::codec::GetUrl};

/// The part of the queue that an address asks for.
#[server(prefix = "/rpc", endpoint = "list_queue", input = GetUrl)]
pub async fn list_queue(
    /// The part of the queue's address behind its question mark.
    address: String,
) -> Result<NameList, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        names::{list, queue::Queue, queue_query::QueueQuery},
    };
    allowed(Permission::SeeClients, |caller| async move {
        let query = QueueQuery::parse(&address)?;
        let reader = caller.services.database.reader();
        let queue = Queue::open(reader, &query).await?;
        let total = queue.total();
        let paging = query.paging.within(total)?;
        let names = queue.names(reader, paging.skip(), paging.per_page).await?;
        let called = list::client_names(&caller.services.database, &names).await?;
        let rows = list::rows(reader, names, |id| called.get(&id).cloned().unwrap_or_default()).await?;
        let ticked = list::ticked(&caller.services.database, caller.administrator.id, &address).await?;
        Ok(NameList { page: paging.page, total, rows, ticked })
    })
    .await
}

/// The forms beside the queue: of the name that is open, or else of the first one.
#[server(prefix = "/rpc", endpoint = "open_queue", input = GetUrl)]
pub async fn open_queue(
    /// The part of the queue's address behind its question mark.
    address: String,
) -> Result<NameForms, Failure> {
    use crate::access::allowed;
    use domain::{
        administrators::Permission,
        clients::{no_such_client, store as clients},
        form_answers::{self, SEVERAL, new_key},
        names::{list, queue::Queue, queue_query::QueueQuery},
    };
    use values::address::typed;
    allowed(Permission::SeeClients, |caller| async move {
        let query = QueueQuery::parse(&address)?;
        let database = &caller.services.database;
        let open = if let Some((client, name)) = &query.open {
            let client = clients::find(database, *client).await?.ok_or_else(no_such_client)?;
            Some(list::open(&caller.services, &client, name).await?)
        } else {
            let queue = Queue::open(database.reader(), &query).await?;
            match queue.names(database.reader(), query.paging.skip(), 1).await?.pop() {
                None => None,
                Some(name) => {
                    let client = clients::find(database, name.client_id).await?.ok_or_else(no_such_client)?;
                    Some(list::open_name(&caller.services, &client, name).await?)
                }
            }
        };
        let answer =
            form_answers::find(&caller.services.database, caller.administrator.id, SEVERAL, typed(&address, "answer"))
                .await?;
        Ok(NameForms { open, keys: [new_key()?, new_key()?], answer })
    })
    .await
}
