//! `GET /gateway/kannel`: Kannel's smsbox calls the `dlr-url` of a message with each of its delivery reports.
//!
//! Calls that come in while the transaction before is on its way to the disk are written together, so that thousands
//! a second cost little more than one.

use crate::{
    admins::visitor::Visitor,
    client::finance::booking::Author,
    database::Database,
    error::Error,
    gateway::{
        caller::{Calls, Gateway, Kannel},
        client_record::LARGEST_ID,
        field::within_reason,
        message::{Facts, MessageStatus, Receipt},
        message_record::{NAME, PARTS, SENDER_ID},
        numbers::{self, Home, Numbers},
        quote,
        writer::Writer,
    },
    values::{
        Money,
        messaging::MessagingChannel,
        time::{self, Moment},
    },
};
use axum::{
    Extension,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, NaiveDateTime};
use http::{StatusCode, Uri, header};
use std::{collections::HashMap, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

/// What can stand in the query.
const PARAMETERS: &[&str] =
    &["token", "id", "type", "account", "binfo", "mailing", "sender", "receiver", "smsc", "time", "parts"];

/// A call that is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Whose message it is.
    pub client_id: i64,
    /// The message's id, unique within the client.
    pub id: String,
    /// What was sent, for the first call about the message; its cost is not known from the call.
    pub facts: Facts,
    /// What became of it.
    pub receipt: Receipt,
}

/// `GET /gateway/kannel`
pub async fn take(Extension(visitor): Extension<Visitor>, uri: Uri) -> Response {
    match taken(&visitor, uri.query().unwrap_or_default()).await {
        Ok(()) => "Taken.\n".into_response(),
        Err(Error::TokenRequired) => {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], NO_TOKEN).into_response()
        }
        Err(Error::TooManyAttempts) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "1")], TOO_MANY).into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// Kannel calls again by itself.
const TOO_MANY: &str = "These are too many delivery reports at once: send them again.\n";

/// Kannel can't send headers.
const NO_TOKEN: &str =
    "This needs `token=` with a token that works in the dlr-url. `clientele token create --scope kannel` makes one.\n";

async fn taken(visitor: &Visitor, query: &str) -> Result<(), Error> {
    let query = Query::of(query)?;
    let gateway = Gateway::<Kannel>::recognise(visitor, query.get("token"), Calls::count_report).await?;
    let taken = async {
        let (callback, receiver) = query.callback()?;
        gateway.services.callbacks.take(callback, receiver, gateway.author()).await
    };
    taken.await.inspect_err(|error| {
        // Kannel's own log has the status alone. Numbers don't belong into a log.
        let (id, account) = (query.get("id"), query.get("account"));
        tracing::warn!(?id, ?account, %error, "a delivery report was not taken");
    })
}

/// A query's parameters, each at most once.
struct Query(HashMap<&'static str, String>);

impl Query {
    fn of(query: &str) -> Result<Self, Error> {
        let mut values = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(known) = PARAMETERS.iter().find(|known| **known == name) else {
                let message = format!("{} is unknown; known are {}.", quote(&name), PARAMETERS.join(", "));
                return Err(Error::bad_address(&name, message));
            };
            if values.insert(*known, value.trim().to_owned()).is_some() {
                return Err(Error::bad_address(&name, format!("{known} is there twice.")));
            }
        }
        Ok(Self(values))
    }

    /// A parameter that isn't empty.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What it says, and the receiver's number, which is not kept.
    fn callback(&self) -> Result<(Callback, &str), Error> {
        let status = match self.required("type")? {
            "1" => MessageStatus::Delivered,
            "4" | "8" => MessageStatus::Sent,
            "2" | "16" => MessageStatus::Failed,
            other => {
                let kinds = "is no kind of delivery report: 1, 2, 4, 8 or 16, by writing %d into the dlr-url";
                return Err(bad("type", format!("{} {kinds}", quote(other))));
            }
        };
        let at = self.get("time").map_or_else(|| Ok(time::now()), moment).map_err(|reason| bad("time", reason))?;
        let mailing = match (self.text("binfo", NAME)?, self.text("mailing", NAME)?) {
            (Some(_), Some(_)) => return Err(bad("mailing", "is there as well as binfo: send one of them".to_owned())),
            (binfo, mailing) => binfo.or(mailing).unwrap_or_default(),
        };
        let account = self.required("account")?;
        let client_id = number(account).filter(|id| (1..=LARGEST_ID).contains(id));
        let client_id = client_id.ok_or_else(|| bad("account", format!("{} is no client's id", quote(account))))?;
        let parts = self.get("parts").unwrap_or("1");
        let whole =
            number(parts).filter(|parts| (1..=PARTS).contains(parts)).and_then(|parts| i16::try_from(parts).ok());
        let parts = whole.ok_or_else(|| bad("parts", format!("{} is not from 1 to {PARTS}", quote(parts))))?;
        self.required("id")?;
        let facts = Facts {
            mailing,
            channel: MessagingChannel::Sms,
            sender_id: self.text("sender", SENDER_ID)?.unwrap_or_default(),
            country: String::new(),
            operator: String::new(),
            parts,
            cost: Money(0),
            sent_at: at,
        };
        let id = self.text("id", NAME)?.unwrap_or_default();
        let callback = Callback { client_id, id, facts, receipt: Receipt { status, at } };
        Ok((callback, self.get("receiver").unwrap_or_default()))
    }

    fn required(&self, name: &str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| bad(name, "is required: write it into the dlr-url".to_owned()))
    }

    /// A text that is kept, of up to `longest` characters.
    fn text(&self, name: &str, longest: usize) -> Result<Option<String>, Error> {
        let Some(text) = self.get(name) else { return Ok(None) };
        if text.chars().any(char::is_control) {
            return Err(bad(name, "has a control character in it".to_owned()));
        }
        if text.chars().count() > longest {
            return Err(bad(name, format!("is longer than {longest} characters")));
        }
        Ok(Some(text.to_owned()))
    }
}

