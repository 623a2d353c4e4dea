//! Computes in memory what a batch of lines changes. Each line is judged against the stored messages and the lines
//! before it.

use super::{
    MessageStatus, Tally, is_paid_for,
    message::{Facts, MessageLine, Receipt},
    roll_ups::{Cell, RollUps},
};
use crate::{
    clients::BillingMode,
    ids::ClientId,
    intake::{LineError, Outcome},
    ledger::booking::Headroom,
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};
use values::{
    Money,
    time::{self, Moment},
};

/// The id of a message: the client, and the gateway's id.
pub type MessageId = (ClientId, String);

/// A message in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its facts.
    pub facts: Facts,
    /// The client's billing mode when the message came in. A later change of the mode doesn't affect it.
    pub billing: BillingMode,
    /// Its receipt.
    pub receipt: Receipt,
}

/// The clients and messages of a batch that are in the database.
#[derive(Debug, Default)]
pub struct Known {
    /// Billing modes by client id.
    pub clients: HashMap<ClientId, BillingMode>,
    /// Messages.
    pub messages: HashMap<MessageId, StoredMessage>,
    /// Receipts that came before their messages.
    pub early: HashMap<MessageId, Receipt>,
    /// The headroom of accounts by client id. An account that isn't here counts as unlimited.
    pub headroom: HashMap<ClientId, Headroom>,
}

/// A message after the batch. It borrows its facts from the batch or from [`Known`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The client.
    pub client_id: ClientId,
    /// The message's id, unique within the client.
    pub id: &'a str,
    /// Its facts.
    pub facts: &'a Facts,
    /// The client's billing mode when the message came in.
    pub billing: BillingMode,
    /// Its receipt.
    pub receipt: Receipt,
}

/// The outcome of a batch, and the changes to write. Changes are in the order of client ids and message ids.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// The outcome of the lines.
    pub outcome: Outcome,
    /// New messages.
    pub new: Vec<Message<'a>>,
    /// Messages with a new receipt, each with its receipt before.
    pub changed: Vec<(Message<'a>, Receipt)>,
    /// Receipts that wait for their messages.
    pub waiting: Vec<(ClientId, &'a str, Receipt)>,
    /// New messages that a receipt was waiting for.
    pub arrived: Vec<(ClientId, &'a str)>,
}

/// The cost of a mailing in a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailingCost<'a> {
    /// The client who pays.
    pub client_id: ClientId,
    /// The client's name for it, or empty.
    pub mailing: &'a str,
    /// Never zero. Below zero where messages weren't delivered after all.
    pub cost: Money,
    /// The time when the last of the messages was sent.
    pub at: Moment,
    /// The cost by day of sending, in the platform's time zone.
    pub days: BTreeMap<NaiveDate, Money>,
}

impl<'a> Plan<'a> {
    /// Judges the lines.
    #[must_use]
    pub fn make(batch: &'a [MessageLine], known: &'a Known) -> Self {
        let mut plan = Self::default();
        let mut lines: Vec<&MessageLine> = batch.iter().collect();
        // A stable sort keeps the order of lines about the same message.
        lines.sort_by_key(|line| line.key());
        for of_client in lines.chunk_by(|one, other| one.client_id == other.client_id) {
            let client_id = of_client[0].client_id;
            let Some(&billing) = known.clients.get(&client_id) else {
                plan.outcome.refusals.extend(of_client.iter().map(|line| unknown_client(line)));
                continue;
            };
            let mut headroom = known.headroom.get(&client_id).copied().unwrap_or_default();
            for of_message in of_client.chunk_by(|one, other| one.id == other.id) {
                plan.judge(of_message, billing, known, &mut headroom);
            }
        }
        plan.outcome.refusals.sort_unstable_by_key(|refusal| refusal.line);
        plan
    }

    /// Judges the lines about one message, and takes its cost off the account's headroom.
    fn judge(&mut self, lines: &[&'a MessageLine], billing: BillingMode, known: &'a Known, headroom: &mut Headroom) {
        let (client_id, id) = lines[0].key();
        let counts = (self.outcome.accepted, self.outcome.repeated, self.outcome.refusals.len());
        // Most batches have new messages alone, and need no lookup.
        let (stored, early) = if known.messages.is_empty() && known.early.is_empty() {
            (None, None)
        } else {
            let key = (client_id, id.to_owned());
            (known.messages.get(&key), known.early.get(&key).copied())
        };
        let mut state = State {
            message: stored.map(|stored| Message {
                client_id,
                id,
                facts: &stored.facts,
                billing: stored.billing,
                receipt: stored.receipt,
            }),
            waiting: early,
        };
        for line in lines {
            match state.apply(line, billing) {
                Ok(true) => self.outcome.accepted += 1,
                Ok(false) => self.outcome.repeated += 1,
                Err(refusal) => self.outcome.refusals.push(refusal),
            }
        }
        let State { message, waiting } = state;
        let cost = message.map_or(0, |message| {
            let before = stored.map_or(0, |stored| message.tally(stored.receipt.status).cost.0);
            message.tally(message.receipt.status).cost.0 - before
        });
        if !headroom.take(Money(cost)) {
            let refusals;
            (self.outcome.accepted, self.outcome.repeated, refusals) = counts;
            self.outcome.refusals.truncate(refusals);
            self.outcome.refusals.extend(lines.iter().map(|line| no_headroom(line)));
            return;
        }
        match (message, stored) {
            (Some(message), Some(stored)) if message.receipt != stored.receipt => {
                self.changed.push((message, stored.receipt));
            }
            (Some(_), Some(_)) => {}
            (Some(message), None) => {
                self.new.push(message);
                if early.is_some() {
                    self.arrived.push((client_id, id));
                }
            }
            (None, _) => {
                self.waiting.extend(waiting.filter(|_| waiting != early).map(|waiting| (client_id, id, waiting)));
            }
        }
    }

    /// The new and changed messages, each with the change of its tally.
    fn changes(&self) -> impl Iterator<Item = (&Message<'a>, Tally)> {
        let new = self.new.iter().map(|message| (message, message.tally(message.receipt.status)));
        let changed = self.changed.iter().map(|(message, before)| {
            (message, message.tally(message.receipt.status).since(&message.tally(before.status)))
        });
        new.chain(changed).filter(|(_, tally)| *tally != Tally::default())
    }

    /// The changes of the batch to the roll-ups.
    #[must_use]
    pub fn roll_ups(&self) -> RollUps<'a> {
        let mut roll_ups = RollUps::default();
        for (message, tally) in self.changes() {
            let Message { client_id, facts, .. } = *message;
            let cell = Cell {
                client_id,
                day: time::day_of(facts.sent_at),
                channel: facts.channel,
                country: &facts.country,
                operator: &facts.operator,
                sender_id: &facts.sender_id,
            };
            roll_ups.count(cell, &tally);
        }
        roll_ups
    }

    /// The costs of the batch by client and mailing. Refunds for messages that weren't delivered after all are
    /// separate. The costs of a client are in the order of sending.
    #[must_use]
    pub fn costs(&self) -> Vec<MailingCost<'a>> {
        let mut costs: BTreeMap<(ClientId, &'a str, bool), MailingCost<'a>> = BTreeMap::new();
        for (message, Tally { cost, .. }) in self.changes().filter(|(_, tally)| tally.cost.0 != 0) {
            let Message { client_id, facts, .. } = *message;
            let mailing = facts.mailing.as_str();
            let entry = costs.entry((client_id, mailing, cost.0 < 0)).or_insert_with(|| MailingCost {
                client_id,
                mailing,
                cost: Money(0),
                at: facts.sent_at,
                days: BTreeMap::new(),
            });
            entry.cost.0 += cost.0;
            entry.at = entry.at.max(facts.sent_at);
            entry.days.entry(time::day_of(facts.sent_at)).or_default().0 += cost.0;
        }
        let mut costs: Vec<_> = costs.into_values().collect();
        costs.sort_by_key(|cost| (cost.client_id, cost.at));
        costs
    }
}

/// A message while its lines are applied, or the receipt that waits for it.
struct State<'a> {
    message: Option<Message<'a>>,
    waiting: Option<Receipt>,
}

