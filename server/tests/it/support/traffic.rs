//! Messages for tests, and a slow and obvious reference implementation of their totals.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A line of a message file with a delivered message.
pub fn message(client: i64, id: &str) -> Value {
    json!({
        "id": id,
        "client_id": client,
        "mailing": "spring",
        "channel": "sms",
        "sender_id": "Shop",
        "country": "UA",
        "operator": "Kyivstar",
        "parts": 1,
        "cost": "0.05",
        "sent_at": "2024-03-01T10:00:00Z",
        "status": "delivered",
        "status_at": "2024-03-01T10:00:05Z",
    })
}

/// The same line with other fields.
pub fn message_with(client: i64, id: &str, fields: &[(&str, Value)]) -> Value {
    let mut line = message(client, id);
    for (name, value) in fields {
        line[*name] = value.clone();
    }
    line
}

/// A line with only the status of a message.
pub fn receipt(client: i64, id: &str, status: &str, at: &str) -> Value {
    json!({ "id": id, "client_id": client, "status": status, "status_at": at })
}

/// Lines as NDJSON.
pub fn ndjson(lines: &[Value]) -> Vec<u8> {
    lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
}

/// Random messages, each in several lines: most are new, some statuses come before their message, some are repeated.
pub fn random_lines(random: &mut fastrand::Rng, clients: &[i64], messages: u64) -> Vec<Value> {
    let mut lines = Vec::new();
    for number in 0..messages {
        let client = random.choice(clients.iter().copied()).expect("a client");
        let id = format!("m{number}");
        let sent = chrono::DateTime::from_timestamp(1_709_200_000 + random.i64(0..3 * 86_400), 0).expect("a time");
        let later = |seconds: i64| (sent + chrono::Duration::seconds(seconds)).to_rfc3339();
        let whole = message_with(
            client,
            &id,
            &[
                ("mailing", json!(random.choice(["", "spring", "autumn"]))),
                ("channel", json!(random.choice(["sms", "viber"]))),
                ("sender_id", json!(random.choice(["", "Shop", "SHOP"]))),
                ("country", json!(random.choice(["", "UA", "PL"]))),
                ("operator", json!(random.choice(["", "One", "Two"]))),
                ("parts", json!(random.u32(1..4))),
                ("cost", json!(format!("0.{:04}", random.u32(0..900)))),
                ("sent_at", json!(sent.to_rfc3339())),
                ("status", json!(random.choice(["sent", "delivered", "failed"]))),
                ("status_at", json!(later(random.i64(0..5)))),
            ],
        );
        for _ in 0..random.u32(0..3) {
            let status = random.choice(["sent", "delivered", "failed"]).expect("a status");
            lines.push(receipt(client, &id, status, &later(random.i64(0..5))));
        }
        if random.u32(0..10) > 0 {
            lines.push(whole.clone());
        }
        if random.u32(0..5) == 0 {
            lines.push(whole);
        }
    }
    random.shuffle(&mut lines);
    lines
}

/// A client's totals: messages and parts sent, messages and parts delivered, cost in ten-thousandths.
pub fn counted(lines: &[Value], client: i64, per_delivered: bool) -> [i64; 5] {
    /// Whether it is final, its time, and whether it is `delivered`.
    type Rank<'a> = (bool, &'a str, bool);
    let mut messages: BTreeMap<&str, (Option<&Value>, Rank<'_>)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["client_id"] == client) {
        let status = line["status"].as_str().expect("a status");
        let rank = (status != "sent", line["status_at"].as_str().expect("a time"), status == "delivered");
        let entry = messages.entry(line["id"].as_str().expect("an id")).or_insert((None, rank));
        entry.1 = entry.1.max(rank);
        if !line["parts"].is_null() {
            entry.0 = Some(line);
        }
    }
    let mut sums = [0; 5];
    for (line, (last, _, delivered)) in messages.into_values() {
        let Some(line) = line else { continue };
        let (parts, delivered) = (line["parts"].as_i64().expect("parts"), last && delivered);
        let cost: i64 = line["cost"].as_str().and_then(|cost| cost.strip_prefix("0.")?.parse().ok()).expect("a cost");
        sums[0] += 1;
        sums[1] += parts;
        sums[2] += i64::from(delivered);
        sums[3] += i64::from(delivered) * parts;
        sums[4] += if delivered || !per_delivered { cost } else { 0 };
    }
    sums
}
