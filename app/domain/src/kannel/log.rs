//! Reads an access log as messages and receipts.
//!
//! It streams in constant memory. A text may contain anything, even line breaks, so only its length tells where it
//! ends. A malformed record is refused by its line number, and reading goes on with the next line.

use super::{
    key::Key,
    matching::{Kind, Message, Receipt},
    parts::{self, Coding},
};
use crate::{
    ids::ClientId,
    intake::{
        LineError, quote,
        reader::lines::{Line, Lines},
        record,
        rule::LARGEST_ID,
    },
    messages::{
        message::Facts,
        record::{NAME, PARTS, SENDER_ID},
    },
    operators::Numbers,
};
use chrono::{Duration, NaiveDateTime, TimeZone as _};
use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Read},
};
use values::{Money, messaging::MessagingChannel, time::Moment};

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A message that was sent or refused.
    Message(Message),
    /// A delivery receipt.
    Receipt(Receipt),
}

/// Reads an access log.
pub struct Log<R> {
    lines: Lines<R>,
    zone: chrono_tz::Tz,
    key: Key,
    numbers: Numbers,
    occurrences: Occurrences,
    skipped: u64,
}

/// The number of occurrences of each recent line. Kannel logs times in whole seconds, so two messages in a second may
/// have the same line.
#[derive(Default)]
struct Occurrences(BTreeMap<NaiveDateTime, HashMap<String, u32>>);

/// The longest time by which lines of several threads may be out of order.
const DISORDER: Duration = Duration::seconds(10);

impl Occurrences {
    /// Makes the id of a line: its hash, with a number from the second occurrence on.
    fn id(&mut self, at: NaiveDateTime, hash: String) -> String {
        while let Some(oldest) = self.0.first_entry()
            && *oldest.key() < at - DISORDER
        {
            oldest.remove();
        }
        let count = self.0.entry(at).or_default().entry(hash.clone()).or_default();
        *count += 1;
        if *count == 1 { hash } else { format!("{hash}-{count}") }
    }
}

impl<R: Read> Log<R> {
    /// Opens a log with times in `zone`.
    pub fn open(source: R, zone: chrono_tz::Tz, key: Key, numbers: Numbers) -> io::Result<Self> {
        Ok(Self { lines: Lines::new(source)?, zone, key, numbers, occurrences: Occurrences::default(), skipped: 0 })
    }

    /// The number of bytes read so far.
    pub fn consumed(&self) -> u64 {
        self.lines.consumed()
    }

