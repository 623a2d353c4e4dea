//! `/api/v1/...`: the API of the messaging gateway. Native only.
//!
//! A call takes the same records as the files of `clientele import`, and is one transaction.

use super::{
    api_client::{ApiClient, ApiError, Clients, Messages, Names, Opens},
    body::{Sent, cause_of},
    client_schema::ClientFields,
};
use axum::{
    Json,
    extract::{
        Path, Query,
        rejection::{PathRejection, QueryRejection},
    },
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Duration, SecondsFormat};
use domain::{
    administrators::scope::Scope,
    clients::{
        fields::{self, ClientRecord},
        store as clients,
    },
    ids::ClientId,
    intake::{
        LineError, Outcome,
        reader::{self, Reader, Unreadable},
        writer::{Line, Writer},
    },
    messages::{message::MessageLine, record as message_record},
    names::{
        name,
        record::{self as name_record, NameLine},
        store as names,
    },
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::io::Read;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use values::{
    error::Error,
    money::group_thousands,
    time::{self, Moment},
};

/// The largest body of messages in bytes, uncompressed: about 60,000 messages.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// The most lines of a body. It bounds a body of millions of short, invalid lines.
const MOST_LINES: usize = 100_000;

/// The largest body of a client or a name, in bytes.
const LARGEST_RECORD: usize = 1024 * 1024;

/// How many refused lines an answer lists. The others are counted.
const LISTED: usize = 1_000;

/// The outcome of a call's lines. The whole call can be retried safely.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    /// Lines that changed something.
    accepted: u64,
    /// Lines that repeat what is known, or report an older status.
    repeated: u64,
    /// Lines that were refused. The others are kept.
    refused: u64,
    /// The reasons, for the first 1,000 refused lines.
    refusals: Vec<LineNote>,
    /// The number of reasons that are left out.
    refusals_left_out: u64,
    /// Warnings about accepted lines, such as names that could be mistaken for others. The first 1,000.
    warnings: Vec<LineNote>,
    /// The number of warnings that are left out.
    warnings_left_out: u64,
}

/// A note on a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineNote {
    /// The line's number, from 1.
    line: u64,
    /// The field at fault, if it is a single one.
    field: Option<String>,
    /// The problem.
    reason: String,
}

/// An error of the whole call. Nothing was changed.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what `ApiError` writes")]
struct Problem {
    /// The problem and its remedy.
    error: String,
}

impl Answer {
    /// Makes the answer of an outcome and a number of refused lines that aren't listed.
    fn new(outcome: Outcome, unlisted: u64) -> Self {
        let refused = outcome.refusals.len() as u64 + unlisted;
        let warned = outcome.warnings.len() as u64;
        let (refusals, warnings) = (first(outcome.refusals), first(outcome.warnings));
        Self {
            accepted: outcome.accepted,
            repeated: outcome.repeated,
            refused,
            refusals_left_out: refused - refusals.len() as u64,
            refusals,
            warnings_left_out: warned - warnings.len() as u64,
            warnings,
        }
    }
}

/// The first of the lines, in order.
fn first(mut lines: Vec<LineError>) -> Vec<LineNote> {
    lines.sort_unstable_by_key(|error| error.line);
    let note = |LineError { line, field, reason, .. }| LineNote { line, field, reason };
    lines.into_iter().take(LISTED).map(note).collect()
}

