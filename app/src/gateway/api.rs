//! `/api/v1/...`: the gateway's calls. Native only.
//!
//! Each takes the same records as the files of `clientele import`. A call is one transaction.

use super::{
    api_client::{ApiClient, ApiError, Clients, Messages, Names, Opens},
    body::{Sent, cause_of},
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
        record::{self as client_record, ClientRecord},
        store as clients,
    },
    intake::{
        LineError, Outcome,
        reader::{self, Reader, Unreadable},
        writer::{Line, Writer},
    },
    messages::{MessageLine, record as message_record},
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

/// The largest body of messages, uncompressed: some 60,000 of them.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// The most lines of a body. Short ones that are all refused would be millions.
const MOST_LINES: usize = 100_000;

/// The largest body about one client or name.
const LARGEST_RECORD: usize = 1024 * 1024;

/// How many refused lines an answer names; the others are counted.
const NAMED: usize = 1_000;

/// What became of a call's lines. All of it can be sent again safely.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    /// Lines that changed something.
    accepted: u64,
    /// Lines that were already known as they are, or an older status.
    repeated: u64,
    /// Lines that were not taken. The good ones are kept.
    refused: u64,
    /// Why each of them wasn't, of the first 1,000.
    refusals: Vec<LineNote>,
    /// How many more there are.
    refusals_left_out: u64,
    /// Accepted lines that somebody should look at: names that could be mistaken for others. The first 1,000.
    warnings: Vec<LineNote>,
    /// How many more there are.
    warnings_left_out: u64,
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

impl Answer {
    /// An answer to an outcome, and to lines that were refused beside it without being named.
    fn new(outcome: Outcome, unnamed: u64) -> Self {
        let refused = outcome.refusals.len() as u64 + unnamed;
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

/// The first of the lines, in their order.
fn first(mut lines: Vec<LineError>) -> Vec<LineNote> {
    lines.sort_unstable_by_key(|refusal| refusal.line);
    let note = |LineError { line, field, reason, .. }| LineNote { line, field, reason };
    lines.into_iter().take(NAMED).map(note).collect()
}

/// Takes messages, and what became of them.
///
/// A line is a message with its status, or a status alone (`id`, `client_id`, `status`, `status_at`), which may come
/// before its message. The same line twice is one message. Ids are unique within the client.
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
pub async fn post_messages(gateway: ApiClient<Messages>, body: Sent<LARGEST_BODY>) -> Result<Json<Answer>, ApiError> {
    let mut understood = body.read(&gateway, |body| Understood::read(body)).await?;
    let mut outcome = Writer::new(&gateway.services.database, gateway.actor()).write(&understood.lines).await?;
    outcome.refusals.append(&mut understood.refusals);
    Ok(Json(Answer::new(outcome, understood.unnamed)))
}

/// The parsed lines of a body of messages.
#[derive(Default)]
struct Understood {
    lines: Vec<MessageLine>,
    /// The first lines that make no sense.
    refusals: Vec<LineError>,
    /// How many others make none.
    unnamed: u64,
}

impl Understood {
    fn read(body: &mut dyn Read) -> Result<Self, Error> {
        let mut understood = Self::default();
        for (before, record) in Reader::open(body, message_record::FIELDS).map_err(unreadable)?.enumerate() {
            let record = record.map_err(cause_of)?;
            if before == MOST_LINES {
                return Err(Error::TooLarge { most: format!("{} lines", group_thousands(MOST_LINES as u64)) });
            }
            match record.and_then(message_record::parse) {
                Ok(line) => understood.lines.push(line),
                Err(refusal) if understood.refusals.len() < NAMED => understood.refusals.push(refusal),
                Err(_) => understood.unnamed += 1,
            }
        }
        Ok(understood)
    }
}

/// Makes a client, or changes one.
///
/// What isn't named stays as it is. The balance is read only for a new client. Prices, credit and a new client's
/// balance are set only by a token with the scope `clients:money`; others may name what they are already. A currency
/// stays as it is once the ledger has a transaction.
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
    gateway: ApiClient<Clients>,
    id: Result<Path<String>, PathRejection>,
    body: Sent<LARGEST_RECORD>,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|rejection| not_understood(&rejection.body_text()))?;
    let record = body.read(&gateway, move |body| Ok(client_of(&whole(body)?, &id))).await?;
    let may_set_money = gateway.may(Scope::ClientsMoney);
    write_one(&gateway, record.map(|record| ClientRecord { may_set_money, ..record })).await
}