    /// The number of well-formed lines so far that say nothing new about a message.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    fn read(&mut self) -> io::Result<Option<Result<Entry, LineError>>> {
        loop {
            if self.lines.skip_blank()?.is_none() {
                return Ok(None);
            }
            let line = self.lines.number();
            let (mut first, mut end) = (0, 0);
            let result = loop {
                let (content, total) = match self.lines.line(end)? {
                    Line::Whole { content, total } => (content, total),
                    Line::TooLong if end == 0 => break Err(fault("", "is longer than 64 KiB")),
                    Line::None | Line::TooLong => break Err(fault("msg", WRONG_LENGTH)),
                };
                let bytes = &self.lines.bytes()[..end + content];
                end += total;
                first = if first == 0 { total } else { first };
                match parse(bytes) {
                    Ok(Parsed::Open) => {}
                    Ok(Parsed::Other) => break Ok(None),
                    Ok(Parsed::Record(record)) => break self.entry(line, bytes, &record),
                    Err(fault) => break Err(fault),
                }
            };
            match &result {
                Ok(_) => self.lines.consume(end),
                Err(_) if first == 0 => self.lines.discard_line()?,
                Err(_) => self.lines.consume(first),
            }
            match result {
                Ok(None) => self.skipped += 1,
                Ok(Some((at, entry))) => return Ok(Some(Ok(self.with_id(at, entry)))),
                Err((field, reason)) => {
                    let field = (!field.is_empty()).then_some(field);
                    return Ok(Some(Err(LineError::new(line, field, reason))));
                }
            }
        }
    }

    /// Makes the entry of a record, with the record's hash as its id; `None` if it says nothing new about a message.
    fn entry(&self, line: u64, bytes: &[u8], record: &Record<'_>) -> Result<Option<(NaiveDateTime, Entry)>, Fault> {
        let kind = match record.event {
            Event::Sent | Event::NotSent => None,
            Event::Receipt => match record.flags.reports {
                1 => Some(Kind::Delivered),
                2 => Some(Kind::Failed),
                16 => Some(Kind::Rejected),
                // Accepted or queued by the operator: still sent, as in the message's own line.
                4 | 8 => return Ok(None),
                other => {
                    let reason = format!("end with {other}, which is no delivery report's kind: 1, 2, 4, 8 or 16");
                    return Err(("flags", reason));
                }
            },
        };
        let at = self.moment(record.time).map_err(|reason| ("", reason))?;
        let id = self.key.hash(&[bytes]);
        // Reports may have the number without its plus sign.
        let number = record.to.strip_prefix(b"+").or_else(|| record.to.strip_prefix(b"00")).unwrap_or(record.to);
        let route = self.key.hash(&[record.smsc, record.from, number]);
        let foreign_id = match record.foreign_id {
            b"" => String::new(),
            foreign_id => self.key.hash(&[record.smsc, foreign_id]),
        };
        let entry = if let Some(kind) = kind {
            Entry::Receipt(Receipt { line, id, route, foreign_id, kind, at })
        } else {
            let (client_id, facts) = self.facts(record, at)?;
            let refused = record.event == Event::NotSent;
            let wanted = if refused { REJECTED } else { DELIVERED | FAILED | REJECTED };
            let awaits = record.flags.reports > 0 && record.flags.reports & wanted != 0;
            Entry::Message(Message { line, client_id, id, facts, route, foreign_id, refused, awaits })
        };
        Ok(Some((record.time, entry)))
    }

    /// Reads the client and the facts of a message, without the cost.
    fn facts(&self, record: &Record<'_>, sent_at: Moment) -> Result<(ClientId, Facts), Fault> {
        let account = text("ACT", record.account, NAME)?;
        if account.is_empty() {
            let reason = "is required: send the client's id as `account` with each message";
            return Err(fault("ACT", reason));
        }
        let digits = account.bytes().all(|byte| byte.is_ascii_digit());
        let client_id = account.parse().ok().filter(|id| digits && (1..=LARGEST_ID).contains(id));
        let client_id =
            client_id.map(ClientId).ok_or_else(|| ("ACT", format!("{} is no client's id", quote(&account))))?;
        let home = self.numbers.find(&String::from_utf8_lossy(record.to));
        let coding = Coding::of(record.flags.coding);
        let length = if coding == Coding::SevenBit { parts::septets(record.text) } else { record.length };
        let parts = parts::parts(coding, length, record.header);
        let parts = i16::try_from(parts).ok().filter(|parts| i64::from(*parts) <= PARTS);
        let facts = Facts {
            mailing: text("BINF", record.mailing, NAME)?,
            channel: MessagingChannel::Sms,
            sender_id: text("from", record.from, SENDER_ID)?,
            country: home.country,
            operator: home.operator,
            parts: parts.ok_or_else(|| ("msg", format!("would be more than {PARTS} parts")))?,
            cost: Money(0),
            sent_at,
        };
        Ok((client_id, facts))
    }

    /// Converts a local time. Of a time that occurs twice it takes the first. A time that clocks skip becomes an hour
    /// later.
    fn moment(&self, time: NaiveDateTime) -> Result<Moment, String> {
        let local = self.zone.from_local_datetime(&time).earliest();
        let local = local.or_else(|| self.zone.from_local_datetime(&(time + Duration::hours(1))).earliest());
        let moment = local.map_or_else(|| time.and_utc(), |local| local.to_utc());
        record::within_reason(moment).map_err(|reason| format!("{time} {reason}"))
    }

    /// Replaces the hash in an entry by its id.
    fn with_id(&mut self, at: NaiveDateTime, mut entry: Entry) -> Entry {
        match &mut entry {
            Entry::Message(message) => message.id = format!("kannel-{}", self.occurrences.id(at, message.id.clone())),
            Entry::Receipt(receipt) => receipt.id = self.occurrences.id(at, receipt.id.clone()),
        }
        entry
    }
}