/// Takes messages and their statuses.
///
/// A line is a message with its status, or only a status (`id`, `client_id`, `status`, `status_at`), which may come
/// before its message. A repeated line is one message. Ids are unique within the client.
#[utoipa::path(
    post,
    path = "/api/v1/messages",
    request_body(
        content = MessageFields,
        content_type = "application/x-ndjson",
        description = "An object a line, thousands a call, up to 16 MiB (uncompressed) and 100,000 lines; may be sent \
                       with `Content-Encoding: gzip`.",
        example = json!({
            "id": "4711",
            "client_id": 7,
            "mailing": "spring",
            "channel": "sms",
            "sender_id": "Shop",
            "country": "UA",
            "operator": "Kyivstar",
            "parts": 1,
            "cost": "0.0525",
            "sent_at": "2024-01-05T07:46:00Z",
            "status": "delivered",
            "status_at": "2024-01-05T07:46:05Z"
        }),
    ),
    responses(
        (status = 200, description = "What became of the lines; refused ones are named.", body = Answer),
        (status = 400, description = "It can't be read at all.", body = Problem),
        (status = 401, description = "The token doesn't work.", body = Problem),
        (status = 403, description = "The token lacks a scope, which is named; nothing was changed.", body = Problem),
        (status = 413, description = "The body is too large.", body = Problem),
        (status = 415, description = "The body's `Content-Encoding` isn't understood.", body = Problem),
        (status = 429, description = "Too many calls; `Retry-After` says when to go on.", body = Problem),
        (status = 503, description = "The database is away; send it again.", body = Problem),
    ),
    security(("token" = [])),
)]
pub async fn post_messages(
    api_client: ApiClient<Messages>,
    body: Sent<LARGEST_BODY>,
) -> Result<Json<Answer>, ApiError> {
    let mut parsed = body.read(&api_client, |body| ParsedBody::read(body)).await?;
    let mut outcome = Writer::new(&api_client.services.database, api_client.actor()).write(&parsed.lines).await?;
    outcome.refusals.append(&mut parsed.refusals);
    Ok(Json(Answer::new(outcome, parsed.unlisted)))
}

/// The parsed lines of a body of messages.
#[derive(Default)]
struct ParsedBody {
    lines: Vec<MessageLine>,
    /// The first invalid lines.
    refusals: Vec<LineError>,
    /// The number of other invalid lines.
    unlisted: u64,
}

impl ParsedBody {
    fn read(body: &mut dyn Read) -> Result<Self, Error> {
        let mut parsed = Self::default();
        for (before, record) in Reader::open(body, message_record::FIELDS).map_err(unreadable)?.enumerate() {
            let record = record.map_err(cause_of)?;
            if before == MOST_LINES {
                return Err(Error::TooLarge { most: format!("{} lines", group_thousands(MOST_LINES as u64)) });
            }
            match record.and_then(message_record::parse) {
                Ok(line) => parsed.lines.push(line),
                Err(error) if parsed.refusals.len() < LISTED => parsed.refusals.push(error),
                Err(_) => parsed.unlisted += 1,
            }
        }
        Ok(parsed)
    }
}

/// Creates a client, or updates one.
///
/// Fields that are left out stay as they are. The balance is read only for a new client. Prices, credit and a new
/// client's balance need the scope `clients:money`; without it they may only repeat the current values. The currency
/// can't change once the ledger has a transaction.
#[utoipa::path(
    put,
    path = "/api/v1/clients/{id}",
    params((
        "id" = i64,
        Path,
        minimum = 1,
        maximum = 9_007_199_254_740_991_i64,
        example = 7,
        description = "The client's number.",
    )),
    request_body(
        content = ClientFields,
        content_type = "application/json",
        example = json!({ "login": "380501234567", "currency": "EUR", "company": "Blue Heron Ltd" }),
    ),
    responses(
        (status = 200, description = "It is as sent.", body = Answer),
        (status = 400, description = "It can't be read at all.", body = Problem),
        (status = 401, description = "The token doesn't work.", body = Problem),
        (status = 403, description = "The token lacks a scope, which is named; nothing was changed.", body = Problem),
        (status = 413, description = "The body is too large.", body = Problem),
        (status = 415, description = "The body's `Content-Encoding` isn't understood.", body = Problem),
        (status = 422, description = "A field is refused, and named; nothing was changed.", body = Answer),
        (status = 429, description = "Too many calls; `Retry-After` says when to go on.", body = Problem),
        (status = 503, description = "The database is away; send it again.", body = Problem),
    ),
    security(("token" = [])),
)]
pub async fn put_client(
    api_client: ApiClient<Clients>,
    id: Result<Path<String>, PathRejection>,
    body: Sent<LARGEST_RECORD>,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|rejection| invalid_address(&rejection.body_text()))?;
    let record = body.read(&api_client, move |body| Ok(client_of(&whole(body)?, &id))).await?;
    let may_set_money = api_client.may(Scope::ClientsMoney);
    write_one(&api_client, record.map(|record| ClientRecord { may_set_money, ..record })).await
}

/// Writes the record of a call, or answers why it is refused.
async fn write_one<S: Opens, L: Line>(
    api_client: &ApiClient<S>,
    line: Result<L, LineError>,
) -> Result<Response, ApiError> {
    let outcome = match line {
        Ok(line) => Writer::new(&api_client.services.database, api_client.actor()).write(&[line]).await?,
        Err(error) => Outcome { refusals: vec![error], ..Outcome::default() },
    };
    let status = if outcome.refusals.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Json(Answer::new(outcome, 0))).into_response())
}

