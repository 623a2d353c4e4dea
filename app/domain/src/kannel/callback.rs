//! The query of `GET /gateway/kannel`. Kannel's smsbox calls this address, the `dlr-url` of a message, with each
//! delivery report.

use crate::{
    ids::ClientId,
    intake::{quote, record::within_reason, rule::LARGEST_ID},
    messages::{
        MessageStatus,
        message::{Facts, Receipt},
        record::{NAME, PARTS, SENDER_ID},
    },
};
use chrono::{DateTime, NaiveDateTime};
use std::collections::HashMap;
use values::{
    Money,
    error::Error,
    messaging::MessagingChannel,
    time::{self, Moment},
};

/// The known parameters.
const PARAMETERS: &[&str] =
    &["token", "id", "type", "account", "binfo", "mailing", "sender", "receiver", "smsc", "time", "parts"];

/// A parsed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The client.
    pub client_id: ClientId,
    /// The message's id, unique within the client.
    pub id: String,
    /// The facts of the message, for the first call about it. The call doesn't have the cost.
    pub facts: Facts,
    /// The receipt.
    pub receipt: Receipt,
}

/// The parameters of a query, each at most once.
#[derive(Debug)]
pub struct Query(HashMap<&'static str, String>);

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names a parameter that is unknown or repeated.
    pub fn of(query: &str) -> Result<Self, Error> {
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

    /// The value of a parameter, if it isn't empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Reads the call, and the receiver's number, which is not stored.
    ///
    /// # Errors
    /// [`Error::BadAddress`] names the parameter that is missing or wrong.
    pub fn callback(&self) -> Result<(Callback, &str), Error> {
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
        let client_id = number(account).filter(|id| (1..=LARGEST_ID).contains(id)).map(ClientId);
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

    /// The value of a required parameter.
    fn required(&self, name: &str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| bad(name, "is required: write it into the dlr-url".to_owned()))
    }

    /// A text of up to `longest` characters, to be stored.
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

/// Parses a time as Kannel writes it for `%T` (seconds since 1970) or `%t` (in UTC), or as in RFC 3339.
fn moment(text: &str) -> Result<Moment, String> {
    let seconds = number(text).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let moment = seconds
        .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok().map(|time| time.and_utc()))
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()));
    let moment = moment.ok_or_else(|| format!("{} is not a time: write %T into the dlr-url", quote(text)))?;
    within_reason(moment).map_err(|reason| format!("{} {reason}", quote(text)))
}

#[cfg(test)]
mod tests;
