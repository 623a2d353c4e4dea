//! The views of a page, with their counts.

use super::{
    PageViews, View,
    place::{Place, address_of, resolved, usual_period},
    store::{self, Author, may_change, view},
};
use crate::{
    clients::query::ClientQuery,
    form_answers::{self, SEVERAL, new_key},
    ids::ClientId,
    names::{queue::Queue, queue_query::QueueQuery},
    services::Services,
};
use values::{address::typed, error::Error};

/// Lists the views that an administrator sees of a page, whose query string is `address`.
pub async fn of_page(
    services: &Services,
    author: &Author,
    place: Place,
    client: Option<ClientId>,
    address: &str,
) -> Result<PageViews, Error> {
    let database = &services.database;
    let saved = store::of_places(database, author.id, place.shown_with()).await?;
    // An invalid address has no view.
    let here = place.kept(address).ok();
    let mut views = Vec::with_capacity(saved.len());
    for row in saved {
        let Ok(of) = Place::parse(&row.place) else { continue };
        let query = of.kept(&resolved(&row.query));
        views.push(View {
            id: row.id,
            address: address_of(of, client, &row.query),
            count: count(services, of, &row).await,
            open: of == place && here.is_some() && query.ok() == here,
            shared: row.shared,
            changeable: may_change(author, &row),
            name: row.name,
        });
    }
    let answer = form_answers::find(database, author.id, SEVERAL, typed(address, "answer")).await?;
    let relative = here.as_deref().and_then(usual_period).map(str::to_owned);
    Ok(PageViews { views, relative, keys: [new_key()?, new_key()?, new_key()?], answer })
}

/// The number of rows of a view. A view that can't be counted any more still stands in the list.
async fn count(services: &Services, place: Place, view: &view::Model) -> Option<u64> {
    match place {
        Place::Clients => {
            let query = ClientQuery::parse(&view.query).ok()?;
            Some(services.directory.select(&query).await.ok()?.total)
        }
        Place::Names => {
            let query = QueueQuery::parse(&view.query).ok()?;
            Some(Queue::open(&services.database, &services.directory, &query).await.ok()?.total())
        }
        Place::Finance | Place::ClientNames | Place::Statistics(_) => None,
    }
}
