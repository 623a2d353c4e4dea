//! `/api/v1/...`: the gateway's calls. Native only.
//!
//! Each takes the same records as the files of `clientele import`. A call is one transaction.

use super::{
    Outcome, Refusal,
    caller::{ApiError, Gateway},
    client_record, message_record,
    reader::{self, Reader, Unreadable},
    writer::Writer,
};
use crate::error::Error;
use axum::{
    Json,
    body::Bytes,
    extract::{Path, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::Serialize;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// The largest body, uncompressed: some 60,000 messages.
pub const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// What became of a call's lines. All of it can be sent again safely.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    /// Lines that changed something.
    accepted: u64,
    /// Lines that were already known as they are, or an older status.
    repeated: u64,
    /// Lines that were not taken. The good ones are kept.
    refused: u64,
    /// Why each of them wasn't.
    refusals: Vec<RefusedLine>,
}

/// A line that wasn't taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedLine {
    /// The line's number, from 1.
    line: u64,
    /// The field at fault, when it is one.
    field: Option<String>,
    /// What is wrong with it.
    reason: String,
}

/// An error of the whole call: nothing was changed.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what `ApiError` writes")]
struct Problem {
    /// What is wrong and what to do.
    error: String,
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        let refusals = outcome.refusals.into_iter();
        let refusals: Vec<_> =
            refusals.map(|Refusal { line, field, reason }| RefusedLine { line, field, reason }).collect();
        let (accepted, repeated, refused) = (outcome.accepted, outcome.repeated, refusals.len() as u64);
        Self { accepted, repeated, refused, refusals }
    }
}

/// Takes messages, and what became of them.
///
/// A line is a message with its status, or a status alone (`id`, `client_id`, `status`, `status_at`), which may come
/// before its message. The same line twice is one message. Ids are unique within the client.
#[utoipa::path(
    post,
    path = "/api/v1/messages",
    request_body(content = MessageFields, content_type = "application/x-ndjson", description = "An object a line, thousands a call, up to 16 MiB (uncompressed); may be sent with `Content-Encoding: gzip`."),
    responses(
        (status = 200, description = "What became of the lines; refused ones are named.", body = Answer),
        (status = 400, description = "It can't be read at all.", body = Problem),
        (status = 401, description = "The token doesn't work.", body = Problem),
        (status = 413, description = "The body is too large.", body = Problem),
        (status = 429, description = "Too many calls; `Retry-After` says when to go on.", body = Problem),
        (status = 503, description = "The database is away; send it again.", body = Problem),
    ),
    security(("token" = [])),
)]
pub async fn post_messages(gateway: Gateway, body: Result<Bytes, BytesRejection>) -> Result<Json<Answer>, ApiError> {
    let body = whole(body)?;
    let reader = Reader::open(&body[..], message_record::FIELDS).map_err(unreadable)?;
    let (mut lines, mut refusals) = (Vec::new(), Vec::new());
    for record in reader {
        match record.map_err(Error::internal)?.and_then(message_record::parse) {
            Ok(line) => lines.push(line),
            Err(refusal) => refusals.push(refusal),
        }
    }
    let mut outcome = Writer::new(&gateway.services.database, gateway.author()).write(&lines).await?;
    outcome.refusals.append(&mut refusals);
    outcome.refusals.sort_unstable_by_key(|refusal| refusal.line);
    Ok(Json(outcome.into()))
}

/// Makes a client, or changes one.
///
/// Fields that aren't there are unknown from then on. The balance is read only for a new client.
#[utoipa::path(
    put,
    path = "/api/v1/clients/{id}",
    params(("id" = i64, Path, description = "The client's number.")),
    request_body(content = ClientFields, content_type = "application/json"),
    responses(
        (status = 200, description = "It is as sent.", body = Answer),
        (status = 400, description = "It can't be read at all.", body = Problem),
        (status = 401, description = "The token doesn't work.", body = Problem),
        (status = 413, description = "The body is too large.", body = Problem),
        (status = 422, description = "A field is refused, and named; nothing was changed.", body = Answer),
        (status = 429, description = "Too many calls; `Retry-After` says when to go on.", body = Problem),
        (status = 503, description = "The database is away; send it again.", body = Problem),
    ),
    security(("token" = [])),
)]
pub async fn put_client(
    gateway: Gateway,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let body = whole(body)?;
    let outcome = match client_of(&body, &id) {
        Ok(client) => Writer::new(&gateway.services.database, gateway.author()).write(&[(1, client)]).await?,
        Err(refusal) => Outcome { refusals: vec![refusal], ..Outcome::default() },
    };
    let status = if outcome.refusals.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Json(Answer::from(outcome))).into_response())
}