impl<'a> State<'a> {
    /// Applies a line. Returns whether it changed anything.
    fn apply(&mut self, line: &'a MessageLine, billing: BillingMode) -> Result<bool, LineError> {
        let first = self.message.as_ref().map(|message| message.facts);
        if let Some(field) = first.zip(line.facts.as_ref()).and_then(|(first, facts)| differing(first, facts)) {
            let reason = "differs from what was said of this message first, which stands";
            return Err(LineError::new(line.line, Some(field), reason));
        }
        let current = match (&mut self.message, &line.facts) {
            (Some(message), _) => &mut message.receipt,
            (None, Some(facts)) => {
                let early = self.waiting.filter(|waiting| waiting.beats(&line.receipt));
                let receipt = early.unwrap_or(line.receipt);
                self.message = Some(Message { client_id: line.client_id, id: &line.id, facts, billing, receipt });
                return Ok(true);
            }
            (None, None) => {
                let Some(waiting) = &mut self.waiting else {
                    self.waiting = Some(line.receipt);
                    return Ok(true);
                };
                waiting
            }
        };
        let is_newer = line.receipt.beats(current);
        if is_newer {
            *current = line.receipt;
        }
        Ok(is_newer)
    }
}

impl Message<'_> {
    /// The tally of the message with a status.
    fn tally(&self, status: MessageStatus) -> Tally {
        let (messages, parts) = (1, i64::from(self.facts.parts));
        let delivered = i64::from(status == MessageStatus::Delivered);
        Tally {
            sent_messages: messages,
            sent_parts: parts,
            delivered_messages: messages * delivered,
            delivered_parts: parts * delivered,
            cost: if is_paid_for(self.billing, status) { self.facts.cost } else { Money(0) },
        }
    }
}

/// The first field that differs between two lines about a message.
fn differing(first: &Facts, other: &Facts) -> Option<&'static str> {
    let fields = [
        ("mailing", first.mailing == other.mailing),
        ("channel", first.channel == other.channel),
        ("sender_id", first.sender_id == other.sender_id),
        ("country", first.country == other.country),
        ("operator", first.operator == other.operator),
        ("parts", first.parts == other.parts),
        ("cost", first.cost == other.cost),
        ("sent_at", first.sent_at == other.sent_at),
    ];
    fields.into_iter().find(|(_, same)| !same).map(|(field, _)| field)
}

fn no_headroom(line: &MessageLine) -> LineError {
    LineError::new(line.line, Some("cost"), "the account can't hold so much")
}

fn unknown_client(line: &MessageLine) -> LineError {
    LineError::unknown_client(line.line, "client_id", line.client_id)
}

#[cfg(test)]
mod tests;
