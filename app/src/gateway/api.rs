//! `/api/v1/...`: the gateway's calls. Native only.
//!
//! Each takes the same records as the files of `clientele import`. A call is one transaction.

use super::{
    Outcome, Refusal,
    caller::{ApiError, Gateway},
    client_record, message_record, name_record,
    reader::{self, Reader, Unreadable},
    writer::{Line, Writer},
};
use crate::{
    client::names::store::{self as names, name},
    clients::store as clients,
    error::Error,
    values::time::{self, Moment},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Duration, SecondsFormat};
use http::StatusCode;
use serde::{Deserialize, Serialize};
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
    refusals: Vec<LineNote>,
    /// What somebody should look at in lines that were taken: names that could be taken for others.
    warnings: Vec<LineNote>,
}

/// What is to be said of a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineNote {
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
        let note = |Refusal { line, field, reason }| LineNote { line, field, reason };
        let refusals: Vec<_> = outcome.refusals.into_iter().map(note).collect();
        Self {
            accepted: outcome.accepted,
            repeated: outcome.repeated,
            refused: refusals.len() as u64,
            refusals,
            warnings: outcome.warnings.into_iter().map(note).collect(),
        }
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
    let client = client_of(&body, &id).map(|client| (1, client));
    write_one(&gateway, client).await
}

/// Writes what a call is about, or says why it isn't taken.
async fn write_one<L: Line>(gateway: &Gateway, line: Result<L, Refusal>) -> Result<Response, ApiError> {
    let outcome = match line {
        Ok(line) => Writer::new(&gateway.services.database, gateway.author()).write(&[line]).await?,
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

/// Makes a name (sender ID) of a client, or fills in what is known of one.
///
/// Names of a client differ by more than case. What isn't sent stays as it is; a name that isn't there is `New` unless
/// the call says otherwise, and what an administrator has decided isn't undone by `New`. Names that could be taken for
/// others are taken, with a warning.
#[utoipa::path(
    put,
    path = "/api/v1/clients/{id}/names/{name}",
    params(
        ("id" = i64, Path, description = "The client's number."),
        ("name" = String, Path, description = "The name as it is sent."),
    ),
    request_body(content = NameFields, content_type = "application/json"),
    responses(
        (status = 200, description = "It is as sent.", body = Answer),
        (status = 400, description = "It can't be read at all.", body = Problem),
        (status = 401, description = "The token doesn't work.", body = Problem),
        (status = 404, description = "There is no such client.", body = Problem),
        (status = 413, description = "The body is too large.", body = Problem),
        (status = 422, description = "A field is refused, and named; nothing was changed.", body = Answer),
        (status = 429, description = "Too many calls; `Retry-After` says when to go on.", body = Problem),
        (status = 503, description = "The database is away; send it again.", body = Problem),
    ),
    security(("token" = [])),
)]
pub async fn put_name(
    gateway: Gateway,
    Path((id, name)): Path<(String, String)>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let body = whole(body)?;
    let client = crate::client::parse_id(&id)?;
    clients::find(&gateway.services.database, client).await?.ok_or_else(crate::client::no_such_client)?;
    let line = reader::object(&body, name_record::FIELDS).and_then(|mut record| {
        record.insist("client_id", &id)?;
        record.insist("name", &name)?;
        name_record::parse(record)
    });
    write_one(&gateway, line).await
}

/// Which names are asked for.
#[derive(Debug, Deserialize)]
pub struct NamesAsked {
    /// Only names that changed at this time or later, such as `2024-01-05T07:46:00Z`; without it all.
    changed_since: Option<String>,
}

/// Names that changed, those that changed first at the beginning.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedNames {
    /// The names. What may be sent under is `Checked`, and nothing else.
    names: Vec<ChangedName>,
    /// What to ask for the next time, so that no change is missed. Some names may then come once more.
    next: String,
    /// Whether there are more already: ask again at once.
    more: bool,
}

/// A name, by the fields of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedName {
    client_id: i64,
    name: String,
    /// Beside those that files have: `Retired` and `Removed` names are no longer looked after.
    #[schema(pattern = "^(New|Checked|Rejected|Retired|Removed)$")]
    status: &'static str,
    /// Why it was rejected.
    reason: Option<String>,
    initiator: Option<String>,
    registration_id: Option<String>,
    contacts: Option<String>,
    web_site: Option<String>,
    subject: Option<String>,
    /// When anything of it last changed.
    changed_at: String,
}

