//! What a page asks the server for.
//!
//! Until it is shown an answer is text, so that waiting for one is the same code for all of them: with a type of its
//! own, each would bring the browser another copy of it.

use leptos::{prelude::*, server::codee::string::FromToStringCodec, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};
use std::{marker::PhantomData, pin::Pin, sync::Arc};
use values::{error::Error, json};

/// What a server function answers, once it does.
#[derive(Debug)]
pub struct ServerQuery<T> {
    text: Text,
    answer: PhantomData<fn() -> T>,
}

/// The answer to [`read`], once it is there.
pub(super) type Text = Resource<String, FromToStringCodec>;

/// How the answer's text is had.
type Asking = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;

impl<T> Clone for ServerQuery<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ServerQuery<T> {}

impl<T> ServerQuery<T> {
    /// Asks a server function: now, and anew whenever something has changed that `question` reads. The server calls
    /// it for the first page, which takes the answer along; after that the browser fetches what it answers.
    ///
    /// A page that is drawn may be gone when `question` and what shows the answer are called once more, so both read
    /// with `try_get`.
    pub fn new<Question>(question: impl Fn() -> Question + Send + Sync + 'static) -> Self
    where
        T: Serialize,
        Question: ServerFn<Output = T, Error: Serialize> + Clone + Serialize + Send + Sync + 'static,
    {
        let text = text(Box::new(move || asking(question())));
        Self { text, answer: PhantomData }
    }

    /// An answer that is there already, as the catalogue has it.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn answered(answer: &Result<T, Error>) -> Self
    where
        T: Serialize,
    {
        let written = serde_json::to_string(answer).unwrap_or_default();
        Self { text: Resource::new_str(|| (), move |()| std::future::ready(written.clone())), answer: PhantomData }
    }

    /// The answer's text.
    pub(super) fn text(self) -> Text {
        self.text
    }
}

/// The answer that a text holds.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    json::read(text).unwrap_or(Err(Error::Connection))
}

fn text(question: Box<dyn Fn() -> Asking + Send + Sync>) -> Text {
    Resource::new_str(move || Anew(question()), |Anew(asking)| asking())
}

/// Never the same, so that it is asked whenever something has changed.
#[derive(Clone)]
struct Anew(Asking);

impl PartialEq for Anew {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[cfg(not(feature = "hydrate"))]
fn asking<Question>(question: Question) -> Asking
where
    Question: ServerFn<Output: Serialize, Error: Serialize> + Clone + Send + Sync + 'static,
{
    Arc::new(move || {
        let answer = question.clone().run_body();
        Box::pin(async move { serde_json::to_string(&answer.await).unwrap_or_default() })
    })
}

#[cfg(feature = "hydrate")]
fn asking<Question: ServerFn + Serialize>(question: Question) -> Asking {
    let address = format!("{}?{}", Question::PATH, serde_qs::to_string(&question).unwrap_or_default());
    Arc::new(move || Box::pin(send_wrapper::SendWrapper::new(fetch::answer(address.clone()))))
}

#[cfg(feature = "hydrate")]
pub(super) mod fetch {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{AbortController, Request, RequestInit, Response};

    /// Stops a request that nobody waits for any more.
    struct Stops(AbortController);

    impl Drop for Stops {
        fn drop(&mut self) {
            self.0.abort();
        }
    }

    /// A server function's answer, written as the first page has it.
    pub async fn answer(address: String) -> String {
        match send(&address, None).await {
            Ok((200, value)) => format!("{{\"Ok\":{value}}}"),
            Ok((_, error)) => format!("{{\"Err\":{error}}}"),
            Err(_) => String::new(),
        }
    }

    /// Status and body of the answer to a GET, or to a POST of a form.
    pub async fn send(address: &str, form: Option<&str>) -> Result<(u16, String), JsValue> {
        let (options, stops) = (RequestInit::new(), Stops(AbortController::new()?));
        options.set_signal(Some(&stops.0.signal()));
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
        let text = JsFuture::from(response.text()?).await?;
        Ok((response.status(), text.as_string().unwrap_or_default()))
    }
}
