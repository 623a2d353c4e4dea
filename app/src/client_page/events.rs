//! `GET /clients/{id}/events` and `/names/events`: tell an open page that the client has changed, or a name of any
//! client. Native only.
//!
//! An event has no details: the page refreshes, which checks its permissions again. (Browsers ignore an event without
//! data, so there is some.)

use crate::{
    access::{SeeClients, SessionToken, Visitor},
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
    ids::ClientId,
    names::store::newest_change,
    services::Services,
};
use futures::{Stream, StreamExt as _, stream};
use std::{convert::Infallible, time::Duration};
use tokio::{
    sync::broadcast::error::RecvError,
    time::{MissedTickBehavior, interval, sleep},
};
use values::time::Moment;

/// The longest connection. The browser then reconnects with its current session.
const LONGEST: Duration = Duration::from_mins(30);

/// How often the session is checked. Any server or command may have ended it, so the check reads the database: a row by
/// its key, for each visible page.
const RECHECK_INTERVAL: Duration = Duration::from_secs(2);

/// The changes that a page follows.
enum Followed {
    Client(ClientId),
    /// Changes of names, with the last [`newest_change`].
    Names(Option<(Option<Moment>, u64)>),
}

impl Followed {
    /// Whether a change concerns the page. `None` stands for changes that were missed.
    async fn concerns(&mut self, database: &Database, changed: Option<&[ClientId]>) -> bool {
        match self {
            Self::Client(id) => changed.is_none_or(|changed| changed.binary_search(id).is_ok()),
            // Most changes of clients are of their messages and money.
            Self::Names(before) => match newest_change(database.reader()).await {
                Ok(newest) => before.replace(newest) != Some(newest),
                Err(_) => false,
            },
        }
    }
}

/// Streams the events of all clients' names.
///
/// # Errors
/// Those of [`Visitor::allow`].
pub async fn follow_names(
    Extension(visitor): Extension<Visitor>,
    token: SessionToken,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let authorized = visitor.allow::<SeeClients>()?;
    Ok(events(authorized.services, token, Followed::Names(None)))
}

/// Streams the events of one client.
///
/// # Errors
/// Those of [`Visitor::allow`], and [`Error::NotFound`](values::error::Error::NotFound) for an unknown client.
pub async fn follow(
    Path(id): Path<String>,
    Extension(visitor): Extension<Visitor>,
    token: SessionToken,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let authorized = visitor.allow::<SeeClients>()?;
    let id = of_address(&authorized.services.database, &id).await?.id;
    Ok(events(authorized.services, token, Followed::Client(id)))
}

fn events(
    services: Services,
    token: SessionToken,
    followed: Followed,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ended = async move {
        tokio::select! {
            () = sleep(LONGEST) => {}
            () = services.stopping.cancelled() => {}
        }
    };
    let database = services.database;
    let mut recheck = interval(RECHECK_INTERVAL);
    recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let following = (services.directory.changes(), recheck, followed);
    let changes = stream::unfold(following, move |(mut changes, mut recheck, mut followed)| {
        let (database, token) = (database.clone(), token.clone());
        async move {
            loop {
                let changed = tokio::select! {
                    changed = changes.recv() => match changed {
                        Ok(changed) if !followed.concerns(&database, Some(&changed)).await => continue,
                        // A slow receiver may have missed the change.
                        Err(RecvError::Lagged(_)) => followed.concerns(&database, None).await,
                        Ok(_) => true,
                        Err(RecvError::Closed) => return None,
                    },
                    _ = recheck.tick() => false,
                };
                if !may_still_see(&database, &token).await {
                    return None;
                }
                if changed {
                    return Some((Ok(Event::default().event("changed").data("refresh")), (changes, recheck, followed)));
                }
            }
        }
    });
    // From the first event on, no change is missed.
    let first = stream::iter([Ok(Event::default().event("following").data("from now on"))]);
    Sse::new(first.chain(changes).take_until(Box::pin(ended))).keep_alive(KeepAlive::default())
}

/// Whether the session is valid and still has the permission. Waits while the database can't be reached, and all events
/// with it.
async fn may_still_see(database: &Database, token: &SessionToken) -> bool {
    let Some(token) = token.as_str() else { return false };
    loop {
        match role_of_session(database, token).await {
            Ok(role) => return role.is_some_and(|role| role.allows(Permission::SeeClients)),
            Err(_) => sleep(RECHECK_INTERVAL).await,
        }
    }
}