fn client_of(body: &[u8], id: &str) -> Result<ClientRecord, LineError> {
    let mut record = reader::object(body, fields::FIELDS)?;
    record.insist("id", id)?;
    fields::parse(record)
}

/// Creates a name (sender ID) of a client, or updates one.
///
/// Names are unique within the client, regardless of case. Fields that are left out stay as they are. A name that is
/// created is `New` unless the call says otherwise, and `New` doesn't undo an administrator's decision. Names that
/// could be mistaken for others are accepted with a warning. Checking and rejecting names needs the scope
/// `names:decide`; without it the status may only repeat the current one.
#[utoipa::path(
    put,
    path = "/api/v1/clients/{id}/names/{name}",
    params(
        (
            "id" = i64,
            Path,
            minimum = 1,
            maximum = 9_007_199_254_740_991_i64,
            example = 7,
            description = "The client's number.",
        ),
        (
            "name" = String,
            Path,
            min_length = 3,
            max_length = 11,
            example = "Shop",
            description = "The name as it is sent: printable characters of ASCII, a letter among them.",
        ),
    ),
    request_body(
        content = NameFields,
        content_type = "application/json",
        example = json!({ "initiator": "Blue Heron Ltd", "subject": "Orders" }),
    ),
    responses(
        (status = 200, description = "It is as sent.", body = Answer),
        (status = 400, description = "It can't be read at all.", body = Problem),
        (status = 401, description = "The token doesn't work.", body = Problem),
        (status = 403, description = "The token lacks a scope, which is named; nothing was changed.", body = Problem),
        (status = 404, description = "There is no such client.", body = Problem),
        (status = 413, description = "The body is too large.", body = Problem),
        (status = 415, description = "The body's `Content-Encoding` isn't understood.", body = Problem),
        (status = 422, description = "A field is refused, and named; nothing was changed.", body = Answer),
        (status = 429, description = "Too many calls; `Retry-After` says when to go on.", body = Problem),
        (status = 503, description = "The database is away; send it again.", body = Problem),
    ),
    security(("token" = [])),
)]
pub async fn put_name(
    api_client: ApiClient<Names>,
    address: Result<Path<(String, String)>, PathRejection>,
    body: Sent<LARGEST_RECORD>,
) -> Result<Response, ApiError> {
    let Path((id, name)) = address.map_err(|rejection| invalid_address(&rejection.body_text()))?;
    let client = domain::clients::parse_id(&id)?;
    clients::find(&api_client.services.database, client).await?.ok_or_else(domain::clients::no_such_client)?;
    let line = body.read(&api_client, move |body| Ok(name_of(&whole(body)?, &id, &name))).await?;
    let may_decide = api_client.may(Scope::NamesDecide);
    write_one(&api_client, line.map(|line| NameLine { may_decide, ..line })).await
}

fn name_of(body: &[u8], id: &str, name: &str) -> Result<NameLine, LineError> {
    let mut record = reader::object(body, name_record::FIELDS)?;
    record.insist("client_id", id)?;
    record.insist("name", name)?;
    name_record::parse(record)
}

/// The query of [`get_names`].
#[derive(Debug, Deserialize)]
pub struct NamesQuery {
    /// Only names that changed at this time or later, such as `2024-01-05T07:46:00Z`; all if it is left out.
    changed_since: Option<String>,
}

/// Names that changed, earliest changes first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedNames {
    /// The names. Only `Checked` names may be sent under.
    names: Vec<ChangedName>,
    /// The `changed_since` of the next call, so that no change is missed. Some names may be repeated then.
    next: String,
    /// Whether there are more already. Then call again at once.
    more: bool,
}

/// A name, with the fields of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedName {
    #[schema(value_type = i64)]
    client_id: ClientId,
    name: String,
    /// Adds `Retired` and `Removed` to the statuses of files, for names that are no longer managed.
    #[schema(pattern = "^(New|Checked|Rejected|Retired|Removed)$")]
    status: &'static str,
    /// Why it was rejected.
    reason: Option<String>,
    initiator: Option<String>,
    registration_id: Option<String>,
    contacts: Option<String>,
    web_site: Option<String>,
    subject: Option<String>,
    /// When the name last changed.
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
            changed_at: rfc3339(name.changed_at),
        }
    }
}

