//! Calls server functions for a page.
//!
//! An answer stays text until it is shown, so that all answers share the code that waits for them. Generic code would
//! be compiled into the WASM once per type.

use leptos::{prelude::*, server::codee::string::FromToStringCodec, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};
use std::{marker::PhantomData, pin::Pin, sync::Arc};
use values::{
    answer::{Answer, Refusal},
    error::Error,
    json,
};

/// The answer of a server function, once it is there: a `T`, or an `E`.
#[derive(Debug)]
pub struct ServerQuery<T, E = Error> {
    text: Text,
    answer: PhantomData<fn() -> Result<T, E>>,
}

/// The text of the answer, for [`read`].
pub(super) type Text = Resource<String, FromToStringCodec>;

/// Fetches the text of the answer.
type Fetch = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;

impl<T, E> Clone for ServerQuery<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, E> Copy for ServerQuery<T, E> {}

impl<T, E> ServerQuery<T, E> {
    /// The answer's text.
    pub(super) fn text(self) -> Text {
        self.text
    }
}

impl<Query, Content> ServerQuery<Answer<Query, Content>, Refusal<Query>> {
    /// Calls a server function that parses the page's address, as [`ServerQuery::new`] does.
    pub fn of_address<Request>(request: impl Fn() -> Request + Send + Sync + 'static) -> Self
    where
        Query: Serialize,
        Content: Serialize,
        Request: ServerFn<Output = Answer<Query, Content>, Error: Serialize + Into<Refusal<Query>>>
            + Clone
            + Serialize
            + Send
            + Sync
            + 'static,
    {
        Self { text: text(Box::new(move || fetch_of(request()))), answer: PhantomData }
    }
}

impl<T> ServerQuery<T> {
    /// Calls a server function now, and again whenever a signal changes that `request` reads. The first page contains
    /// the answer of its call on the server; later the browser fetches the answers.
    ///
    /// `request` may run once more after the page's signals are disposed, so it reads them with
    /// [`OrDefault`](crate::signals::OrDefault).
    pub fn new<Request>(request: impl Fn() -> Request + Send + Sync + 'static) -> Self
    where
        T: Serialize,
        Request: ServerFn<Output = T, Error: Serialize> + Clone + Serialize + Send + Sync + 'static,
    {
        Self { text: text(Box::new(move || fetch_of(request()))), answer: PhantomData }
    }

    /// An answer that is known already, for the catalogue.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn answered(answer: &Result<T, Error>) -> Self
    where
        T: Serialize,
    {
        let written = serde_json::to_string(answer).unwrap_or_default();
        Self { text: Resource::new_str(|| (), move |()| std::future::ready(written.clone())), answer: PhantomData }
    }
}

/// The first character of an answer that is none: no connection, no session, or a fault of the server. What was loaded
/// before stays on the page then.
pub(super) const FAILED: char = '!';

/// Reads the text of an answer.
pub(super) fn read<T: DeserializeOwned, E: DeserializeOwned + From<Error>>(text: &str) -> Result<T, E> {
    json::read(text.trim_start_matches(FAILED)).unwrap_or_else(|| Err(Error::Connection.into()))
}

fn text(request: Box<dyn Fn() -> Fetch + Send + Sync>) -> Text {
    Resource::new_str(move || NeverEqual(request()), |NeverEqual(fetch)| fetch())
}

/// The source of the resource. It never equals the one before, so that every change leads to a call.
#[derive(Clone)]
struct NeverEqual(Fetch);

impl PartialEq for NeverEqual {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[cfg(not(feature = "hydrate"))]
fn fetch_of<Request>(request: Request) -> Fetch
where
    Request: ServerFn<Output: Serialize, Error: Serialize> + Clone + Send + Sync + 'static,
{
    Arc::new(move || {
        let answer = request.clone().run_body();
        Box::pin(async move { serde_json::to_string(&answer.await).unwrap_or_default() })
    })
}

#[cfg(feature = "hydrate")]
fn fetch_of<Request: ServerFn + Serialize>(request: Request) -> Fetch {
    let address = format!("{}?{}", Request::PATH, serde_qs::to_string(&request).unwrap_or_default());
    Arc::new(move || Box::pin(send_wrapper::SendWrapper::new(fetch::answer(address.clone()))))
}

#[cfg(feature = "hydrate")]
pub(super) mod fetch {
    use super::FAILED;
    use crate::session;
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{AbortController, Request, RequestInit, Response};

    /// Aborts a request whose answer is no longer awaited.
    pub struct AbortOnDrop(AbortController);

    impl Drop for AbortOnDrop {
        fn drop(&mut self) {
            self.0.abort();
        }
    }

    /// The answer of a server function, in the format of the first page.
    pub async fn answer(address: String) -> String {
        match send(&address, None).await {
            Ok((200, value)) => format!("{{\"Ok\":{value}}}"),
            Ok((401 | 500..=599, error)) => format!("{FAILED}{{\"Err\":{error}}}"),
            Ok((_, error)) => format!("{{\"Err\":{error}}}"),
            Err(_) => FAILED.to_string(),
        }
    }

    /// Sends a GET, or a POST of a form. Returns status and body of the answer. If the session has ended, it asks to
    /// sign in and sends the request again.
    pub async fn send(address: &str, form: Option<&str>) -> Result<(u16, String), JsValue> {
        let (mut response, mut sent) = send_once(address, form).await?;
        if response.status() == 401 && session::ask().await {
            (response, sent) = send_once(address, form).await?;
        }
        let text = JsFuture::from(response.text()?).await?;
        drop(sent);
        Ok((response.status(), text.as_string().unwrap_or_default()))
    }

    /// Sends a request. The answer's body can be read until the second value is dropped.
    pub async fn send_once(address: &str, form: Option<&str>) -> Result<(Response, AbortOnDrop), JsValue> {
        let (options, abort) = (RequestInit::new(), AbortOnDrop(AbortController::new()?));
        options.set_signal(Some(&abort.0.signal()));
        if let Some(form) = form {
            options.set_method("POST");
            options.set_body(&form.into());
        }
        let request = Request::new_with_str_and_init(address, &options)?;
        request.headers().set("accept", "application/json")?;
        if form.is_some() {
            request.headers().set("content-type", "application/x-www-form-urlencoded")?;
        }
        let response: Response = JsFuture::from(window().fetch_with_request(&request)).await?.dyn_into()?;
        Ok((response, abort))
    }
}
