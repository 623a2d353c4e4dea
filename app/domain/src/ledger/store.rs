//! Reads the ledger. [`super::booking`] writes it.
//!
//! A row has running totals up to and including itself, over the whole ledger and over its own kind. The opening and
//! closing balance, the turnover and the number of rows of a period are therefore differences of two rows, and a page
//! is a range of ids. Both cost the same for any number of rows.

use super::EntryKind;
use crate::ids::{ClientId, EntryId};
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};
use std::collections::HashMap;
use values::{Money, error::Error, period::Period, time::Moment};

/// The table `ledger`.
pub mod entry {
    use super::*;

    /// A row of the ledger. It is never changed and never deleted.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// 1, 2, 3 and so on within the client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: EntryId,
        /// The time of booking. Never before the client's previous row.
        pub at: Moment,
        /// The kind.
        pub kind: EntryKind,
        /// The change of the balance; below zero it decreases.
        pub amount: Money,
        /// The balance after this row: the sum of all amounts so far.
        pub balance: Money,
        /// The sum of the amounts above zero so far. The sum of those below zero is `balance - debits`.
        pub debits: Money,
        /// 1, 2, 3 and so on among the client's rows of this kind.
        pub kind_id: i64,
        /// The sum of the amounts above zero so far, of this kind.
        pub kind_debits: Money,
        /// The sum of the amounts below zero so far, of this kind.
        pub kind_credits: Money,
        /// The text for people.
        pub purpose: String,
        /// The login of the administrator, or the name of the program, that booked it.
        pub author: String,
        /// The key of its form or batch; unique within the client.
        pub idempotency_key: String,
        /// The row that this one reverses.
        pub reverses: Option<EntryId>,
    }

    /// None: rows are looked up by client id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Running totals at a place in the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of rows up to here.
    pub rows: i64,
    /// The sum of the amounts above zero.
    pub debits: Money,
    /// The sum of the amounts below zero.
    pub credits: Money,
}

impl Totals {
    fn of_all(row: &entry::Model) -> Self {
        Self { rows: row.id.0, debits: row.debits, credits: Money(row.balance.0 - row.debits.0) }
    }

    fn of_kind(row: &entry::Model) -> Self {
        Self { rows: row.kind_id, debits: row.kind_debits, credits: row.kind_credits }
    }

    /// The totals between an earlier place and this one.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            rows: self.rows - earlier.rows,
            debits: Money(self.debits.0 - earlier.debits.0),
            credits: Money(self.credits.0 - earlier.credits.0),
        }
    }

    /// The sum of all amounts.
    #[must_use]
    pub fn sum(&self) -> Money {
        Money(self.debits.0 + self.credits.0)
    }
}

/// A period of a client's ledger: the totals at both ends, and those of the rows to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extract {
    /// The client.
    pub client_id: ClientId,
    /// The kind of rows to show; `None` for all.
    pub kind: Option<EntryKind>,
    /// Totals of all rows before the period.
    pub before: Totals,
    /// Totals of all rows up to its end.
    pub until: Totals,
    /// Totals before the period, of the kind to show.
    shown_before: Totals,
    /// Totals of the rows to show.
    pub shown: Totals,
}

impl Extract {
    /// The balance at the beginning of the period.
    #[must_use]
    pub fn opening(&self) -> Money {
        self.before.sum()
    }

    /// The balance at its end.
    #[must_use]
    pub fn closing(&self) -> Money {
        self.until.sum()
    }

    /// Totals of the period's rows of other kinds.
    #[must_use]
    pub fn others(&self) -> Totals {
        self.until.since(&self.before).since(&self.shown)
    }

    /// Reads the rows to show, newest first: skips `skip` rows and returns at most `count`.
    pub async fn rows(
        &self,
        database: &impl ConnectionTrait,
        skip: i64,
        count: i64,
    ) -> Result<Vec<entry::Model>, Error> {
        let newest = self.shown_before.rows + self.shown.rows - skip;
        let oldest = (newest - count).max(self.shown_before.rows);
        let rows = entry::Entity::find().filter(entry::Column::ClientId.eq(self.client_id));
        let (rows, number) = match self.kind {
            None => (rows, entry::Column::Id),
            Some(kind) => (rows.filter(entry::Column::Kind.eq(kind)), entry::Column::KindId),
        };
        let rows = rows.filter(number.gt(oldest)).filter(number.lte(newest)).order_by_desc(number);
        Ok(rows.all(database).await?)
    }
}

/// Reads the totals of a period of a client's ledger.
pub async fn extract(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    period: &Period,
    kind: Option<EntryKind>,
) -> Result<Extract, Error> {
    let before = totals_before(database, client_id, period.begins()).await?;
    let until = totals_before(database, client_id, period.ends()).await?;
    let (shown_before, shown_until) = match kind {
        None => (before, until),
        Some(kind) => (
            kind_totals(database, client_id, kind, before.rows).await?,
            kind_totals(database, client_id, kind, until.rows).await?,
        ),
    };
    Ok(Extract { client_id, kind, before, until, shown_before, shown: shown_until.since(&shown_before) })
}

async fn totals_before(database: &impl ConnectionTrait, client_id: ClientId, moment: Moment) -> Result<Totals, Error> {
    let last = entry::Entity::find()
        .filter(entry::Column::ClientId.eq(client_id))
        .filter(entry::Column::At.lt(moment))
        .order_by_desc(entry::Column::At)
        .order_by_desc(entry::Column::Id)
        .limit(1);
    Ok(last.one(database).await?.as_ref().map(Totals::of_all).unwrap_or_default())
}

/// Totals of the rows of one kind among the first `rows` rows of all kinds.
async fn kind_totals(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    kind: EntryKind,
    rows: i64,
) -> Result<Totals, Error> {
    let of_kind =
        || entry::Entity::find().filter(entry::Column::ClientId.eq(client_id)).filter(entry::Column::Kind.eq(kind));
    let last = of_kind().order_by_desc(entry::Column::KindId).limit(1).one(database).await?;
    let Some(last) = last else { return Ok(Totals::default()) };
    // A binary search takes some twenty lookups by key among a million rows. An index by kind and id would make each
    // insert slower.
    let (mut found, mut beyond) = (Totals::default(), last.kind_id + 1);
    if last.id.0 <= rows {
        return Ok(Totals::of_kind(&last));
    }
    while found.rows + 1 < beyond {
        let middle = found.rows + (beyond - found.rows) / 2;
        let row = of_kind().filter(entry::Column::KindId.eq(middle)).one(database).await?;
        match row {
            Some(row) if row.id.0 <= rows => found = Totals::of_kind(&row),
            _ => beyond = middle,
        }
    }
    Ok(found)
}

/// Finds a row.
pub async fn find(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    id: EntryId,
) -> Result<Option<entry::Model>, Error> {
    Ok(entry::Entity::find_by_id((client_id, id)).one(database).await?)
}

/// Finds the reversals of the given rows: the id of each reversed row, and of the row that reverses it.
pub async fn reversals(
    database: &impl ConnectionTrait,
    client_id: ClientId,
    ids: impl IntoIterator<Item = EntryId>,
) -> Result<HashMap<EntryId, EntryId>, Error> {
    let reversals: Vec<(EntryId, EntryId)> = entry::Entity::find()
        .select_only()
        .columns([entry::Column::Reverses, entry::Column::Id])
        .filter(entry::Column::ClientId.eq(client_id))
        .filter(entry::Column::Reverses.is_in(ids))
        .into_tuple()
        .all(database)
        .await?;
    Ok(reversals.into_iter().collect())
}
