//! The server functions of the queue.

use crate::failure::AddressFailure;
use domain::names::{NameForms, NameList, queue_query::QueueQuery};
use leptos::{server, server_fn::codec::GetUrl};
use values::answer::Answer;

/// Lists the names of a page of the queue.
#[server(prefix = "/rpc", endpoint = "list_queue", input = GetUrl)]
pub async fn list_queue(
    /// The query string of the queue's address.
    address: String,
    #[server(default)]
    /// The version of the name that is open, as in [`domain::names::NameVersion`]; empty for none.
    open: String,
) -> Result<Answer<QueueQuery, NameList>, AddressFailure<QueueQuery>> {
    use crate::access::{Authorized, SeeClients, allowed_with_query};
    use domain::names::{list, queue::Queue};
    allowed_with_query(QueueQuery::parse(&address), |authorized: Authorized<SeeClients>, query| async move {
        let mut query = query?;
        let reader = authorized.services.database.reader();
        let queue = Queue::open(&authorized.services.database, &authorized.services.directory, &query).await?;
        let total = queue.total();
        let paging = query.paging.within(total)?;
        let names = queue.names(reader, paging.skip(), paging.per_page).await?;
        let client_names = list::client_names(&authorized.services.database, &names).await?;
        let rows = list::rows(reader, names, |id| client_names.get(&id).cloned().unwrap_or_default()).await?;
        let ticked = list::ticked(&authorized.services.database, authorized.administrator.id, &address).await?;
        let news = list::news(reader, &authorized.administrator.login, &open).await?;
        query.paging = paging;
        Ok(Answer { query, content: NameList { total, rows, ticked, news } })
    })
    .await
}

/// Reads the name that is open, or else the first one of the page, and the forms beside the queue.
#[server(prefix = "/rpc", endpoint = "open_queue", input = GetUrl)]
pub async fn open_queue(
    /// The query string of the queue's address.
    address: String,
) -> Result<Answer<QueueQuery, NameForms>, AddressFailure<QueueQuery>> {
    use crate::access::{Authorized, SeeClients, allowed_with_query};
    use domain::{
        clients::{no_such_client, store as clients},
        form_answers::{self, SEVERAL, new_key},
        names::{list, queue::Queue},
    };
    use values::address::typed;
    allowed_with_query(QueueQuery::parse(&address), |authorized: Authorized<SeeClients>, query| async move {
        let query = query?;
        let database = &authorized.services.database;
        let open = if let Some((client, name)) = &query.open {
            let client = clients::find(database, *client).await?.ok_or_else(no_such_client)?;
            Some(list::open(&authorized.services.database, authorized.services.policy, &client, name).await?)
        } else {
            let queue = Queue::open(database, &authorized.services.directory, &query).await?;
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
        Ok(Answer { query, content: NameForms { open, keys: [new_key()?, new_key()?], answer } })
    })
    .await
}