fn client_of(body: &[u8], id: &str) -> Result<crate::clients::store::client::Model, Refusal> {
    let mut record = reader::object(body, client_record::FIELDS)?;
    record.insist("id", id)?;
    client_record::parse(record)
}

fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Error> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { most: "16 MiB, uncompressed,".to_owned() },
        _ => Error::bad_address(
            "",
            "The body came in incomplete, or isn't compressed as its headers say. Send it again.",
        ),
    })
}

fn unreadable(cause: Unreadable) -> Error {
    match cause {
        Unreadable::Refused(refusal) => Error::bad_address("", format!("The body can't be read: {refusal}.")),
        Unreadable::Input(cause) => Error::internal(cause),
    }
}

/// The fields of a line. Money is a text of plain digits, times are RFC 3339 with an offset.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes `message_record::FIELDS`, as a test makes sure")]
struct MessageFields {
    /// Unique within the client.
    #[schema(max_length = 100)]
    id: String,
    /// The client's number.
    #[schema(minimum = 1)]
    client_id: i64,
    /// The client's name for the send-out.
    mailing: Option<String>,
    /// Required, as `parts`, `cost` and `sent_at`, where the line isn't a status alone.
    #[schema(pattern = "^(sms|viber)$")]
    channel: Option<String>,
    /// As sent.
    #[schema(max_length = 20)]
    sender_id: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$")]
    country: Option<String>,
    /// The operator's name.
    operator: Option<String>,
    /// How many parts it was sent in.
    #[schema(minimum = 1, maximum = 255)]
    parts: Option<i32>,
    /// Of the whole message, such as `0.0525`.
    #[schema(pattern = r"^\d+(\.\d{1,4})?$")]
    cost: Option<String>,
    /// Such as `2024-01-05T07:46:00+02:00`.
    sent_at: Option<String>,
    /// What became of it.
    #[schema(pattern = "^(sent|delivered|failed)$")]
    status: String,
    /// When; required for a status alone, else that of sending.
    status_at: Option<String>,
}

/// The fields of a client. Money is a text of plain digits, times are RFC 3339 with an offset.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes `client_record::FIELDS`, as a test makes sure")]
struct ClientFields {
    /// May be left out, since the address has it.
    id: Option<i64>,
    /// Digits with a + before them or not; unique.
    #[schema(max_length = 32)]
    login: String,
    company: Option<String>,
    name: Option<String>,
    site: Option<String>,
    email: Option<String>,
    email_accounting: Option<String>,
    region: Option<String>,
    /// A tag of BCP 47; `en` when it isn't given.
    language: Option<String>,
    activity_type: Option<String>,
    #[schema(pattern = "^(legal_entity|individual|entrepreneur)$")]
    property_type: Option<String>,
    postal_address: Option<String>,
    registered_at: Option<String>,
    last_login_at: Option<String>,
    login_attempts: Option<i32>,
    #[schema(pattern = "^(not_required|required|done)$")]
    activation: Option<String>,
    referer: Option<String>,
    channel: Option<String>,
    channel_source: Option<String>,
    sms_price: Option<String>,
    #[schema(pattern = "^(sent|delivered)$")]
    billing_mode: Option<String>,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: String,
    balance: Option<String>,
    credit: Option<String>,
    sms_subscription: Option<bool>,
}

/// The description of all calls.
#[derive(OpenApi)]
#[openapi(
    info(title = "Clientele", description = "The messaging gateway's side of Clientele.", license(name = "MIT OR Apache-2.0")),
    paths(post_messages, put_client),
    modifiers(&BearerToken),
)]
pub struct Description;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("Made by `clientele token create --name NAME`."))
            .build();
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// `/api/v1/openapi.json`
pub async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_description_has_the_fields_that_are_read() {
        let description = serde_json::to_value(Description::openapi()).unwrap();
        for (schema, fields) in [("MessageFields", message_record::FIELDS), ("ClientFields", client_record::FIELDS)] {
            let described = description["components"]["schemas"][schema]["properties"].as_object().unwrap();
            let described: BTreeSet<_> = described.keys().map(String::as_str).collect();
            assert_eq!(described, fields.iter().copied().collect());
        }
    }
}