impl From<name::Model> for ChangedName {
    fn from(name: name::Model) -> Self {
        Self {
            client_id: name.client_id,
            name: name.name,
            status: name.status.word(),
            reason: name.reason,
            initiator: name.initiator,
            registration_id: name.registration_id,
            contacts: name.contacts,
            web_site: name.web_site,
            subject: name.subject,
            changed_at: written(name.changed_at),
        }
    }
}

/// A change is dated before its transaction ends, which may be that much later: until then it can't be read.
const STILL_ON_THEIR_WAY: Duration = Duration::minutes(2);

fn written(moment: Moment) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The names that changed since a time.
///
/// Begin without a time, then ask with `next` of the answer before.
#[utoipa::path(
    get,
    path = "/api/v1/names",
    params((
        "changed_since" = Option<String>,
        Query,
        description = "Only names that changed at this time or later, such as `2024-01-05T07:46:00Z`; without it all.",
    )),
    responses(
        (status = 200, description = "The names, some thousands at most.", body = ChangedNames),
        (status = 400, description = "It isn't a time.", body = Problem),
        (status = 401, description = "The token doesn't work.", body = Problem),
        (status = 429, description = "Too many calls; `Retry-After` says when to go on.", body = Problem),
        (status = 503, description = "The database is away; ask again.", body = Problem),
    ),
    security(("token" = [])),
)]
pub async fn get_names(gateway: Gateway, Query(asked): Query<NamesAsked>) -> Result<Json<ChangedNames>, ApiError> {
    let asked_at = time::now();
    let since = match asked.changed_since.as_deref().map(str::trim).filter(|since| !since.is_empty()) {
        None => Moment::UNIX_EPOCH,
        // A plus that wasn't escaped arrives as a blank.
        Some(since) => DateTime::parse_from_rfc3339(&since.replace(' ', "+"))
            .map_err(|_| {
                let message = "changed_since isn't a time with an offset such as 2024-01-05T07:46:00Z.";
                Error::bad_address("changed_since", message)
            })?
            .to_utc(),
    };
    let (found, more) = names::changed_since(gateway.services.database.reader(), since).await.map_err(Error::from)?;
    let settled = asked_at - STILL_ON_THEIR_WAY;
    let next = match found.last() {
        // Of one moment all names are there, so the next begins behind it.
        Some(last) if more && last.changed_at < settled => last.changed_at + Duration::microseconds(1),
        Some(last) if more => last.changed_at,
        _ => settled,
    };
    let names = found.into_iter().map(ChangedName::from).collect();
    Ok(Json(ChangedNames { names, next: written(next), more }))
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

/// The fields of a name. What isn't there stays as it is.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes `name_record::FIELDS`, as a test makes sure")]
struct NameFields {
    /// May be left out, since the address has it.
    client_id: Option<i64>,
    /// May be left out, since the address has it. 3 to 11 printable characters of ASCII, a letter among them.
    #[schema(min_length = 3, max_length = 11)]
    name: Option<String>,
    #[schema(pattern = "^(New|Checked|Rejected)$")]
    status: Option<String>,
    /// Required where the status is `Rejected`.
    reason: Option<String>,
    /// The legal entity that asks for the name.
    initiator: Option<String>,
    /// The number it is registered under.
    registration_id: Option<String>,
    /// Its physical address.
    contacts: Option<String>,
    web_site: Option<String>,
    /// What is going to be sent.
    subject: Option<String>,
}

/// The description of all calls.
#[derive(OpenApi)]
#[openapi(
    info(title = "Clientele", description = "The messaging gateway's side of Clientele.", license(name = "MIT OR Apache-2.0")),
    paths(post_messages, put_client, put_name, get_names),
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
        for (schema, fields) in [
            ("MessageFields", message_record::FIELDS),
            ("ClientFields", client_record::FIELDS),
            ("NameFields", name_record::FIELDS),
        ] {
            let described = description["components"]["schemas"][schema]["properties"].as_object().unwrap();
            let described: BTreeSet<_> = described.keys().map(String::as_str).collect();
            assert_eq!(described, fields.iter().copied().collect());
        }
    }
}
