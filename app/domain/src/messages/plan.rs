//! What a batch of lines about messages changes, worked out in memory: line after line, each judged against what the
//! database holds and what the lines before it did.

use super::{
    Facts, MessageLine, MessageStatus, Receipt, is_paid_for,
    roll_ups::{Cell, RollUps, Tally},
};
use crate::{
    clients::BillingMode,
    intake::{LineError, Outcome},
    ledger::booking::Room,
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};
use values::{
    Money,
    time::{self, Moment},
};

/// A message of a client: the client's id and its own.
pub type Key = (i64, String);

/// A message that the database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What was sent.
    pub facts: Facts,
    /// How its client was billed when it came in; a later change doesn't touch it.
    pub billing: BillingMode,
    /// What became of it.
    pub receipt: Receipt,
}

/// What the database holds of the clients and messages that a batch names.
#[derive(Debug, Default)]
pub struct Known {
    /// How the clients are billed.
    pub clients: HashMap<i64, BillingMode>,
    /// Messages.
    pub messages: HashMap<Key, Held>,
    /// Statuses that came before their messages.
    pub early: HashMap<Key, Receipt>,
    /// How much accounts can hold, of clients where that was looked at.
    pub rooms: HashMap<i64, Room>,
}

/// A message as it will be. It borrows what was sent from the batch or from [`Known`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Whose it is.
    pub client_id: i64,
    /// Unique within the client.
    pub id: &'a str,
    /// What was sent.
    pub facts: &'a Facts,
    /// How its client was billed when it came in.
    pub billing: BillingMode,
    /// What became of it.
    pub receipt: Receipt,
}

/// What to tell, and what to write. Everything is in the order of clients and messages.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// What becomes of the lines.
    pub outcome: Outcome,
    /// Messages that aren't there yet.
    pub new: Vec<Message<'a>>,
    /// Messages with another status, and the status before.
    pub changed: Vec<(Message<'a>, Receipt)>,
    /// Statuses that wait for their messages.
    pub waiting: Vec<(i64, &'a str, Receipt)>,
    /// Messages that a status had been waiting for.
    pub arrived: Vec<(i64, &'a str)>,
}

/// What a client has to pay for a mailing because of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailingCost<'a> {
    /// Who pays.
    pub client_id: i64,
    /// The client's name for it, or empty.
    pub mailing: &'a str,
    /// Never zero; below zero where messages turn out not to have been delivered after all.
    pub cost: Money,
    /// When the last of the messages was sent.
    pub at: Moment,
    /// The same by the day of sending, in the platform's time zone.
    pub days: BTreeMap<NaiveDate, Money>,
}

impl<'a> Plan<'a> {
    /// Judges the lines.
    #[must_use]
    pub fn make(batch: &'a [MessageLine], known: &'a Known) -> Self {
        let mut plan = Self::default();
        let mut lines: Vec<&MessageLine> = batch.iter().collect();
        // Stable: what a batch says of one message stays in its order.
        lines.sort_by_key(|line| line.key());
        for of_client in lines.chunk_by(|one, other| one.client_id == other.client_id) {
            let client_id = of_client[0].client_id;
            let Some(&billing) = known.clients.get(&client_id) else {
                plan.outcome.refusals.extend(of_client.iter().map(|line| no_such_client(line)));
                continue;
            };
            let mut room = known.rooms.get(&client_id).copied().unwrap_or_default();
            for same in of_client.chunk_by(|one, other| one.id == other.id) {
                plan.judge(same, billing, known, &mut room);
            }
        }
        plan.outcome.refusals.sort_unstable_by_key(|refusal| refusal.line);
        plan
    }

    /// Judges the lines about one message. What it costs is taken off the room on the account.
    fn judge(&mut self, lines: &[&'a MessageLine], billing: BillingMode, known: &'a Known, room: &mut Room) {
        let (client_id, id) = lines[0].key();
        let counted = (self.outcome.accepted, self.outcome.repeated, self.outcome.refusals.len());
        // Most batches bring new messages alone: then there is nothing to look up, and no key to make.
        let (held, early) = if known.messages.is_empty() && known.early.is_empty() {
            (None, None)
        } else {
            let key = (client_id, id.to_owned());
            (known.messages.get(&key), known.early.get(&key).copied())
        };
        let mut message = held.map(|held| Message {
            client_id,
            id,
            facts: &held.facts,
            billing: held.billing,
            receipt: held.receipt,
        });
        let mut waiting = early;
        for line in lines {
            let first = message.as_ref().map(|message| message.facts);
            if let Some(field) = first.zip(line.facts.as_ref()).and_then(|(first, facts)| differing(first, facts)) {
                let reason = "differs from what was said of this message first, which stands";
                self.outcome.refusals.push(LineError::new(line.line, Some(field), reason));
                continue;
            }
            let stands = match (&mut message, &line.facts) {
                (Some(message), _) => &mut message.receipt,
                (None, Some(facts)) => {
                    let receipt = waiting.filter(|waiting| waiting.beats(&line.receipt)).unwrap_or(line.receipt);
                    message = Some(Message { client_id, id, facts, billing, receipt });
                    self.outcome.accepted += 1;
                    continue;
                }
                (None, None) => {
                    let Some(waiting) = &mut waiting else {
                        waiting = Some(line.receipt);
                        self.outcome.accepted += 1;
                        continue;
                    };
                    waiting
                }
            };
            if line.receipt.beats(stands) {
                *stands = line.receipt;
                self.outcome.accepted += 1;
            } else {
                self.outcome.repeated += 1;
            }
        }
        let cost = message.map_or(0, |message| {
            let before = held.map_or(0, |held| message.tally(held.receipt.status).cost.0);
            message.tally(message.receipt.status).cost.0 - before
        });
        if !room.take(Money(cost)) {
            let refusals;
            (self.outcome.accepted, self.outcome.repeated, refusals) = counted;
            self.outcome.refusals.truncate(refusals);
            self.outcome.refusals.extend(lines.iter().map(|line| no_room(line)));
            return;
        }
        match (message, held) {
            (Some(message), Some(held)) if message.receipt != held.receipt => {
                self.changed.push((message, held.receipt));
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

    /// What each changed message counted before, and what it counts now.
    fn changes(&self) -> impl Iterator<Item = (&Message<'a>, Tally)> {
        let new = self.new.iter().map(|message| (message, message.tally(message.receipt.status)));
        let changed = self.changed.iter().map(|(message, before)| {
            (message, message.tally(message.receipt.status).since(&message.tally(before.status)))
        });
        new.chain(changed).filter(|(_, tally)| *tally != Tally::default())
    }

    /// What the batch adds to the roll-ups.
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

    /// What clients pay because of the batch, one for each client and mailing; what they get back for messages that
    /// turn out not to have been delivered stands apart. A client's are in the order in which they were sent.
    #[must_use]
    pub fn costs(&self) -> Vec<MailingCost<'a>> {
        let mut costs: BTreeMap<(i64, &'a str, bool), MailingCost<'a>> = BTreeMap::new();
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

impl Message<'_> {
    /// What it counts for with a status.
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

/// The first field in which two accounts of a message differ.
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

fn no_room(line: &MessageLine) -> LineError {
    LineError::new(line.line, Some("cost"), "the account can't hold so much")
}

fn no_such_client(line: &MessageLine) -> LineError {
    LineError::unknown_client(line.line, "client_id", line.client_id)
}

#[cfg(test)]
mod tests;
