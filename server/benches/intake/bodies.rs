//! Request bodies like those of a gateway: batches from a few mailings, with random ids.

use fastrand::Rng;
use std::fmt::Write as _;

/// Lines per request.
pub const LINES: usize = 5_000;

/// Number of concurrent mailings.
const MAILINGS: usize = 20;

/// A message of the load.
pub struct Message {
    /// Id of the client.
    pub client_id: i64,
    /// Random id, as gateways generate them.
    pub id: String,
    /// Name of the mailing.
    pub mailing: String,
    /// Country of the receiver.
    pub country: &'static str,
    /// Operator of the receiver.
    pub operator: &'static str,
    /// Number of parts.
    pub parts: u32,
    /// Time of sending, in seconds.
    pub sent_at: i64,
}

const OPERATORS: &[(&str, &str)] =
    &[("UA", "Kyivstar"), ("UA", "Vodafone"), ("UA", "lifecell"), ("PL", "Play"), ("PL", "Orange"), ("DE", "Telekom")];

/// Generates this number of messages for these clients, in batches of a request.
pub fn batches(clients: &[i64], messages: usize) -> Vec<Vec<Message>> {
    let mut random = Rng::with_seed(1);
    let calls = messages / LINES;
    (0..calls)
        .map(|call| {
            (0..LINES)
                .map(|line| {
                    let mailing = line % MAILINGS;
                    let (country, operator) = OPERATORS[random.usize(0..OPERATORS.len())];
                    Message {
                        client_id: clients[(call / 4 * MAILINGS + mailing) % clients.len()],
                        id: format!("{:032x}", random.u128(..)),
                        mailing: format!("spring-{}", call / 4),
                        country,
                        operator,
                        parts: random.u32(1..3),
                        sent_at: 1_770_000_000 + i64::try_from(call * 60 + line / 100).unwrap_or_default(),
                    }
                })
                .collect()
        })
        .collect()
}

/// The body of a request with messages.
pub fn messages(batch: &[Message]) -> String {
    let mut body = String::new();
    for message in batch {
        let _ = writeln!(
            body,
            r#"{{"id":"{}","client_id":{},"mailing":"{}","channel":"sms","sender_id":"Shop","country":"{}","operator":"{}","parts":{},"cost":"0.0{}5","sent_at":"{}","status":"sent"}}"#,
            message.id,
            message.client_id,
            message.mailing,
            message.country,
            message.operator,
            message.parts,
            message.parts,
            time(message.sent_at),
        );
    }
    body
}

/// The body of a request with their statuses.
pub fn receipts(batch: &[Message]) -> String {
    let mut body = String::new();
    for message in batch {
        let _ = writeln!(
            body,
            r#"{{"id":"{}","client_id":{},"status":"delivered","status_at":"{}"}}"#,
            message.id,
            message.client_id,
            time(message.sent_at + 7),
        );
    }
    body
}

/// Formats a time as in RFC 3339.
pub fn time(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default().to_rfc3339()
}