/// Writes what a call is about, or says why it isn't taken.
async fn write_one<S: Opens, L: Line>(
    gateway: &ApiClient<S>,
    line: Result<L, LineError>,
) -> Result<Response, ApiError> {
    let outcome = match line {
        Ok(line) => Writer::new(&gateway.services.database, gateway.actor()).write(&[line]).await?,
        Err(refusal) => Outcome { refusals: vec![refusal], ..Outcome::default() },
    };
    let status = if outcome.refusals.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, Json(Answer::new(outcome, 0))).into_response())
}

fn client_of(body: &[u8], id: &str) -> Result<ClientRecord, LineError> {
    let mut record = reader::object(body, client_record::FIELDS)?;
    record.insist("id", id)?;
    client_record::parse(record)
}

/// Makes a name (sender ID) of a client, or fills in what is known of one.
///
/// Names of a client differ by more than case. What isn't sent stays as it is; a name that isn't there is `New` unless
/// the call says otherwise, and what an administrator has decided isn't undone by `New`. Names that could be taken for
/// others are taken, with a warning. Names are checked and rejected only by a token with the scope `names:decide`;
/// others may name what a name is already.
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
    gateway: ApiClient<Names>,
    address: Result<Path<(String, String)>, PathRejection>,
    body: Sent<LARGEST_RECORD>,
) -> Result<Response, ApiError> {
    let Path((id, name)) = address.map_err(|rejection| not_understood(&rejection.body_text()))?;
    let client = domain::clients::parse_id(&id)?;
    clients::find(&gateway.services.database, client).await?.ok_or_else(domain::clients::no_such_client)?;
    let line = body.read(&gateway, move |body| Ok(name_of(&whole(body)?, &id, &name))).await?;
    let may_decide = gateway.may(Scope::NamesDecide);
    write_one(&gateway, line.map(|line| NameLine { may_decide, ..line })).await
}

fn name_of(body: &[u8], id: &str, name: &str) -> Result<NameLine, LineError> {
    let mut record = reader::object(body, name_record::FIELDS)?;
    record.insist("client_id", id)?;
    record.insist("name", name)?;
    name_record::parse(record)
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
    gateway: ApiClient<Names>,
    asked: Result<Query<NamesAsked>, QueryRejection>,
) -> Result<Json<ChangedNames>, ApiError> {
    let Query(asked) = asked.map_err(|rejection| not_understood(&rejection.body_text()))?;
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

/// The error for an address that can't be taken apart.
fn not_understood(reason: &str) -> Error {
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

/// The fields of a line. Money is a text of plain digits, times are RFC 3339 with an offset. A null and an empty text
/// say nothing.
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
    /// The client's name for the send-out.
    #[schema(max_length = 100)]
    mailing: Option<String>,
    /// Required, as `parts`, `cost` and `sent_at`, where the line isn't a status alone.
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
    /// How many parts it was sent in.
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
    /// What became of it.
    #[schema(pattern = "^(sent|delivered|failed)$")]
    status: String,
    /// When; required for a status alone, else that of sending.
    #[schema(
        pattern = "^([0-9]{4}(-[0-9]{2}){2}[Tt ]([0-9]{2}:){2}[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
    )]
    status_at: Option<String>,
}

