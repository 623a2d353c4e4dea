//! Works out in memory what a batch of clients changes: each line is judged against the database and the lines before.

use crate::{
    clients::fields::{ClientRecord, TABLE, client},
    ids::ClientId,
    intake::{LineError, Outcome},
};
use std::collections::{BTreeMap, HashMap, HashSet};
use values::Money;

/// The database's rows of the clients and logins in a batch.
#[derive(Debug, Default)]
pub struct Known {
    /// Clients by their ids.
    pub clients: HashMap<ClientId, client::Model>,
    /// The client ids of logins.
    pub owners: HashMap<String, ClientId>,
    /// Clients with rows in the ledger, among those whose currency the batch would change.
    pub booked: HashSet<ClientId>,
}

/// The changes of a batch and its outcome. Clients are in the order of their ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The outcome of the records.
    pub outcome: Outcome,
    /// A field that the sender may not set. If there is one, nothing may be written.
    pub forbidden: Option<&'static str>,
    /// New clients.
    pub new: Vec<client::Model>,
    /// Changed clients, before and after.
    pub changed: Vec<(client::Model, client::Model)>,
}

impl Plan {
    /// Works out the plan of a batch.
    pub fn make(batch: &[ClientRecord], known: Known) -> Self {
        let Known { clients: before, mut owners, booked } = known;
        let mut outcome = Outcome::default();
        let mut forbidden = None;
        let mut after: BTreeMap<ClientId, client::Model> = BTreeMap::new();
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
                None => record.clone().into_client(),
                Some(current) => record.clone().applied_to(current.clone()),
            };
            if !record.may_set_money
                && let Some(field) = money_set(current, &client)
            {
                forbidden = Some(field);
                continue;
            }
            if let Some(current) = current {
                // A new client's opening balance becomes the first row of its ledger.
                let is_booked = if before.contains_key(&record.id) {
                    booked.contains(&record.id)
                } else {
                    current.balance != Money(0)
                };
                if is_booked && current.currency != client.currency {
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

    /// Logins to be released, sorted.
    pub fn released(&self) -> Vec<&str> {
        let mut logins: Vec<_> = self.moved().map(|(before, _)| before.login.as_str()).collect();
        logins.sort_unstable();
        logins
    }

    /// Logins to be claimed with their clients' ids, sorted.
    pub fn claimed(&self) -> Vec<(&str, ClientId)> {
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

    /// The ids of all new and changed clients, sorted.
    pub fn ids(&self) -> Vec<ClientId> {
        let changed = self.changed.iter().map(|(_, client)| client.id);
        let mut ids: Vec<_> = self.new.iter().map(|client| client.id).chain(changed).collect();
        ids.sort_unstable();
        ids
    }
}

/// The first field about money that differs from the current client, or from the defaults of a new one.
fn money_set(current: Option<&client::Model>, client: &client::Model) -> Option<&'static str> {
    let new = client::Model::new(client.id, client.login.clone(), client.currency.clone());
    let current = current.unwrap_or(&new);
    TABLE.iter().find(|field| field.guarded && !(field.same)(current, client)).map(|field| field.name)
}

#[cfg(test)]
mod tests;
