//! How the forms of a client's page are answered: as JSON to the application in the browser, and without it with 303
//! back to the page, which shows what became of them. Native only.

use crate::{
    access::{Authorized, Visitor},
    failure::Failure,
    frame::forms::{self, FIELDS, KIB, came_from},
};
use axum::{
    Json,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    administrators::Permission,
    clients::parse_id,
    database::Database,
    form_answers::{self, SEVERAL, Submission, new_key},
};
use serde::de::DeserializeOwned;
use values::error::Error;
use values::form_answer::Done;

/// Where a form stands, and with it what it is about.
pub enum Page<'a> {
    /// On a tab of a client's page.
    Client {
        /// The client's number in the address, as it is written there.
        id: &'a str,
        /// The tab.
        tab: &'static str,
    },
    /// On any page that shows names: it may be about those of several clients.
    Names,
}

/// A form as it came in.
pub struct Form<'a> {
    /// Which form: the last word of its address, which is also its id on the page.
    pub name: &'static str,
    /// Where it stands.
    pub page: Page<'a>,
    /// Its idempotency key.
    pub key: &'a str,
    /// The one-time value that answers the question of the form before; empty where nothing was asked.
    pub confirmed: &'a str,
    /// Names and values of its fields.
    pub typed: Vec<(&'static str, String)>,
}

/// The most kibibytes of a form with many texts: one that is far too long, in any script, is still told so beside its
/// field.
pub const LARGEST: usize = 256;

/// Somebody who may change clients and has sent a form.
#[derive(Debug)]
pub struct Sender {
    caller: Authorized,
    headers: HeaderMap,
}

/// A form of somebody who may change clients. The permission comes first: for anybody else nothing of it is read.
#[derive(Debug)]
pub struct Posted<T, const LARGEST: usize = KIB, const MOST: usize = FIELDS> {
    /// Its sender.
    pub sender: Sender,
    /// The typed values.
    pub form: T,
}

impl<S: Sync, T: DeserializeOwned, const LARGEST: usize, const MOST: usize> FromRequest<S>
    for Posted<T, LARGEST, MOST>
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let visitor = request.extensions().get::<Visitor>().ok_or(Error::SignInRequired);
        let caller = visitor.and_then(|visitor| visitor.allow(Permission::ChangeClients));
        let caller = caller.map_err(|error| refusal(&headers, error.status(), error))?;
        match forms::Form::<T, LARGEST, MOST>::from_request(request, state).await {
            Ok(forms::Form(form)) => Ok(Self { sender: Sender { caller, headers }, form }),
            Err(unreadable) => Err(refusal(&headers, unreadable.status, unreadable.error)),
        }
    }
}

/// Whether a form was sent by the application in the browser, or by another program.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// The answer to a form that nothing was tried with.
fn refusal(headers: &HeaderMap, status: StatusCode, error: Error) -> Response {
    if wants_json(headers) {
        return (status, Json(Err::<Done, _>(error))).into_response();
    }
    (status, format!("{error}\n")).into_response()
}

/// Does what a form asks for, and answers it. The work returns what was done, in words.
pub async fn answer<Work>(sender: Sender, form: Form<'_>, work: impl FnOnce(Authorized, Submission) -> Work) -> Response
where
    Work: Future<Output = Result<String, Error>>,
{
    let Sender { caller, headers } = sender;
    let client_id = match form.page {
        Page::Client { id, .. } => parse_id(id),
        Page::Names => Ok(SEVERAL),
    };
    let (idempotency_key, client_id) = match (key(form.key), client_id) {
        (Ok(key), Ok(client_id)) => (key, client_id),
        (Err(error), _) | (_, Err(error)) => return refusal(&headers, error.status(), error),
    };
    let sent = Submission {
        form: form.name,
        idempotency_key,
        administrator: caller.administrator.id,
        client_id,
        typed: form.typed,
        confirmed: None,
    };
    let database = caller.services.database.clone();
    // Boxed: what a form does takes some ten kilobytes while it waits.
    let work = async |sent| work(caller, sent).await;
    let outcome = Box::pin(confirmed(&database, sent.clone(), form.confirmed, work)).await;
    if wants_json(&headers) {
        return as_json(outcome);
    }
    if let Err(error @ (Error::NotFound(_) | Error::Unavailable | Error::Unknown | Error::Internal)) = outcome {
        return Failure(error).into_response();
    }
    match form_answers::keep(&database, &sent, outcome).await {
        Ok(()) => Redirect::to(&page(&headers, &form.page, &sent)).into_response(),
        Err(error) => Failure(error).into_response(),
    }
}

/// Tells the work what the form confirms. A question of the work gets a one-time value that answers it: nobody can
/// confirm what the server has not asked.
async fn confirmed(
    database: &Database,
    sent: Submission,
    token: &str,
    work: impl AsyncFnOnce(Submission) -> Result<String, Error>,
) -> Result<String, Error> {
    let confirmed = form_answers::confirmed(database, &sent, token).await?;
    match work(Submission { confirmed, ..sent.clone() }).await {
        Err(Error::Unconfirmed { question, button, confirmed }) => {
            let confirmed = form_answers::ask(database, &sent, confirmed).await?;
            Err(Error::Unconfirmed { question, button, confirmed })
        }
        outcome => outcome,
    }
}

/// A key as forms have it.
fn key(text: &str) -> Result<String, Error> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain && (8..=64).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(Error::refused(
        "",
        "The form came without its idempotency key (8 to 64 letters, digits or hyphens). Load the page again.",
    ))
}

fn as_json(outcome: Result<String, Error>) -> Response {
    let answer = outcome.and_then(|message| Ok(Done { message, next_key: new_key()? }));
    let status = answer.as_ref().err().map_or(StatusCode::OK, Error::status);
    (status, Json(answer)).into_response()
}

/// The page that the form was sent from, told where to find its answer.
fn page(headers: &HeaderMap, page: &Page<'_>, sent: &Submission) -> String {
    let from = came_from(headers).unwrap_or_default();
    let (path, query) = from.split_once('?').unwrap_or((&from, ""));
    let (page, query) = match *page {
        Page::Client { tab, .. } => {
            let page = format!("/clients/{}/{tab}", sent.client_id);
            let query = if path == page { query } else { "" };
            (page, query)
        }
        Page::Names if path.starts_with("/clients/") && path.ends_with("/names") => (path.to_owned(), query),
        Page::Names => ("/names".to_owned(), if path == "/names" { query } else { "" }),
    };
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "answer");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("answer", &sent.idempotency_key)
        .finish();
    format!("{page}?{query}#{}", sent.form)
}