impl<R: Read> Iterator for Log<R> {
    type Item = io::Result<Result<Entry, LineError>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Kinds of delivery reports, as bits of the requested ones.
const DELIVERED: i64 = 1;
const FAILED: i64 = 2;
const REJECTED: i64 = 16;

/// The field of a problem, or an empty text, and the reason.
type Fault = (&'static str, String);

fn fault(field: &'static str, reason: &str) -> Fault {
    (field, reason.to_owned())
}

const WRONG_LENGTH: &str = "isn't as long as it says: a line was cut off, or changed";

/// The event of a record about a message that a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Sent,
    /// The message couldn't be sent, without another retry.
    NotSent,
    Receipt,
}

/// The fields of a record.
#[derive(Debug)]
struct Record<'a> {
    time: NaiveDateTime,
    event: Event,
    smsc: &'a [u8],
    account: &'a [u8],
    mailing: &'a [u8],
    foreign_id: &'a [u8],
    from: &'a [u8],
    to: &'a [u8],
    flags: Flags,
    /// The text as written.
    text: &'a [u8],
    /// The length of the text in bytes.
    length: usize,
    /// The length of the user data header in bytes.
    header: usize,
}

#[derive(Clone, Copy, Debug)]
struct Flags {
    coding: i64,
    /// The requested delivery reports, or the kind of a report.
    reports: i64,
}

enum Parsed<'a> {
    Record(Record<'a>),
    /// A known line about something else.
    Other,
    /// The text continues in the next line.
    Open,
}

/// Events about other things: messages from phones, and reports for other servers.
const OTHER: &[&[u8]] = &[
    b"Receive SMS",
    b"FAILED Receive SMS",
    b"DROPPED Received SMS",
    b"MALFORMED SMS",
    b"FAILED Receive DLR",
    b"DROPPED Received DLR",
    b"Sent DLR",
    b"FAILED Send DLR",
    b"REJECTED Send DLR",
    b"DISCARDED DLR",
    b"EXPIRED DLR",
];

/// Parses a record without its last line break.
fn parse(bytes: &[u8]) -> Result<Parsed<'_>, Fault> {
    const TIME: usize = "2024-01-05 07:46:00".len();
    let time = bytes.get(..TIME).and_then(|time| std::str::from_utf8(time).ok());
    let time = time.and_then(|time| NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S").ok());
    let rest = bytes.get(TIME..).and_then(|rest| rest.strip_prefix(b" "));
    let Some((time, rest)) = time.zip(rest) else {
        return Err(fault("", "doesn't begin with a time such as 2024-01-05 07:46:00"));
    };
    let Some(found) = memchr::memmem::find(rest, b" [SMSC:") else {
        return match rest {
            b"Log begins" | b"Log ends" => Ok(Parsed::Other),
            _ => Err(fault("", "is no line of a bearerbox's access log in Kannel's own format")),
        };
    };
    let event = event(&rest[..found])?;

    let mut fields = Fields { rest: &rest[found + 1..] };
    let smsc = fields.take("SMSC", b"[SMSC:", b"] [SVC:")?;
    fields.take("SVC", b"[SVC:", b"] [ACT:")?;
    let account = fields.take("ACT", b"[ACT:", b"] [BINF:")?;
    let mailing = fields.take("BINF", b"[BINF:", b"] [FID:")?;
    let foreign_id = fields.take("FID", b"[FID:", b"] [META:")?;
    fields.take("META", b"[META:", b"] [from:")?;
    let from = fields.take("from", b"[from:", b"] [to:")?;
    let to = fields.take("to", b"[to:", b"] [flags:")?;
    let flags = flags(fields.take("flags", b"[flags:", b"] [msg:")?)?;
    let length = number("msg", fields.take("msg", b"[msg:", b":")?)?;
    // Binary texts are written as two digits per byte.
    let hexadecimal = Coding::of(flags.coding) != Coding::SevenBit;
    let written = if hexadecimal { [2 * length, length] } else { [length, length] };
    let Some(text) = written.iter().find_map(|written| fields.text(*written)) else {
        let whole = written[0] + b"] [udh:0:]".len();
        return if fields.rest.len() < whole { Ok(Parsed::Open) } else { Err(fault("msg", WRONG_LENGTH)) };
    };
    let header = number("udh", fields.take("udh", b"[udh:", b":")?)?;
    if fields.rest.len() != 2 * header + 1 || !fields.rest.ends_with(b"]") {
        return Err(fault("udh", "isn't as long as it says, or isn't the end of the line"));
    }
    Ok(match event {
        None => Parsed::Other,
        Some(event) => Parsed::Record(Record {
            time,
            event,
            smsc,
            account,
            mailing,
            foreign_id,
            from,
            to,
            flags,
            text,
            length,
            header,
        }),
    })
}

