//! What a batch of clients changes, worked out in memory: line after line, each judged against what the
//! database holds and what the lines before it did.

use crate::{
    clients::{BillingMode, record::ClientRecord, store::client},
    intake::{LineError, Outcome},
};
use std::collections::{BTreeMap, HashMap, HashSet};
use values::Money;

/// What the database holds of the clients and logins that a batch names.
#[derive(Debug, Default)]
pub struct Known {
    /// Clients by their ids.
    pub clients: HashMap<i64, client::Model>,
    /// The client who has a login.
    pub owners: HashMap<String, i64>,
    /// Clients who have a row in the ledger, among those whose currency the batch would change.
    pub booked: HashSet<i64>,
}

/// What to tell, and what to write. Clients are in the order of their ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What becomes of the records.
    pub outcome: Outcome,
    /// The field that a record would set and its sender may not: then nothing is to be written.
    pub forbidden: Option<&'static str>,
    /// Clients that don't exist yet.
    pub new: Vec<client::Model>,
    /// Clients as they are, and as they will be.
    pub changed: Vec<(client::Model, client::Model)>,
}

impl Plan {
    /// Judges the records.
    pub fn make(batch: &[ClientRecord], known: Known) -> Self {
        let Known { clients: before, mut owners, booked } = known;
        let mut outcome = Outcome::default();
        let mut forbidden = None;
        let mut after: BTreeMap<i64, client::Model> = BTreeMap::new();
        for record in batch {
            let refuse = |field: &str, reason: String| LineError::new(record.line, Some(field), reason);
            if let Some(&owner) = owners.get(&record.login)
                && owner != record.id
            {
                let reason = format!("{} belongs to client {owner}", record.login);
                outcome.refusals.push(refuse("login", reason));
                continue;
            }
            let current = after.get(&record.id).or_else(|| before.get(&record.id));
            let client = match current {
                None => record.clone().made(),
                Some(current) => record.clone().applied_to(current.clone()),
            };
            if !record.may_set_money
                && let Some(field) = money_set(current, &client)
            {
                forbidden = Some(field);
                continue;
            }
            if let Some(current) = current {
                // The ledger of a client who comes in with a balance begins with it.
                let in_the_ledger = if before.contains_key(&record.id) {
                    booked.contains(&record.id)
                } else {
                    current.balance != Money(0)
                };
                if in_the_ledger && current.currency != client.currency {
                    let reason = format!(
                        "is {} and can't become {}: the ledger has transactions in it",
                        current.currency, client.currency
                    );
                    outcome.refusals.push(refuse("currency", reason));
                    continue;
                }
                if *current == client {
                    outcome.repeated += 1;
                    continue;
                }
                if current.login != client.login {
                    owners.remove(&current.login);
                }
            }
            outcome.accepted += 1;
            owners.insert(client.login.clone(), client.id);
            after.insert(client.id, client);
        }

        let mut plan = Self { outcome, forbidden, ..Self::default() };
        for (id, record) in after {
            match before.get(&id) {
                None => plan.new.push(record),
                Some(current) if *current == record => {}
                Some(current) => plan.changed.push((current.clone(), record)),
            }
        }
        plan
    }

    /// Logins that their clients give up, in order.
    pub fn released(&self) -> Vec<&str> {
        let mut logins: Vec<_> = self.moved().map(|(before, _)| before.login.as_str()).collect();
        logins.sort_unstable();
        logins
    }

    /// Logins that are new to their clients, in order.
    pub fn claimed(&self) -> Vec<(&str, i64)> {
        let moved = self.moved().map(|(_, after)| after);
        let mut logins: Vec<_> =
            self.new.iter().chain(moved).map(|client| (client.login.as_str(), client.id)).collect();
        logins.sort_unstable();
        logins
    }

    /// Clients whose login changes.
    fn moved(&self) -> impl Iterator<Item = &(client::Model, client::Model)> {
        self.changed.iter().filter(|(before, after)| before.login != after.login)
    }

    /// The ids of all clients that are written, in order.
    pub fn ids(&self) -> Vec<i64> {
        let changed = self.changed.iter().map(|(_, client)| client.id);
        let mut ids: Vec<_> = self.new.iter().map(|client| client.id).chain(changed).collect();
        ids.sort_unstable();
        ids
    }
}

/// The first field about money that a record sets to something else than it is, or than it is for a new client unless
/// told.
fn money_set(current: Option<&client::Model>, client: &client::Model) -> Option<&'static str> {
    let (price, billing, credit, balance) = match current {
        Some(current) => (current.sms_price, current.billing_mode, current.credit, current.balance),
        None => (None, BillingMode::Sent, Money(0), Money(0)),
    };
    let fields = [
        ("sms_price", client.sms_price == price),
        ("billing_mode", client.billing_mode == billing),
        ("credit", client.credit == credit),
        ("balance", client.balance == balance),
    ];
    fields.into_iter().find(|(_, same)| !same).map(|(field, _)| field)
}

#[cfg(test)]
mod tests;
