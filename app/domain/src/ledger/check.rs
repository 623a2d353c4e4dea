//! Recounts the ledger, and compares the running totals and the clients' balances.

use super::store::entry;
use crate::{clients::store::client, database::Database, ids::ClientId};
use futures::{StreamExt as _, TryStreamExt as _};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};
use std::collections::HashMap;
use values::{Money, error::Error};

/// A difference between a stored value and the recount, in words.
pub type Difference = String;

/// Recounts every ledger row by row, and compares the clients' balances. Calls `report` with each difference, and
/// returns the numbers of clients and rows.
pub async fn recount(database: &Database, mut report: impl FnMut(Difference)) -> Result<(u64, u64), Error> {
    let reader = database.reader();
    let mut balances: HashMap<ClientId, Money> = client::Entity::find()
        .select_only()
        .columns([client::Column::Id, client::Column::Balance])
        .into_tuple::<(ClientId, Money)>()
        .stream(reader)
        .await?
        .try_collect()
        .await?;
    let clients = balances.len() as u64;
    let mut counted = 0;
    let mut rows = entry::Entity::find()
        .order_by_asc(entry::Column::ClientId)
        .order_by_asc(entry::Column::Id)
        .stream(reader)
        .await?
        .boxed();
    let mut count = Count::of(ClientId(0));
    while let Some(row) = rows.try_next().await? {
        counted += 1;
        if row.client_id != count.client_id {
            count.finish(&mut balances, &mut report);
            count = Count::of(row.client_id);
        }
        count.add(&row, &mut report);
    }
    count.finish(&mut balances, &mut report);
    // A client without a row must have a balance of zero.
    let mut rest: Vec<_> = balances.into_iter().filter(|(_, balance)| balance.0 != 0).collect();
    rest.sort_unstable();
    for (id, balance) in rest {
        report(format!("client {id}: the balance is {balance}, and the ledger has no row"));
    }
    Ok((clients, counted))
}

/// The totals of one client's ledger so far.
struct Count {
    client_id: ClientId,
    rows: i64,
    balance: i128,
    debits: i128,
    kinds: HashMap<super::EntryKind, (i64, i128, i128)>,
    at: Option<values::time::Moment>,
}

impl Count {
    fn of(client_id: ClientId) -> Self {
        Self { client_id, rows: 0, balance: 0, debits: 0, kinds: HashMap::new(), at: None }
    }

    fn add(&mut self, row: &entry::Model, report: &mut impl FnMut(Difference)) {
        let amount = i128::from(row.amount.0);
        self.rows += 1;
        self.balance += amount;
        self.debits += amount.max(0);
        let kind = self.kinds.entry(row.kind).or_default();
        kind.0 += 1;
        kind.1 += amount.max(0);
        kind.2 += amount.min(0);
        let mut compare = |field: &str, kept: i128, counted: i128| {
            if kept != counted {
                report(format!(
                    "client {}, transaction {}: {field} is kept as {kept} and counted as {counted}",
                    row.client_id, row.id
                ));
            }
        };
        compare("the number", row.id.0.into(), self.rows.into());
        compare("the balance after it", row.balance.0.into(), self.balance);
        compare("the sum of debits", row.debits.0.into(), self.debits);
        compare("the number within its kind", row.kind_id.into(), kind.0.into());
        compare("the sum of debits of its kind", row.kind_debits.0.into(), kind.1);
        compare("the sum of credits of its kind", row.kind_credits.0.into(), kind.2);
        if self.at.is_some_and(|before| before > row.at) {
            report(format!("client {}, transaction {}: its time is before the previous one's", row.client_id, row.id));
        }
        self.at = Some(row.at);
    }

    fn finish(&self, balances: &mut HashMap<ClientId, Money>, report: &mut impl FnMut(Difference)) {
        if self.rows == 0 {
            return;
        }
        match balances.remove(&self.client_id) {
            Some(balance) if i128::from(balance.0) == self.balance => {}
            Some(balance) => report(format!(
                "client {}: the balance is kept as {} and counted as {} (in ten-thousandths)",
                self.client_id, balance.0, self.balance
            )),
            None => report(format!("client {}: there is a ledger, and no client", self.client_id)),
        }
    }
}