/// Parses the event of a record; `None` if it isn't about a message that a client sends.
fn event(written: &[u8]) -> Result<Option<Event>, Fault> {
    match written {
        b"Sent SMS" => Ok(Some(Event::Sent)),
        b"FAILED Send SMS" | b"REJECTED Send SMS" | b"DISCARDED SMS" | b"EXPIRED SMS" => Ok(Some(Event::NotSent)),
        b"Receive DLR" => Ok(Some(Event::Receipt)),
        // These lines continue with a reason.
        other if OTHER.contains(&other) || other.starts_with(b"REJECTED Receive SMS") => Ok(None),
        other => {
            let known = "is unknown; known are Sent SMS, Receive DLR and the like";
            Err(("", format!("{} {known}", quote(&String::from_utf8_lossy(other)))))
        }
    }
}

/// The rest of a record, from which fields are read in order.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Reads the value between `begin` and `end`. Leaves the next field from its opening bracket on.
    fn take(&mut self, field: &'static str, begin: &[u8], end: &[u8]) -> Result<&'a [u8], Fault> {
        let missing = || fault(field, "isn't where Kannel's own format has it");
        let rest = self.rest.strip_prefix(begin).ok_or_else(missing)?;
        let length = memchr::memmem::find(rest, end).ok_or_else(missing)?;
        let next = if end == b":" { 1 } else { b"] ".len() };
        self.rest = &rest[length + next..];
        Ok(&rest[..length])
    }

    /// Reads a text of a length in bytes, if the user data header follows it.
    fn text(&mut self, length: usize) -> Option<&'a [u8]> {
        let (text, rest) = self.rest.split_at_checked(length)?;
        if !rest.starts_with(b"] [udh:") {
            return None;
        }
        self.rest = &rest[b"] ".len()..];
        Some(text)
    }
}

/// Parses the flags.
fn flags(written: &[u8]) -> Result<Flags, Fault> {
    let numbers = std::str::from_utf8(written).ok().map(|text| text.split(':').map(str::parse::<i64>));
    let numbers = numbers.and_then(|numbers| numbers.collect::<Result<Vec<_>, _>>().ok());
    match numbers.as_deref() {
        Some(&[_, coding, _, _, reports]) => Ok(Flags { coding, reports }),
        _ => Err(fault("flags", "aren't five numbers such as -1:0:-1:-1:31")),
    }
}

/// Parses a length. It has at most six digits, enough for the longest line.
fn number(field: &'static str, written: &[u8]) -> Result<usize, Fault> {
    let digits = written.len() <= 6 && !written.is_empty() && written.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(written).ok().filter(|_| digits).and_then(|text| text.parse().ok());
    number.ok_or_else(|| fault(field, "doesn't begin with its length"))
}

/// Checks a text of up to `longest` characters that is stored, and trims it.
fn text(field: &'static str, written: &[u8], longest: usize) -> Result<String, Fault> {
    let text = std::str::from_utf8(written).map_err(|_| fault(field, "isn't UTF-8 text"))?.trim();
    if text.chars().any(char::is_control) {
        return Err(fault(field, "has a control character in it"));
    }
    if text.chars().count() > longest {
        return Err((field, format!("is longer than {longest} characters")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
