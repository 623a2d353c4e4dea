//! Roll-ups: sums of messages, updated in the transaction that writes the messages.
//!
//! Each message counts once in each [`Level`], on its day of sending in the platform's time zone. A report reads the
//! level with the fewest rows. The cost of a year's report therefore doesn't depend on the number of messages.

use super::Tally;
use crate::{database::rows_per_statement, ids::ClientId, names::usage::Use};
use chrono::{Datelike as _, NaiveDate};
use sea_orm::{DatabaseTransaction, DbErr, IntoActiveModel, entity::prelude::*, sea_query::OnConflict};
use std::collections::{BTreeMap, HashMap};
use values::{Money, messaging::MessagingChannel};

values::stored_enum! {
    /// The granularity of a row.
    pub enum Level {
        /// All days together, by messaging channel alone. The day is [`EVER`].
        Ever = "ever", "ever",
        /// A day, by messaging channel alone.
        Day = "day", "day",
        /// A month, split by channel, country, operator and sender ID. The day is the first of the month.
        MonthSplit = "month_split", "month, split",
        /// A day, split by channel, country, operator and sender ID.
        DaySplit = "day_split", "day, split",
    }
}

/// The day of rows that count all days together.
pub const EVER: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();

/// The table `roll_ups`.
pub mod roll_up {
    use super::*;

    /// The sums of a client's messages of a day or month, for one channel, country, operator and sender ID.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "roll_ups")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// The granularity.
        #[sea_orm(primary_key, auto_increment = false)]
        pub level: Level,
        /// The day of sending, or the day that stands for the level's period.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: NaiveDate,
        /// The messaging channel.
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: MessagingChannel,
        /// ISO 3166-1 alpha-2 code; empty when unknown, and in levels that aren't split.
        #[sea_orm(primary_key, auto_increment = false)]
        pub country: String,
        /// The operator's name; empty when unknown, and in levels that aren't split.
        #[sea_orm(primary_key, auto_increment = false)]
        pub operator: String,
        /// The sender ID as sent; empty when there is none, and in levels that aren't split.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sender_id: String,
        /// As in [`Tally`].
        pub sent_messages: i64,
        /// As in [`Tally`].
        pub sent_parts: i64,
        /// As in [`Tally`].
        pub delivered_messages: i64,
        /// As in [`Tally`].
        pub delivered_parts: i64,
        /// As in [`Tally`].
        pub cost: Money,
    }

    /// None: roll-ups are looked up by client id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The key of a row of the finest level. It borrows the texts of the counted messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell<'a> {
    /// The client.
    pub client_id: ClientId,
    /// The day of sending, in the platform's time zone.
    pub day: NaiveDate,
    /// The messaging channel.
    pub channel: MessagingChannel,
    /// ISO 3166-1 alpha-2 code, or empty.
    pub country: &'a str,
    /// The operator's name, or empty.
    pub operator: &'a str,
    /// The sender ID as sent, or empty.
    pub sender_id: &'a str,
}

/// The changes of a batch to the roll-ups.
#[derive(Debug, Default)]
pub struct RollUps<'a> {
    cells: HashMap<Cell<'a>, Tally>,
}

const ROWS: usize = rows_per_statement(12);

impl<'a> RollUps<'a> {
    /// Counts messages in each level.
    pub fn count(&mut self, cell: Cell<'a>, tally: &Tally) {
        self.cells.entry(cell).or_default().add(tally);
    }

    /// The rows to add in all levels, in key order. Rows that change nothing are left out.
    #[must_use]
    pub fn rows(&self) -> Vec<roll_up::Model> {
        let mut rows: BTreeMap<Key<'a>, Tally> = BTreeMap::new();
        for (cell, tally) in &self.cells {
            for key in Key::of(cell) {
                rows.entry(key).or_default().add(tally);
            }
        }
        rows.into_iter().filter(|(_, tally)| *tally != Tally::default()).map(|(key, tally)| key.row(&tally)).collect()
    }

    /// The sums by sender ID and day.
    pub fn uses(&self) -> impl Iterator<Item = Use<'a>> + Clone {
        let sent = |tally: &Tally| (tally.sent_messages, tally.sent_parts);
        self.cells.iter().map(move |(cell, tally)| (cell.client_id, cell.sender_id, cell.day, sent(tally)))
    }

    /// Adds the rows to the table.
    pub async fn add(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let sum = |column: roll_up::Column| {
            let name = column.to_string();
            (column, Expr::cust(format!("roll_ups.{name} + excluded.{name}")))
        };
        let added = OnConflict::columns([
            roll_up::Column::ClientId,
            roll_up::Column::Level,
            roll_up::Column::Day,
            roll_up::Column::Channel,
            roll_up::Column::Country,
            roll_up::Column::Operator,
            roll_up::Column::SenderId,
        ])
        .values([
            sum(roll_up::Column::SentMessages),
            sum(roll_up::Column::SentParts),
            sum(roll_up::Column::DeliveredMessages),
            sum(roll_up::Column::DeliveredParts),
            sum(roll_up::Column::Cost),
        ])
        .to_owned();
        for batch in self.rows().chunks(ROWS) {
            let rows = batch.iter().cloned().map(IntoActiveModel::into_active_model);
            roll_up::Entity::insert_many(rows).on_conflict(added.clone()).exec_without_returning(transaction).await?;
        }
        Ok(())
    }
}

/// A row's key: client, level, day, channel, country, operator, sender ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a>(ClientId, Level, NaiveDate, MessagingChannel, &'a str, &'a str, &'a str);

impl<'a> Key<'a> {
    /// The keys of the rows that count a cell, one for each level.
    fn of(cell: &Cell<'a>) -> [Self; 4] {
        let Cell { client_id, day, channel, country, operator, sender_id } = *cell;
        let month = day.with_day(1).unwrap_or(day);
        [
            Self(client_id, Level::Ever, EVER, channel, "", "", ""),
            Self(client_id, Level::Day, day, channel, "", "", ""),
            Self(client_id, Level::MonthSplit, month, channel, country, operator, sender_id),
            Self(client_id, Level::DaySplit, day, channel, country, operator, sender_id),
        ]
    }

    fn row(&self, tally: &Tally) -> roll_up::Model {
        let Self(client_id, level, day, channel, country, operator, sender_id) = *self;
        roll_up::Model {
            client_id,
            level,
            day,
            channel,
            country: country.to_owned(),
            operator: operator.to_owned(),
            sender_id: sender_id.to_owned(),
            sent_messages: tally.sent_messages,
            sent_parts: tally.sent_parts,
            delivered_messages: tally.delivered_messages,
            delivered_parts: tally.delivered_parts,
            cost: tally.cost,
        }
    }
}
