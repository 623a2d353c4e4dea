//! What a batch of clients changes, worked out in memory: line after line, each judged against what the
//! database holds and what the lines before it did.

use super::{Outcome, Refusal};
use crate::clients::store::client;
use std::collections::{BTreeMap, HashMap};

/// What the database holds of the clients and logins that a batch names.
#[derive(Debug, Default)]
pub struct Known {
    /// Clients by their ids.
    pub clients: HashMap<i64, client::Model>,
    /// The client who has a login.
    pub owners: HashMap<String, i64>,
}

/// What to tell, and what to write. Clients are in the order of their ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What becomes of the records.
    pub outcome: Outcome,
    /// Clients that don't exist yet.
    pub new: Vec<client::Model>,
    /// Clients as they are, and as they will be.
    pub changed: Vec<(client::Model, client::Model)>,
}

impl Plan {
    /// Judges the records, each with its line.
    pub fn make(batch: &[(u64, client::Model)], known: Known) -> Self {
        let Known { clients: before, mut owners } = known;
        let mut outcome = Outcome::default();
        let mut after: BTreeMap<i64, client::Model> = BTreeMap::new();
        for (line, record) in batch {
            let mut record = record.clone();
            if let Some(&owner) = owners.get(&record.login)
                && owner != record.id
            {
                let (line, field) = (*line, Some("login".to_owned()));
                let reason = format!("{} belongs to client {owner}", record.login);
                outcome.refusals.push(Refusal { line, field, reason });
                continue;
            }
            if let Some(current) = after.get(&record.id).or_else(|| before.get(&record.id)) {
                // What a client has is kept by the ledger once the client is there.
                record.balance = current.balance;
                if *current == record {
                    outcome.repeated += 1;
                    continue;
                }
                if current.login != record.login {
                    owners.remove(&current.login);
                }
            }
            outcome.accepted += 1;
            owners.insert(record.login.clone(), record.id);
            after.insert(record.id, record);
        }

        let mut plan = Self { outcome, ..Self::default() };
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

#[cfg(test)]
mod tests;
