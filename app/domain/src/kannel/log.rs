//! An access log's lines into messages and receipts.
//!
//! It streams in constant memory. A text may hold anything, line breaks included, so its end is known by its length
//! alone. What can't be understood is refused by the number of its line, and the next line is looked at anew.

use super::{
    key::Key,
    matching::{Kind, Message, Receipt},
    parts::{self, Coding},
};
use crate::{
    clients::record::LARGEST_ID,
    intake::{
        LineError, quote,
        reader::lines::{Line, Lines},
        record,
    },
    messages::{
        Facts,
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

/// What a line of the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A message was handed over, or couldn't be.
    Message(Message),
    /// What became of one.
    Receipt(Receipt),
}

/// Reads an access log.
pub struct Log<R> {
    lines: Lines<R>,
    zone: chrono_tz::Tz,
    key: Key,
    numbers: Numbers,
    twins: Twins,
    skipped: u64,
}

/// How often each of the newest lines was there: Kannel notes the time in whole seconds, and two messages in one
/// second may make the same line.
#[derive(Default)]
struct Twins(BTreeMap<NaiveDateTime, HashMap<String, u32>>);

/// Lines of several threads may be out of order by a little.
const DISORDER: Duration = Duration::seconds(10);

impl Twins {
    /// The line's id: its hash, with its number from the second of its kind on.
    fn id(&mut self, at: NaiveDateTime, hash: String) -> String {
        while let Some(oldest) = self.0.first_entry()
            && *oldest.key() < at - DISORDER
        {
            oldest.remove();
        }
        let times = self.0.entry(at).or_default().entry(hash.clone()).or_default();
        *times += 1;
        if *times == 1 { hash } else { format!("{hash}-{times}") }
    }
}

impl<R: Read> Log<R> {
    /// Reads a log whose times are those of `zone`.
    pub fn open(source: R, zone: chrono_tz::Tz, key: Key, numbers: Numbers) -> io::Result<Self> {
        Ok(Self { lines: Lines::new(source)?, zone, key, numbers, twins: Twins::default(), skipped: 0 })
    }

    /// How many bytes the lines so far took.
    pub fn consumed(&self) -> u64 {
        self.lines.consumed()
    }

    /// How many of the lines so far were understood and say nothing new of any message.
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
            let understood = loop {
                let (content, total) = match self.lines.line(end)? {
                    Line::Whole { content, total } => (content, total),
                    Line::TooLong if end == 0 => break Err(fault("", "is longer than 64 KiB")),
                    Line::None | Line::TooLong => break Err(fault("msg", UNEVEN)),
                };
                let bytes = &self.lines.bytes()[..end + content];
                end += total;
                first = if first == 0 { total } else { first };
                match parse(bytes) {
                    Ok(Parsed::Open) => {}
                    Ok(Parsed::Other) => break Ok(None),
                    Ok(Parsed::Record(record)) => break self.understand(line, bytes, &record),
                    Err(fault) => break Err(fault),
                }
            };
            match &understood {
                Ok(_) => self.lines.consume(end),
                Err(_) if first == 0 => self.lines.discard_line()?,
                Err(_) => self.lines.consume(first),
            }
            match understood {
                Ok(None) => self.skipped += 1,
                Ok(Some((at, entry))) => return Ok(Some(Ok(self.named(at, entry)))),
                Err((field, reason)) => {
                    let field = (!field.is_empty()).then(|| field.to_owned());
                    return Ok(Some(Err(LineError { line, field, reason })));
                }
            }
        }
    }

    /// What a record means, with its hash for its id; `None` when nothing new of any message.
    fn understand(
        &self,
        line: u64,
        bytes: &[u8],
        record: &Record<'_>,
    ) -> Result<Option<(NaiveDateTime, Entry)>, Fault> {
        let kind = match record.event {
            Event::Sent | Event::NotSent => None,
            Event::Receipt => match record.flags.reports {
                1 => Some(Kind::Delivered),
                2 => Some(Kind::Failed),
                16 => Some(Kind::Rejected),
                // Taken over by the operator, or kept there for later: sent, as the message's own line says.
                4 | 8 => return Ok(None),
                other => {
                    let reason = format!("end with {other}, which is no delivery report's kind: 1, 2, 4, 8 or 16");
                    return Err(("flags", reason));
                }
            },
        };
        let at = self.moment(record.time).map_err(|reason| ("", reason))?;
        let id = self.key.hash(&[bytes]);
        // Reports may have the number without the plus that it was sent with.
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

    /// What was sent, but for its cost, and whose it is.
    fn facts(&self, record: &Record<'_>, sent_at: Moment) -> Result<(i64, Facts), Fault> {
        let account = text("ACT", record.account, NAME)?;
        if account.is_empty() {
            let reason = "is required: send the client's id as `account` with each message";
            return Err(fault("ACT", reason));
        }
        let digits = account.bytes().all(|byte| byte.is_ascii_digit());
        let client_id = account.parse().ok().filter(|id| digits && (1..=LARGEST_ID).contains(id));
        let client_id = client_id.ok_or_else(|| ("ACT", format!("{} is no client's id", quote(&account))))?;
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

    /// The moment of a time in the log. One that clocks show twice is the first; one that they leave out is taken for
    /// an hour later.
    fn moment(&self, time: NaiveDateTime) -> Result<Moment, String> {
        let local = self.zone.from_local_datetime(&time).earliest();
        let local = local.or_else(|| self.zone.from_local_datetime(&(time + Duration::hours(1))).earliest());
        let moment = local.map_or_else(|| time.and_utc(), |local| local.to_utc());
        record::within_reason(moment).map_err(|reason| format!("{time} {reason}"))
    }

    /// With its id, in place of its hash.
    fn named(&mut self, at: NaiveDateTime, mut entry: Entry) -> Entry {
        match &mut entry {
            Entry::Message(message) => message.id = format!("kannel-{}", self.twins.id(at, message.id.clone())),
            Entry::Receipt(receipt) => receipt.id = self.twins.id(at, receipt.id.clone()),
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

/// Kinds of delivery reports, as bits of those that were asked for.
const DELIVERED: i64 = 1;
const FAILED: i64 = 2;
const REJECTED: i64 = 16;

/// The field at fault, or empty, and the reason.
type Fault = (&'static str, String);

fn fault(field: &'static str, reason: &str) -> Fault {
    (field, reason.to_owned())
}

const UNEVEN: &str = "isn't as long as it says: a line was cut off, or changed";

/// What a record is about, as far as it concerns messages that clients send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Sent,
    /// It couldn't be handed over, and won't be tried again.
    NotSent,
    Receipt,
}

/// A record's fields as they are written.
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
    /// What is written of the text.
    text: &'a [u8],
    /// The text's bytes.
    length: usize,
    /// The user data header's bytes.
    header: usize,
}

#[derive(Clone, Copy, Debug)]
struct Flags {
    coding: i64,
    /// Which delivery reports were asked for; of a report, its kind.
    reports: i64,
}

enum Parsed<'a> {
    Record(Record<'a>),
    /// A line that is known and about something else.
    Other,
    /// Its text goes on in the next line.
    Open,
}

/// The lines that are about something else: what comes in from phones, and reports on their way to other servers.
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

/// Understands the bytes of a record, without the line break at its end.
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
    let (event, rest) = (&rest[..found], &rest[found + 1..]);
    let event = match event {
        b"Sent SMS" => Some(Event::Sent),
        b"FAILED Send SMS" | b"REJECTED Send SMS" | b"DISCARDED SMS" | b"EXPIRED SMS" => Some(Event::NotSent),
        b"Receive DLR" => Some(Event::Receipt),
        // Lines of this kind go on with their reason.
        other if OTHER.contains(&other) || other.starts_with(b"REJECTED Receive SMS") => None,
        other => {
            let known = "is unknown; known are Sent SMS, Receive DLR and the like";
            return Err(("", format!("{} {known}", quote(&String::from_utf8_lossy(other)))));
        }
    };

    let mut fields = Fields { rest };
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
    // What isn't text is written as two digits a byte.
    let hexadecimal = Coding::of(flags.coding) != Coding::SevenBit;
    let written = if hexadecimal { [2 * length, length] } else { [length, length] };
    let Some(text) = written.iter().find_map(|written| fields.text(*written)) else {
        let whole = written[0] + b"] [udh:0:]".len();
        return if fields.rest.len() < whole { Ok(Parsed::Open) } else { Err(fault("msg", UNEVEN)) };
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

/// The fields of a record, one after the other.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The value between what it begins with and what the next begins with. Of that, the opening bracket and what
    /// follows it stay.
    fn take(&mut self, field: &'static str, begin: &[u8], end: &[u8]) -> Result<&'a [u8], Fault> {
        let missing = || fault(field, "isn't where Kannel's own format has it");
        let rest = self.rest.strip_prefix(begin).ok_or_else(missing)?;
        let length = memchr::memmem::find(rest, end).ok_or_else(missing)?;
        let next = if end == b":" { 1 } else { b"] ".len() };
        self.rest = &rest[length + next..];
        Ok(&rest[..length])
    }

    /// The text, if the user data header follows it.
    fn text(&mut self, length: usize) -> Option<&'a [u8]> {
        let (text, rest) = self.rest.split_at_checked(length)?;
        if !rest.starts_with(b"] [udh:") {
            return None;
        }
        self.rest = &rest[b"] ".len()..];
        Some(text)
    }
}

fn flags(written: &[u8]) -> Result<Flags, Fault> {
    let numbers = std::str::from_utf8(written).ok().map(|text| text.split(':').map(str::parse::<i64>));
    let numbers = numbers.and_then(|numbers| numbers.collect::<Result<Vec<_>, _>>().ok());
    match numbers.as_deref() {
        Some(&[_, coding, _, _, reports]) => Ok(Flags { coding, reports }),
        _ => Err(fault("flags", "aren't five numbers such as -1:0:-1:-1:31")),
    }
}

/// A length. None is longer than a line may be.
fn number(field: &'static str, written: &[u8]) -> Result<usize, Fault> {
    let digits = written.len() <= 6 && !written.is_empty() && written.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(written).ok().filter(|_| digits).and_then(|text| text.parse().ok());
    number.ok_or_else(|| fault(field, "doesn't begin with its length"))
}

/// A text that is kept, of up to `longest` characters, without the blanks around it.
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
