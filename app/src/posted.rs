//! Answers forms that change something: with JSON to the hydrated application, otherwise with a 303 to the page, which
//! shows the outcome. Native only.

use crate::{
    access::{Authorized, ChangeClients, Grants, Visitor},
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
    clients::parse_id,
    database::Database,
    form_answers::{self, SEVERAL, Submission, new_key},
};
use serde::de::DeserializeOwned;
use values::{address::replaced, error::Error, form_answer::Done};

/// The page of a form, which decides whose data the form changes.
pub enum Page<'a> {
    /// A tab of a client's page.
    Client {
        /// The client's number as written in the address.
        id: &'a str,
        /// The tab.
        tab: &'static str,
    },
    /// Any page that shows names, of one or several clients.
    Names,
    /// The page that the form was sent from.
    Any,
}

/// A submitted form.
pub struct FilledForm<'a> {
    /// The last word of the form's address, which is also its id on the page.
    pub name: &'static str,
    /// Its page.
    pub page: Page<'a>,
    /// Its idempotency key.
    pub key: &'a str,
    /// The one-time value that confirms the previous submission's question; empty without a question.
    pub confirmed: &'a str,
    /// The names and typed values of its fields.
    pub typed: Vec<(&'static str, String)>,
}

/// The most kibibytes of a form with many texts. It leaves room for a text that is too long, so that the error is shown
/// beside its field.
pub const LARGEST: usize = 256;

/// The sender of a form, who has the permission `P`.
#[derive(Debug)]
pub struct Sender<P = ChangeClients> {
    authorized: Authorized<P>,
    headers: HeaderMap,
}

/// A form whose sender has the permission `P`. It is checked before the body is read.
#[derive(Debug)]
pub struct Posted<T, const LARGEST: usize = KIB, const MOST: usize = FIELDS, P = ChangeClients> {
    /// The sender.
    pub sender: Sender<P>,
    /// The typed values.
    pub form: T,
}

impl<S: Sync, T: DeserializeOwned, const LARGEST: usize, const MOST: usize, P: Grants> FromRequest<S>
    for Posted<T, LARGEST, MOST, P>
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let visitor = request.extensions().get::<Visitor>().ok_or(Error::SignInRequired);
        let authorized = visitor.and_then(Visitor::allow);
        let authorized = authorized.map_err(|error| refusal(&headers, error.status(), error))?;
        match forms::Form::<T, LARGEST, MOST>::from_request(request, state).await {
            Ok(forms::Form(form)) => Ok(Self { sender: Sender { authorized, headers }, form }),
            Err(unreadable) => Err(refusal(&headers, unreadable.status, unreadable.error)),
        }
    }
}

/// Whether the form was sent by a script, which expects JSON.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// The answer to a form that was refused before any work.
fn refusal(headers: &HeaderMap, status: StatusCode, error: Error) -> Response {
    if wants_json(headers) {
        return (status, Json(Err::<Done, _>(error))).into_response();
    }
    (status, format!("{error}\n")).into_response()
}

/// Runs the work of a form and answers the form. The work returns a message about what was done.
pub async fn answer<P, Work>(
    sender: Sender<P>,
    form: FilledForm<'_>,
    work: impl FnOnce(Authorized<P>, Submission) -> Work,
) -> Response
where
    Work: Future<Output = Result<String, Error>>,
{
    let Sender { authorized, headers } = sender;
    let client_id = match form.page {
        Page::Client { id, .. } => parse_id(id),
        Page::Names | Page::Any => Ok(SEVERAL),
    };
    let (idempotency_key, client_id) = match (key(form.key), client_id) {
        (Ok(key), Ok(client_id)) => (key, client_id),
        (Err(error), _) | (_, Err(error)) => return refusal(&headers, error.status(), error),
    };
    let submission = Submission {
        form: form.name,
        idempotency_key,
        administrator: authorized.administrator.id,
        client_id,
        typed: form.typed,
        confirmed: None,
    };
    let database = authorized.services.database.clone();
    // Boxed, since the future takes about ten kilobytes.
    let work = async |submission| work(authorized, submission).await;
    let outcome = Box::pin(confirmed(&database, submission.clone(), form.confirmed, work)).await;
    if wants_json(&headers) {
        return as_json(outcome);
    }
    if let Err(error @ (Error::NotFound(_) | Error::Unavailable | Error::Unknown | Error::Internal)) = outcome {
        return Failure(error).into_response();
    }
    let done = outcome.is_ok();
    match form_answers::keep(&database, &submission, outcome).await {
        Ok(()) => Redirect::to(&page(&headers, &form.page, &submission, done)).into_response(),
        Err(error) => Failure(error).into_response(),
    }
}

/// Runs the work with what the form confirms. A question of the work gets a one-time value as its answer, so that
/// nothing can be confirmed that the server hasn't asked.
async fn confirmed(
    database: &Database,
    submission: Submission,
    token: &str,
    work: impl AsyncFnOnce(Submission) -> Result<String, Error>,
) -> Result<String, Error> {
    let confirmed = form_answers::confirmed(database, &submission, token).await?;
    match work(Submission { confirmed, ..submission.clone() }).await {
        Err(Error::Unconfirmed { question, button, confirmed }) => {
            let confirmed = form_answers::ask(database, &submission, confirmed).await?;
            Err(Error::Unconfirmed { question, button, confirmed })
        }
        outcome => outcome,
    }
}

/// Checks the format of an idempotency key.
fn key(text: &str) -> Result<String, Error> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain && (8..=64).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(Error::refused("", "The form's idempotency key is missing or invalid. Reload the page."))
}

fn as_json(outcome: Result<String, Error>) -> Response {
    let answer = outcome.and_then(|message| Ok(Done { message, next_key: new_key()? }));
    let status = answer.as_ref().err().map_or(StatusCode::OK, Error::status);
    (status, Json(answer)).into_response()
}

/// The address of the form's page, with the key of the form's answer. A form that is done doesn't open again.
fn page(headers: &HeaderMap, page: &Page<'_>, submission: &Submission, done: bool) -> String {
    let from = came_from(headers).unwrap_or_default();
    let (path, query) = from.split_once('?').unwrap_or((&from, ""));
    let (page, query) = match *page {
        Page::Client { tab, .. } => {
            let page = format!("/clients/{}/{tab}", submission.client_id);
            let query = if path == page { query } else { "" };
            (page, query)
        }
        Page::Names if path.starts_with("/clients/") && path.ends_with("/names") => (path.to_owned(), query),
        Page::Names => ("/names".to_owned(), if path == "/names" { query } else { "" }),
        Page::Any if path.starts_with('/') => (path.to_owned(), query),
        Page::Any => ("/clients".to_owned(), ""),
    };
    let dropped: &[&str] = if done { &["answer", "form", "reverse"] } else { &["answer"] };
    let query = replaced(query, dropped, &[("answer", &submission.idempotency_key)]);
    format!("{page}{query}#{}", submission.form)
}