fn bad(name: &str, reason: String) -> Error {
    Error::bad_address(name, format!("{name}: {reason}."))
}

fn number(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A moment as Kannel writes it for `%T`, in seconds since 1970, or for `%t`, in UTC; or as RFC 3339 has it.
fn moment(text: &str) -> Result<Moment, String> {
    let seconds = number(text).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let moment = seconds
        .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok().map(|time| time.and_utc()))
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()));
    let moment = moment.ok_or_else(|| format!("{} is not a time: write %T into the dlr-url", quote(text)))?;
    within_reason(moment).map_err(|reason| format!("{} {reason}", quote(text)))
}

/// The most calls in a transaction.
const BATCH: usize = 1_000;

/// How old the copy of operators may be: another process may have imported some.
const COPY: Duration = Duration::from_secs(10);

/// A call, the receiver's number, who is named in the ledger, and who waits for the answer.
type Waiting = (Callback, String, Author, oneshot::Sender<Result<(), Error>>);

/// The way of single calls into the database. Cheap to clone: clones share the queue.
#[derive(Clone, Debug)]
pub struct Callbacks {
    queue: mpsc::Sender<Waiting>,
}

impl Callbacks {
    /// Starts the task that writes. It ends with the last clone.
    #[must_use]
    pub fn start(database: Database) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(4 * BATCH);
        tokio::spawn(async move {
            let mut desk = Desk { database, numbers: None };
            let mut batch = Vec::with_capacity(BATCH);
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                desk.write(batch.drain(..)).await;
            }
        });
        Self { queue }
    }

    /// Writes what a call says, and waits until it is safe on the disk.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such client; [`Error::Unavailable`] when the database is away.
    async fn take(&self, callback: Callback, receiver: &str, author: Author) -> Result<(), Error> {
        let (sender, answer) = oneshot::channel();
        self.queue.send((callback, receiver.to_owned(), author, sender)).await.map_err(Error::internal)?;
        answer.await.map_err(Error::internal)?
    }
}

/// Where calls are written.
struct Desk {
    database: Database,
    /// The copy of operators, and when it was made.
    numbers: Option<(Numbers, Instant)>,
}

impl Desk {
    async fn write(&mut self, waiting: impl Iterator<Item = Waiting>) {
        // The ledger names the program that called, and mostly there is one.
        let mut by_author: HashMap<String, (Author, Vec<Callback>, Vec<_>)> = HashMap::new();
        for (mut callback, receiver, author, sender) in waiting {
            let Home { country, operator } = match self.find(&receiver).await {
                Ok(home) => home,
                Err(error) => {
                    // Whoever went away meanwhile calls again.
                    let _ = sender.send(Err(error));
                    continue;
                }
            };
            callback.facts.country = country;
            callback.facts.operator = operator;
            let entry = by_author.entry(author.login.clone()).or_insert_with(|| (author, Vec::new(), Vec::new()));
            entry.1.push(callback);
            entry.2.push(sender);
        }
        for (author, callbacks, senders) in by_author.into_values() {
            for (sender, answer) in senders.into_iter().zip(self.answers(&author, &callbacks).await) {
                let _ = sender.send(answer);
            }
        }
    }

    async fn find(&mut self, receiver: &str) -> Result<Home, Error> {
        if self.numbers.as_ref().is_none_or(|(_, made)| made.elapsed() > COPY) {
            self.numbers = Some((numbers::store::read(&self.database).await?, Instant::now()));
        }
        Ok(self.numbers.as_ref().map(|(numbers, _)| numbers.find(receiver)).unwrap_or_default())
    }

    async fn answers(&self, author: &Author, callbacks: &[Callback]) -> Vec<Result<(), Error>> {
        let writer = Writer::new(&self.database, author.clone());
        match writer.write(callbacks).await {
            Ok(outcome) => {
                let mut answers = vec![Ok(()); callbacks.len()];
                for refusal in outcome.refusals {
                    let place = usize::try_from(refusal.line).ok();
                    if let Some(answer) = place.and_then(|place| answers.get_mut(place)) {
                        let field = refusal.field.unwrap_or_default();
                        let message = format!("{field}: {}.", refusal.reason);
                        let unknown_client = field == "account";
                        *answer = Err(if unknown_client {
                            Error::NotFound(message)
                        } else {
                            Error::refused(&field, message)
                        });
                    }
                }
                answers
            }
            // One account at fault must not stop the others.
            Err(Error::Internal) if callbacks.len() > 1 => {
                let mut answers = Vec::with_capacity(callbacks.len());
                for callback in callbacks {
                    answers.extend(Box::pin(self.answers(author, std::slice::from_ref(callback))).await);
                }
                answers
            }
            Err(error) => vec![Err(error); callbacks.len()],
        }
    }
}

#[cfg(test)]
mod tests;
