//! `GET /clients/{id}/events`: tells an open page that the client has changed, whoever changed it. Native only.
//!
//! What changed isn't told: the page reads it anew, and with it every permission. (An event without any data would be
//! none to a browser.)

use crate::{
    access::{SessionToken, Visitor},
    failure::Failure,
};
use axum::{
    Extension,
    extract::Path,
    response::sse::{Event, KeepAlive, Sse},
};
use domain::{
    administrators::{Permission, store::role_of_session},
    clients::store::of_address,
    database::Database,
};
use futures::{Stream, StreamExt as _, stream};
use std::{convert::Infallible, time::Duration};
use tokio::{
    sync::broadcast::error::RecvError,
    time::{MissedTickBehavior, interval, sleep},
};

/// The browser then asks again, with the session that it has by then.
const LONGEST: Duration = Duration::from_mins(30);

/// How often it is looked whether the session still lives. Any server or command may have ended it, so the database is
/// asked: one row by its key, for each page that is open and in sight.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The events of one client.
pub async fn follow(
    Path(id): Path<String>,
    Extension(visitor): Extension<Visitor>,
    token: SessionToken,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let caller = visitor.allow(Permission::SeeClients)?;
    let id = of_address(&caller.services.database, &id).await?.id;
    let services = caller.services;
    let ended = async move {
        tokio::select! {
            () = sleep(LONGEST) => {}
            () = services.stopping.cancelled() => {}
        }
    };
    let database = services.database;
    let mut look = interval(LOOK_AGAIN);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let following = (services.directory.changes(), look);
    let changes = stream::unfold(following, move |(mut changes, mut look)| {
        let (database, token) = (database.clone(), token.clone());
        async move {
            loop {
                let changed = tokio::select! {
                    changed = changes.recv() => match changed {
                        Ok(changed) if changed.binary_search(&id).is_err() => continue,
                        // A slow reader may have missed it.
                        Ok(_) | Err(RecvError::Lagged(_)) => true,
                        Err(RecvError::Closed) => return None,
                    },
                    _ = look.tick() => false,
                };
                if !may_still_see(&database, &token).await {
                    return None;
                }
                if changed {
                    return Some((Ok(Event::default().event("changed").data("anew")), (changes, look)));
                }
            }
        }
    });
    // The first event says that from now on nothing is missed.
    let first = stream::iter([Ok(Event::default().event("following").data("from now on"))]);
    Ok(Sse::new(first.chain(changes).take_until(Box::pin(ended))).keep_alive(KeepAlive::default()))
}

/// Whether the session lives and still gives the permission. While the database is away nobody can say, so that the
/// answer and every event wait.
async fn may_still_see(database: &Database, token: &SessionToken) -> bool {
    let Some(token) = token.as_str() else { return false };
    loop {
        match role_of_session(database, token).await {
            Ok(role) => return role.is_some_and(|role| role.allows(Permission::SeeClients)),
            Err(_) => sleep(LOOK_AGAIN).await,
        }
    }
}