/// The fields of a client. What isn't there, a null and an empty text say nothing: of a client that exists that stays
/// as it is. Money is a text of plain digits, times are RFC 3339 with an offset, from the year 2000 to a day ahead.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes `client_record::FIELDS`, as a test makes sure")]
struct ClientFields {
    /// May be left out, since the address has it.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    id: Option<i64>,
    /// Digits with a + before them or not; unique.
    #[schema(pattern = r"^\+?[0-9]+$", max_length = 32)]
    login: String,
    #[schema(max_length = 250)]
    company: Option<String>,
    #[schema(max_length = 250)]
    name: Option<String>,
    #[schema(max_length = 2000)]
    site: Option<String>,
    #[schema(max_length = 254)]
    email: Option<String>,
    #[schema(max_length = 254)]
    email_accounting: Option<String>,
    #[schema(max_length = 250)]
    region: Option<String>,
    /// A tag of BCP 47; `en` when a new client has none.
    #[schema(max_length = 35)]
    language: Option<String>,
    #[schema(max_length = 250)]
    activity_type: Option<String>,
    #[schema(pattern = "^(legal_entity|individual|entrepreneur)?$")]
    property_type: Option<String>,
    #[schema(max_length = 2000)]
    postal_address: Option<String>,
    #[schema(
        pattern = "^([0-9]{4}(-[0-9]{2}){2}[Tt ]([0-9]{2}:){2}[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
    )]
    registered_at: Option<String>,
    #[schema(
        pattern = "^([0-9]{4}(-[0-9]{2}){2}[Tt ]([0-9]{2}:){2}[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
    )]
    last_login_at: Option<String>,
    #[schema(minimum = 0, maximum = 2_147_483_647)]
    login_attempts: Option<i32>,
    #[schema(pattern = "^(not_required|required|done)?$")]
    activation: Option<String>,
    #[schema(max_length = 2000)]
    referer: Option<String>,
    #[schema(max_length = 250)]
    channel: Option<String>,
    #[schema(max_length = 250)]
    channel_source: Option<String>,
    /// Of a message part, such as `0.0525`.
    #[schema(pattern = r"^(0*[0-9]{1,12}(\.[0-9]{1,4})?)?$")]
    sms_price: Option<String>,
    #[schema(pattern = "^(sent|delivered)?$")]
    billing_mode: Option<String>,
    /// ISO 4217. It stays as it is once the ledger has a transaction.
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: String,
    /// Read for a new client only.
    #[schema(pattern = r"^(-?0*[0-9]{1,12}(\.[0-9]{1,4})?)?$")]
    balance: Option<String>,
    #[schema(pattern = r"^(0*[0-9]{1,12}(\.[0-9]{1,4})?)?$")]
    credit: Option<String>,
    sms_subscription: Option<bool>,
}

/// The fields of a name. What isn't there, a null and an empty text say nothing: that stays as it is.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes `name_record::FIELDS`, as a test makes sure")]
struct NameFields {
    /// May be left out, since the address has it.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    client_id: Option<i64>,
    /// May be left out, since the address has it.
    #[schema(max_length = 11)]
    name: Option<String>,
    #[schema(pattern = "^(New|Checked|Rejected)?$")]
    status: Option<String>,
    /// Required where the status is `Rejected`, and not allowed elsewhere.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// The legal entity that asks for the name.
    #[schema(max_length = 250)]
    initiator: Option<String>,
    /// The number it is registered under.
    #[schema(max_length = 50)]
    registration_id: Option<String>,
    /// Its physical address.
    #[schema(max_length = 1000)]
    contacts: Option<String>,
    #[schema(max_length = 250)]
    web_site: Option<String>,
    /// What is going to be sent.
    #[schema(max_length = 1000)]
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
        for (schema, fields) in [
            ("MessageFields", message_record::FIELDS),
            ("ClientFields", client_record::FIELDS),
            ("NameFields", name_record::FIELDS),
        ] {
            let described = description["components"]["schemas"][schema]["properties"].as_object().unwrap();
            let described: BTreeSet<_> = described.keys().map(String::as_str).collect();
            assert_eq!(described, fields.iter().copied().collect());
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
        for field in client_record::FIELDS.iter().filter(|field| **field != "login") {
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