/// How long a change may stay invisible: it is dated before its transaction is committed.
const STILL_ON_THEIR_WAY: Duration = Duration::minutes(2);

fn rfc3339(moment: Moment) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The names that changed since a time.
///
/// Call it without a time first, then with the `next` of the previous answer.
#[utoipa::path(
    get,
    path = "/api/v1/names",
    params((
        "changed_since" = Option<String>,
        Query,
        pattern = "^([0-9]{4}(-[0-9]{2}){2}[Tt ]([0-9]{2}:){2}[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$",
        description = "Only names that changed at this time or later, such as `2024-01-05T07:46:00Z`; without it all.",
    )),
    responses(
        (status = 200, description = "The names, some thousands at most.", body = ChangedNames),
        (status = 400, description = "It isn't a time.", body = Problem),
        (status = 401, description = "The token doesn't work.", body = Problem),
        (status = 403, description = "The token lacks a scope, which is named; nothing was changed.", body = Problem),
        (status = 429, description = "Too many calls; `Retry-After` says when to go on.", body = Problem),
        (status = 503, description = "The database is away; ask again.", body = Problem),
    ),
    security(("token" = [])),
)]
pub async fn get_names(
    api_client: ApiClient<Names>,
    query: Result<Query<NamesQuery>, QueryRejection>,
) -> Result<Json<ChangedNames>, ApiError> {
    let Query(query) = query.map_err(|rejection| invalid_address(&rejection.body_text()))?;
    let now = time::now();
    let since = match query.changed_since.as_deref().map(str::trim).filter(|since| !since.is_empty()) {
        None => Moment::UNIX_EPOCH,
        // An unescaped plus arrives as a blank.
        Some(since) => DateTime::parse_from_rfc3339(&since.replace(' ', "+"))
            .map_err(|_| {
                let message = "changed_since isn't a time with an offset such as 2024-01-05T07:46:00Z.";
                Error::bad_address("changed_since", message)
            })?
            .to_utc(),
    };
    let (found, more) =
        names::changed_since(api_client.services.database.reader(), since).await.map_err(Error::from)?;
    let settled = now - STILL_ON_THEIR_WAY;
    let next = match found.last() {
        // All names of that moment are in the answer, so the next one begins after it.
        Some(last) if more && last.changed_at < settled => last.changed_at + Duration::microseconds(1),
        Some(last) if more => last.changed_at,
        _ => settled,
    };
    let names = found.into_iter().map(ChangedName::from).collect();
    Ok(Json(ChangedNames { names, next: rfc3339(next), more }))
}

/// The error for an address that can't be parsed.
fn invalid_address(reason: &str) -> Error {
    Error::bad_address("", format!("The address makes no sense: {reason}."))
}

fn whole(body: &mut dyn Read) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes).map_err(cause_of)?;
    Ok(bytes)
}

fn unreadable(cause: Unreadable) -> Error {
    match cause {
        Unreadable::Refused(refusal) => Error::bad_address("", format!("The body can't be read: {refusal}.")),
        Unreadable::Input(cause) => cause_of(cause),
    }
}

/// The fields of a line. Money is a text of plain digits, times are RFC 3339 with an offset. A null or an empty text
/// counts as left out.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes `message_record::FIELDS`, as a test makes sure")]
struct MessageFields {
    /// Unique within the client.
    #[schema(min_length = 1, max_length = 100)]
    id: String,
    /// The client's number.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    client_id: i64,
    /// The client's name for the mailing.
    #[schema(max_length = 100)]
    mailing: Option<String>,
    /// Required, like `parts`, `cost` and `sent_at`, unless the line is only a status.
    #[schema(pattern = "^(sms|viber)?$")]
    channel: Option<String>,
    /// As sent.
    #[schema(max_length = 20)]
    sender_id: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^([A-Z]{2})?$")]
    country: Option<String>,
    /// The operator's name.
    #[schema(max_length = 100)]
    operator: Option<String>,
    /// The number of message parts.
    #[schema(minimum = 1, maximum = 255)]
    parts: Option<i32>,
    /// Of the whole message, such as `0.0525`: a million at most.
    #[schema(pattern = r"^([0-9]{1,7}(\.[0-9]{1,4})?)?$")]
    cost: Option<String>,
    /// Such as `2024-01-05T07:46:00+02:00`: from the year 2000 to a day ahead.
    #[schema(
        pattern = "^([0-9]{4}(-[0-9]{2}){2}[Tt ]([0-9]{2}:){2}[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
    )]
    sent_at: Option<String>,
    /// The delivery status.
    #[schema(pattern = "^(sent|delivered|failed)$")]
    status: String,
    /// The time of the status. It is required if the line is only a status, and otherwise defaults to `sent_at`.
    #[schema(
        pattern = "^([0-9]{4}(-[0-9]{2}){2}[Tt ]([0-9]{2}:){2}[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
    )]
    status_at: Option<String>,
}

