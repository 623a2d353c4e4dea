//! Draws a page in one piece.
//!
//! Leptos starts a task for everything that a page waits for, and tokio runs tasks on all its threads at once. Now and
//! then two of them miss each other, and the page waits for ever: one of a thousand did. So what is started while a
//! request is answered is run in that request's own task, one after another.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use axum::{extract::Request, middleware::Next, response::Response};
use futures::stream::{FuturesUnordered, StreamExt as _};
use std::{
    cell::RefCell,
    future::{Future as _, poll_fn},
    pin::pin,
    task::Poll,
};

thread_local! {
    /// What was started since the request that this thread is working on was looked at.
    static STARTED: RefCell<Option<Vec<PinnedFuture<()>>>> = const { RefCell::new(None) };
}

/// Starts tasks beside the request that wants them, or else as tokio does.
struct Beside;

impl CustomExecutor for Beside {
    fn spawn(&self, task: PinnedFuture<()>) {
        let other = STARTED.with_borrow_mut(|started| match started {
            Some(started) => {
                started.push(task);
                None
            }
            None => Some(task),
        });
        if let Some(task) = other {
            tokio::spawn(task);
        }
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(task);
    }

    fn poll_local(&self) {}
}

/// Has Leptos start its tasks here. Only what comes first in a process counts.
pub fn begin() {
    // The second server of a process finds it done.
    let _ = Executor::init_custom_executor(Beside);
}

/// Collects what is started, until it is dropped: also when a page panics.
struct Collecting;

impl Collecting {
    fn begin() -> Self {
        STARTED.set(Some(Vec::new()));
        Self
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        STARTED.set(None);
    }
}

/// What was started since it was asked last.
fn started() -> Vec<PinnedFuture<()>> {
    STARTED.with_borrow_mut(|started| started.as_mut().map(std::mem::take)).unwrap_or_default()
}

/// Answers a request together with all that is started for it.
pub async fn answer(request: Request, next: Next) -> Response {
    let mut answer = pin!(next.run(request));
    let mut tasks = FuturesUnordered::new();
    let answer = poll_fn(|context| {
        let _collecting = Collecting::begin();
        let answer = answer.as_mut().poll(context);
        tasks.extend(started());
        while answer.is_pending() {
            while let Poll::Ready(Some(())) = tasks.poll_next_unpin(context) {}
            // Tasks start others.
            let more = started();
            if more.is_empty() {
                break;
            }
            tasks.extend(more);
        }
        answer
    })
    .await;
    // They end with what they belong to.
    for task in tasks {
        tokio::spawn(task);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt as _;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_started_for_a_request_is_run_with_it() {
        begin();
        let handler = async || {
            let (send, receive) = tokio::sync::oneshot::channel();
            // One that starts another, and one that never ends.
            Executor::spawn(async {
                tokio::task::yield_now().await;
                Executor::spawn(async {
                    let _ = send.send(tokio::task::id());
                });
            });
            Executor::spawn(std::future::pending());
            let ran_in = receive.await.expect("the task's own number");
            (ran_in == tokio::task::id()).to_string()
        };
        let router = Router::new().route("/", get(handler)).layer(middleware::from_fn(answer));
        let asked = tokio::spawn(router.oneshot(Request::new(Body::empty())));
        let body = axum::body::to_bytes(asked.await.unwrap().unwrap().into_body(), 10).await.unwrap();
        assert_eq!(body, "true");
    }
}
