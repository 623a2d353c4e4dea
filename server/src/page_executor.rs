//! Polls a page's tasks on the task of its request.
//!
//! Leptos spawns a task for every resource that a page waits for. On tokio's multi-threaded runtime two of a page's
//! tasks can miss a wake-up and the response never completes (about one in a thousand). We therefore poll them on the
//! request's own task.

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
    /// Tasks that the request polled on this thread has spawned since they were last taken. `None` between requests.
    static SPAWNED: RefCell<Option<Vec<PinnedFuture<()>>>> = const { RefCell::new(None) };
}

/// Keeps the tasks of a request for its own task, and hands all others to tokio.
struct PageExecutor;

impl CustomExecutor for PageExecutor {
    fn spawn(&self, task: PinnedFuture<()>) {
        let other = SPAWNED.with_borrow_mut(|spawned| match spawned {
            Some(spawned) => {
                spawned.push(task);
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

/// Makes this the executor of Leptos. A process has one executor, and the first one that is set stays.
pub fn install() {
    // Fails for the second server of a process (tests), which uses the executor of the first.
    let _ = Executor::init_custom_executor(PageExecutor);
}

/// Collects spawned tasks until it is dropped, also when a page panics.
struct Collecting;

impl Collecting {
    fn begin() -> Self {
        SPAWNED.set(Some(Vec::new()));
        Self
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        SPAWNED.set(None);
    }
}

/// Takes the tasks that were spawned since the last call.
fn take_spawned() -> Vec<PinnedFuture<()>> {
    SPAWNED.with_borrow_mut(|spawned| spawned.as_mut().map(std::mem::take)).unwrap_or_default()
}

/// Answers a request and polls the tasks that it spawns, all on its own task.
pub async fn answer(request: Request, next: Next) -> Response {
    let mut answer = pin!(next.run(request));
    let mut tasks = FuturesUnordered::new();
    let answer = poll_fn(|context| {
        let _collecting = Collecting::begin();
        let answer = answer.as_mut().poll(context);
        tasks.extend(take_spawned());
        while answer.is_pending() {
            while let Poll::Ready(Some(())) = tasks.poll_next_unpin(context) {}
            // Tasks spawn further tasks.
            let more = take_spawned();
            if more.is_empty() {
                break;
            }
            tasks.extend(more);
        }
        answer
    })
    .await;
    // Tasks that are left end with the reactive owner that spawned them.
    for task in tasks {
        tokio::spawn(task);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware};
    use tower::ServiceExt as _;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tasks_of_a_request_run_on_its_own_task() {
        install();
        let handler = async || {
            let (send, receive) = tokio::sync::oneshot::channel();
            // One task spawns another, and one never ends.
            Executor::spawn(async {
                tokio::task::yield_now().await;
                Executor::spawn(async {
                    let _ = send.send(tokio::task::id());
                });
            });
            Executor::spawn(std::future::pending());
            let ran_in = receive.await.expect("a task id");
            (ran_in == tokio::task::id()).to_string()
        };
        let router = Router::new().fallback(handler).layer(middleware::from_fn(answer));
        let response = tokio::spawn(router.oneshot(Request::new(Body::empty())));
        let body = axum::body::to_bytes(response.await.unwrap().unwrap().into_body(), 10).await.unwrap();
        assert_eq!(body, "true");
    }
}