/// The fields of a name. A null or an empty text counts as left out, and those fields stay as they are.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes `name_record::FIELDS`, as a test makes sure")]
struct NameFields {
    /// Optional, since the address has it.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    client_id: Option<i64>,
    /// Optional, since the address has it.
    #[schema(max_length = 11)]
    name: Option<String>,
    #[schema(pattern = "^(New|Checked|Rejected)?$")]
    status: Option<String>,
    /// Required if the status is `Rejected`, otherwise not allowed.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// The legal entity that asks for the name.
    #[schema(max_length = 250)]
    initiator: Option<String>,
    /// The legal entity's registration number.
    #[schema(max_length = 50)]
    registration_id: Option<String>,
    /// The legal entity's physical address.
    #[schema(max_length = 1000)]
    contacts: Option<String>,
    #[schema(max_length = 250)]
    web_site: Option<String>,
    /// The subject of the messages.
    #[schema(max_length = 1000)]
    subject: Option<String>,
}

/// The OpenAPI description of all calls.
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
            .description(Some("Made by `clientele token create --name NAME --scope SCOPE`."))
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
        for (schema, read) in [
            ("MessageFields", message_record::FIELDS),
            ("ClientFields", fields::FIELDS),
            ("NameFields", name_record::FIELDS),
        ] {
            let described = description["components"]["schemas"][schema]["properties"].as_object().unwrap();
            let described: BTreeSet<_> = described.keys().map(String::as_str).collect();
            assert_eq!(described, read.iter().copied().collect());
            assert_eq!(description["components"]["schemas"][schema]["additionalProperties"], false);
        }
    }

    #[test]
    fn every_answer_that_a_token_may_get_is_described() {
        let description = serde_json::to_value(Description::openapi()).unwrap();
        for (path, call) in description["paths"].as_object().unwrap() {
            for (method, call) in call.as_object().unwrap() {
                for status in ["200", "400", "401", "403", "429", "503"] {
                    assert!(!call["responses"][status].is_null(), "{method} {path}: {status}");
                }
                let has_body = !call["requestBody"].is_null();
                assert_eq!(has_body, !call["responses"]["413"].is_null(), "{method} {path}");
                assert_eq!(has_body, !call["responses"]["415"].is_null(), "{method} {path}");
            }
        }
    }

    #[test]
    fn the_bounds_that_are_described_are_those_that_are_kept() {
        let description = serde_json::to_value(Description::openapi()).unwrap();
        let schemas = &description["components"]["schemas"];
        let longest = |schema: &str, field: &str| {
            let most = schemas[schema]["properties"][field]["maxLength"].as_u64();
            most.and_then(|most| usize::try_from(most).ok())
        };
        let refused = |record: Result<(), LineError>| record.unwrap_err().reason;
        for field in fields::FIELDS.iter().filter(|field| **field != "login") {
            let Some(most) = longest("ClientFields", field) else { continue };
            let body = format!(r#"{{"login":"1","currency":"EUR","{field}":"{}"}}"#, "x".repeat(most + 1));
            let reason = refused(client_of(body.as_bytes(), "7").map(drop));
            assert_eq!(reason, format!("is longer than {most} characters"), "{field}");
        }
        for field in ["reason", "initiator", "registration_id", "contacts", "web_site", "subject"] {
            let most = longest("NameFields", field).unwrap();
            let body = format!(r#"{{"status":"Rejected","reason":"x","{field}":"{}"}}"#, "x".repeat(most + 1));
            let body = if field == "reason" { body.replace(r#""reason":"x","#, "") } else { body };
            let reason = refused(name_of(body.as_bytes(), "7", "Shop").map(drop));
            assert_eq!(reason, format!("is longer than {most} characters"), "{field}");
        }
    }
}
