//! `GET /clients/{id}/events`: tells an open page that the client has changed, whoever changed it. Native only.
//!
//! What changed isn't told: the page reads it anew, and with it every permission. (An event without any data would be
//! none to a browser.)

use super::find_client;
use crate::{
    admins::{Permission, visitor::Visitor},
    error::Error,
};
use axum::{
    Extension,
    extract::Path,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, StreamExt as _, stream};
use std::{convert::Infallible, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// The browser then asks again, with the session that it has by then.
const LONGEST: Duration = Duration::from_mins(30);

/// The events of one client.
pub async fn follow(
    Path(id): Path<String>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    let caller = visitor.allow(Permission::SeeClients)?;
    let id = find_client(&caller, &id).await?.id;
    let services = caller.services;
    let ended = async move {
        tokio::select! {
            () = tokio::time::sleep(LONGEST) => {}
            () = services.stopping.cancelled() => {}
        }
    };
    let changes = stream::unfold(services.directory.changes(), move |mut changes| async move {
        loop {
            match changes.recv().await {
                Ok(changed) if changed.binary_search(&id).is_err() => {}
                // Whoever couldn't keep up may have missed it.
                Ok(_) | Err(RecvError::Lagged(_)) => {
                    return Some((Ok(Event::default().event("changed").data("anew")), changes));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    });
    // The first event says that from now on nothing is missed.
    let first = stream::iter([Ok(Event::default().event("following").data("from now on"))]);
    Ok(Sse::new(first.chain(changes).take_until(Box::pin(ended))).keep_alive(KeepAlive::default()))
}
